"""A question that the database works on for too long is ended there too, and its connection serves the next."""

import time
from dataclasses import replace

import pytest
from fastapi import APIRouter
from sqlalchemy import func, select

from chassis.errors import QuestionTooSlow
from chassis.http import Queries, needs
from chassis.runtime import Runtime
from chassis.testing.client import app_of, client_of
from chassis.testing.waiting import eventually

from .running import Start
from .toy_api import OPEN_JAR_SERVICE

SLEEP = select(func.pg_sleep(30).label("slept"))
AT_WORK = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(%' AND state = 'active' AND pid <> pg_backend_pid()"

router = APIRouter()


@router.get("/v1/slow", dependencies=[needs("jars.read")])
async def slow(read: Queries) -> int:
    return len(await read.rows(SLEEP))


SERVICE = replace(OPEN_JAR_SERVICE, routes=(*OPEN_JAR_SERVICE.routes, router))


@pytest.fixture
async def jars(start_service: Start) -> Runtime:
    return await start_service(SERVICE, roles=frozenset({"http"}), question_s=0.5)


async def test_postgresql_ends_its_work_on_a_question_that_is_given_up(jars: Runtime) -> None:
    begun = time.monotonic()
    for _ in range(12):  # more than there are connections for questions
        with pytest.raises(QuestionTooSlow, match=r"within 0\.5 seconds"):
            await jars.read(SLEEP)
    assert time.monotonic() - begun < 25, "it waited for the sleeps"

    async def at_work() -> int:
        found: int = await jars.database.pool.fetchval(AT_WORK)
        return found

    assert await eventually(at_work, lambda count: count == 0) == 0
    assert await jars.read(select(func.pg_sleep(0).label("slept"), func.length("four").label("n"))) != []


async def test_a_question_that_takes_too_long_is_answered_503_with_what_to_change(jars: Runtime) -> None:
    async with client_of(app_of(jars)) as client:
        answer = await client.get("/v1/slow")
        assert (answer.status_code, answer.json()["type"]) == (503, "/problems/question-too-slow")
        assert "Ask for less" in answer.json()["detail"]
        assert answer.headers["Retry-After"] == "5"
        assert (await client.get("/v1/jars")).status_code == 200


async def test_a_report_that_reads_the_log_for_too_long_is_answered_503_too(start_service: Start) -> None:
    jars = await start_service(SERVICE, roles=frozenset({"http"}), replay_s=1e-6)
    async with client_of(app_of(jars)) as client:
        answer = await client.get("/v1/jars/A/known")
        assert (answer.status_code, answer.json()["type"]) == (503, "/problems/question-too-slow")
        assert "The log was not read within" in answer.json()["detail"]
        assert (await client.get("/v1/jars")).status_code == 200
