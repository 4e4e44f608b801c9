"""No caller takes the service from the others by asking often."""

import asyncio

import httpx
import pytest

from chassis.http.pacing import AT_ONCE_S, REMEMBERED_MIN, Pace
from chassis.testing.client import app_of, client_of
from standing_parts.issuer import Issuer

from .running import Start
from .toy_api import OPEN_JAR_SERVICE

OPEN = frozenset({"http", "project"})
FILL = "/v1/jars/J-1/fills"


class Watch:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


def admitted(pace: Pace, caller: str, tries: int, per_s: float) -> int:
    return sum(pace.wait_s(caller, per_s) == 0 for _ in range(tries))


@pytest.mark.parametrize("per_s", [1, 3, 200, 1_000])
def test_a_caller_gets_what_two_seconds_allow_at_once_and_then_the_rate(per_s: int) -> None:
    watch = Watch()
    pace = Pace(watch)
    assert admitted(pace, "li.wei", 5_000, per_s) == AT_ONCE_S * per_s
    for _ in range(10):
        watch.now += 1
        assert admitted(pace, "li.wei", 5_000, per_s) == per_s
    watch.now += 3_600
    assert admitted(pace, "li.wei", 5_000, per_s) == AT_ONCE_S * per_s, "an hour of rest gives no more than two seconds"


def test_who_comes_again_after_the_time_that_was_named_is_admitted() -> None:
    watch = Watch()
    pace = Pace(watch)
    admitted(pace, "erp", 1_000, 7)
    wait_s = pace.wait_s("erp", 7)
    assert 0 < wait_s <= 1 / 7
    watch.now += wait_s
    assert pace.wait_s("erp", 7) == 0


def test_one_caller_takes_nothing_from_another() -> None:
    pace = Pace(Watch())
    assert admitted(pace, "loud", 1_000, 5) == 10
    assert admitted(pace, "quiet", 10, 5) == 10


def test_callers_that_have_been_quiet_are_forgotten() -> None:
    watch = Watch()
    pace = Pace(watch)
    for number in range(20 * REMEMBERED_MIN):
        pace.wait_s(f"S-{number}", 100)
        watch.now += 0.01
    assert len(pace) <= REMEMBERED_MIN + 1


async def test_who_asks_too_often_is_answered_429_unread_while_others_operators_and_health_are_served(
    start_service: Start, issuer: Issuer
) -> None:
    runtime = await start_service(OPEN_JAR_SERVICE, roles=OPEN, http_rate_per_s=1)
    app = app_of(runtime)
    loud, quiet = (issuer.token(name, ["administrator"]) for name in ("loud", "quiet"))
    async with client_of(app, token=loud) as client, client_of(app, token=quiet) as other:
        assert (await client.get("/v1/admin/progress")).status_code == 200  # keys are known, so the next come at once
        answers = await asyncio.gather(*(client.get("/v1/jars") for _ in range(20)))
        refused = [each for each in answers if each.status_code == 429]
        assert len(refused) >= 10
        assert {each.headers["Retry-After"] for each in refused} == {"1"}
        assert refused[0].json()["type"] == "/problems/too-many-requests"
        assert refused[0].json()["detail"] == (
            "loud asks more than 1 times a second, the most of one caller. Try again in 1 s."
        )
        unread = await written(client, b"x" * 10_000_000)
        assert unread.status_code == 429, "not 413: whoever asks too often is answered before the body is looked at"
        assert (await other.get("/v1/jars")).status_code == 200
        assert (await client.get("/v1/admin/progress")).status_code == 200
        assert (await client.get("/v1/log?partition=0")).status_code == 200
        assert (await client.get("/livez")).status_code == 200
        await asyncio.sleep(int(refused[0].headers["Retry-After"]) + 1.0)
        assert (await client.post(FILL, json={"amount": 1})).status_code == 200


async def written(client: httpx.AsyncClient, content: bytes) -> httpx.Response:
    """What the last of some writes is answered that come faster than the rate."""
    headers = {"Content-Type": "application/json"}
    *_, last = await asyncio.gather(*(client.post(FILL, content=content, headers=headers) for _ in range(4)))
    return last


async def test_where_nobody_is_asked_who_they_are_all_are_not_one_caller(start_service: Start) -> None:
    runtime = await start_service(OPEN_JAR_SERVICE, roles=OPEN, http_rate_per_s=1, auth="off")
    async with client_of(app_of(runtime), token="") as client:
        answers = [await client.get("/v1/jars") for _ in range(20)]
    assert {each.status_code for each in answers} == {200}
