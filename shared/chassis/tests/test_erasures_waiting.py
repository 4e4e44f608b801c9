"""Erasures that wait for a second person are listed, and withdrawn by who proposed them or by who may approve them."""

from dataclasses import replace
from typing import Any

import httpx
import pytest

from chassis.erasures import ERASURES
from chassis.handling.audit_questions import Sought, recorded
from chassis.roles import Granted
from chassis.runtime import Runtime
from standing_parts.issuer import Issuer

from .contacts import BOOK_SERVICE
from .running import Start
from .test_erasure import ANN, BEA, ROLES, BookRoles, People

WANTED = ("personal.erase", "personal.withdraw", "personal.subjects.read")


GRANTED = {**ROLES, "reader": WANTED, "clerk": ("books.*", *WANTED)}


class WaitingRoles(BookRoles):
    roles: Granted = GRANTED


SERVICE = replace(BOOK_SERVICE, policies=(WaitingRoles,))
"""Pia and Paul may do everything with personal data, reader and clerk propose only."""


@pytest.fixture
async def people(start_service: Start, issuer: Issuer) -> Any:
    runtime = await start_service(SERVICE, roles=frozenset({"http", "project"}))
    people = People(runtime, issuer)
    yield people
    await people.close()


async def propose(people: People, subject: str, who: str = "clerk", reason: str = "letter of 3 May") -> str:
    answer = await getattr(people, who).post("/v1/personal/erasures", json={"subject": subject, "reason": reason})
    assert answer.status_code == 200, answer.text
    people.token = {"Consistency-Token": answer.headers["Consistency-Token"]}
    return str(answer.json()["erasure_id"])


async def withdraw(people: People, erasure_id: str, who: str, reason: str = "it was another person") -> httpx.Response:
    path = f"/v1/personal/erasures/{erasure_id.replace('/', '%2F')}/withdrawal"
    answer: httpx.Response = await getattr(people, who).post(path, json={"reason": reason})
    if "Consistency-Token" in answer.headers:
        people.token = {"Consistency-Token": answer.headers["Consistency-Token"]}
    return answer


async def listed(people: People, **asked: Any) -> list[dict[str, Any]]:
    answer = await people.pia.get("/v1/personal/erasures", params=asked, headers=people.token)
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


def problem(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["type"].rpartition("/")[2].rpartition(":")[2]


async def test_what_waits_is_listed_with_who_wants_it_since_when_and_why_until_it_is_decided(people: People) -> None:
    await people.add("K-1")
    await people.add("K-2", name="Bea Example")
    first = await propose(people, ANN)
    second = await propose(people, BEA, "pia", "call of 4 May")
    waiting = await listed(people, status="proposed")
    assert [(each["erasure_id"], each["subject"], each["proposed_by"], each["reason"]) for each in waiting] == [
        (first, ANN, "clerk", "letter of 3 May"), (second, BEA, "pia", "call of 4 May"),
    ]  # fmt: skip
    assert all(each["proposed_at"] and each["decided_by"] is None for each in waiting)

    approved = await people.approve(second, "paul")
    people.token = {"Consistency-Token": approved.headers["Consistency-Token"]}
    assert (await withdraw(people, first, "clerk")).status_code == 200
    assert await listed(people, status="proposed") == []
    [erased] = await listed(people, status="erased")
    assert (erased["erasure_id"], erased["decided_by"]) == (second, "paul")
    [withdrawn] = await listed(people, status="withdrawn")
    assert (withdrawn["decided_by"], withdrawn["withdrawn_because"]) == ("clerk", "it was another person")
    assert [each["erasure_id"] for each in await listed(people)] == [first, second]
    assert (await people.pia.get("/v1/personal/erasures", params={"status": "waiting"})).status_code == 422


async def test_a_page_of_the_list_goes_on_where_the_one_before_ended(people: People) -> None:
    for number in range(1, 6):
        await people.add(f"K-{number}", name=f"Number {number}")
        await propose(people, f"contact:C-1/K-{number}")
    seen, after = list[str](), None
    while True:
        asked = {"limit": 2, **({"after": after} if after else {})}
        page = (await people.pia.get("/v1/personal/erasures", params=asked, headers=people.token)).json()
        seen += [each["subject"] for each in page["items"]]
        if (after := page["next"]) is None:
            break
    assert seen == [f"contact:C-1/K-{number}" for number in range(1, 6)]


async def test_who_proposed_withdraws_and_so_does_who_may_approve_and_nobody_else(people: People) -> None:
    await people.add()
    first = await propose(people, ANN)
    others = await withdraw(people, first, "reader")
    assert problem(others) == (403, "anothers-proposal")
    assert "clerk proposed the erasure 1" in others.json()["detail"]
    assert (await withdraw(people, first, "clerk")).json()["status"] == "withdrawn"
    assert (await withdraw(people, first, "clerk")).json()["events"] == []  # it is withdrawn already

    refused = await people.approve(first)
    assert problem(refused) == (409, "erasure-was-withdrawn")
    live = "SELECT count(*) FROM personal_key WHERE destroyed_at IS NULL"
    assert await people.runtime.database.pool.fetchval(live) == 1, "nothing was erased"
    second = await propose(people, ANN)
    assert second == f"2:{ANN}"
    assert (await withdraw(people, second, "paul")).json()["status"] == "withdrawn"
    third = await propose(people, ANN)
    assert (await people.approve(third)).status_code == 200
    assert problem(await withdraw(people, third, "clerk")) == (409, "erasure-is-done")
    assert problem(await withdraw(people, f"4:{ANN}", "clerk")) == (404, "no-such-erasure")

    subject = (await people.pia.get(f"/v1/personal/subjects/{ANN.replace('/', '%2F')}")).json()
    assert [(each["status"], each["withdrawn_by"], each["approved_by"]) for each in subject["erasures"]] == [
        ("withdrawn", "clerk", None), ("withdrawn", "paul", None), ("erased", None, "paul"),
    ]  # fmt: skip


async def test_a_withdrawal_is_on_record_once_with_its_reason(people: People) -> None:
    await people.add()
    first = await propose(people, ANN)
    await withdraw(people, first, "reader")
    await withdraw(people, first, "clerk")
    acts = await recorded(people.runtime.database.pool, 0, 100, Sought(action="erasure withdrawn"))
    [act] = acts
    assert (act["actor"], act["reason"]) == ("clerk", "it was another person")


async def test_the_list_is_the_same_when_it_is_built_anew(people: People) -> None:
    await people.add()
    await withdraw(people, await propose(people, ANN), "clerk")
    await people.approve(await propose(people, ANN))
    third = await propose(people, ANN)
    assert len(await listed(people)) == 3
    assert await rebuilt(people.runtime) == [
        ("withdrawn", "clerk"), ("erased", "paul"), ("proposed", None),
    ]  # fmt: skip
    assert third == f"3:{ANN}"


async def rebuilt(runtime: Runtime) -> list[tuple[str, str | None]]:
    [model] = [model for model in runtime.service.read_models if model.name == ERASURES.name]
    rows = await runtime.replay.all_rows(model, None)
    return [(row["status"], row["decided_by"]) for row in sorted(rows, key=lambda row: row["number"])]
