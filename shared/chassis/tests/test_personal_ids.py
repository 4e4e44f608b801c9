"""Ids that tell of a person by themselves are refused where the policy says so, and only for what is new."""

from datetime import date

import httpx
import pytest

from chassis.commands import Accepted
from chassis.personal_ids import SHAPES, PersonalIds
from chassis.policies import PublishPolicy
from chassis.runtime import Runtime
from chassis.testing.client import app_of, client_of

from .running import Start, asking
from .toy import Fill
from .toy_api import OPEN_JAR_SERVICE

WRITES = frozenset({"http"})


async def fill(jars: Runtime, jar: str) -> str:
    reply = await jars.executor.submit(asking(Fill(jar, 1)))
    return "accepted" if isinstance(reply, Accepted) else f"{reply.status} {reply.detail}"


async def publish(jars: Runtime, *refused: str) -> None:
    command = PublishPolicy("personal-ids", {"refused": list(refused)}, date(2024, 1, 1), "the register", 1)
    assert isinstance(await jars.executor.submit(asking(command)), Accepted)


async def test_by_default_every_id_names_what_it_always_did(start_service: Start) -> None:
    jars = await start_service(OPEN_JAR_SERVICE, roles=WRITES)
    assert jars.executor.policies.latest("personal-ids").document == PersonalIds()
    assert await fill(jars, "ann@example.com") == "accepted"


async def test_a_shape_that_the_policy_refuses_names_nothing_new_and_what_exists_goes_on(start_service: Start) -> None:
    jars = await start_service(OPEN_JAR_SERVICE, roles=WRITES)
    assert await fill(jars, "ann@example.com") == "accepted"
    await publish(jars, "e-mail", "telephone")
    assert await fill(jars, "ann@example.com") == "accepted"
    assert await fill(jars, "J-1") == "accepted"
    assert await fill(jars, "bea@example.com") == (
        "422 'bea@example.com' cannot name anything new: it holds an e-mail address, which could never be erased. Use an id that tells"
        " nothing of the person."
    )
    assert (await fill(jars, "+49 170 1234567")).startswith(
        "422 '+49 170 1234567' cannot name anything new: it holds a telephone"
    )


async def test_a_request_is_answered_with_the_sentence(start_service: Start) -> None:
    jars = await start_service(OPEN_JAR_SERVICE, roles=WRITES)
    await publish(jars, "e-mail")
    async with client_of(app_of(jars)) as client:
        answer: httpx.Response = await client.post("/v1/jars/bea@example.com/fills", json={"amount": 1})
    assert (answer.status_code, "holds an e-mail address" in answer.json()["detail"]) == (422, True)


@pytest.mark.parametrize(
    ("id", "shapes"),
    [
        ("C-1", []), ("0012345678", []), ("4711", []), ("2024/0001", []), ("a@b", []), ("@home", []), ("C-1+2", []),
        ("ann.example@mail.example.com", ["e-mail"]), ("customer:ann@example.com", ["e-mail"]),
        ("+491701234567", ["telephone"]), ("+1 (555) 010-9999", ["telephone"]),
    ],
)  # fmt: skip
def test_what_has_a_shape_is_told_from_what_only_looks_busy(id: str, shapes: list[str]) -> None:
    assert [shape for shape, pattern in SHAPES.items() if pattern.search(id)] == shapes
