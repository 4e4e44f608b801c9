"""The days of people's commands: none that has not come, none before that of what it follows. Over HTTP on the real parts."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import httpx
import pytest

from chassis.runtime import Runtime
from chassis.testing.client import app_of, client_of
from chassis.testing.passing import at_rest, pass_until
from chassis.testing.replay import envelope
from contracts import erp
from contracts.supplier import SupplierNoteIssued
from supplier_svc.reactions import clear_note
from supplier_svc.service import SERVICE
from supplier_svc.supplier.claim_answers import AcceptClaim, ContestClaim
from supplier_svc.supplier.claims import BeforeTheClaim, ClaimBeforeRecord, RaiseClaim, SettleClaim
from supplier_svc.supplier.incentive_terms import EndIncentive, EndsBeforeStart
from supplier_svc.supplier.incentives import ChargePenalty
from supplier_svc.supplier.notes import ClearedInTheFuture
from supplier_svc.testing import book, delivery, inspection, supplier

TODAY, TOMORROW = "2024-05-20", "2024-05-21"
NOT_COME = f"{TOMORROW} has not come yet; today is {TODAY}."


class Office:
    """The service on 20 May 2024, and what people tell it: the nonconformance I-1:1 of lot L-D-1 is claimed for as CL-I-1:1."""

    def __init__(self, runtime: Runtime, client: httpx.AsyncClient) -> None:
        self.runtime, self.client = runtime, client

    async def post(self, path: str, body: Any, expected: int = 200) -> Any:
        answer = await self.client.post(f"/v1/{path}", json=body, headers={"X-Actor": "li"})
        assert answer.status_code == expected, (path, answer.text)
        await at_rest(self.runtime)
        return answer.json()

    async def refused(self, path: str, body: Any, status: int = 422) -> str:
        """The sentence of the refusal."""
        return str((await self.post(path, body, status))["detail"])

    async def get(self, path: str, **params: Any) -> Any:
        answer = await self.client.get(f"/v1/{path}", params=params)
        assert answer.status_code == 200, answer.text
        return answer.json()


@pytest.fixture
async def office(start_service: Any) -> AsyncIterator[Office]:
    runtime = await start_service(SERVICE)
    async with client_of(app_of(runtime)) as client:
        started = Office(runtime, client)
        await pass_until(runtime, datetime.fromisoformat(TODAY).replace(tzinfo=UTC))
        lot = delivery("D-1", unit_price=Decimal("12.40")).delivery
        await started.post("deliveries", lot.model_dump(mode="json"))
        found = inspection("I-1", "critical", on="2024-05-13", lot_id="L-D-1").inspection
        bad = [each.model_copy(update={"quantity": Decimal(30)}) for each in found.defects]
        found = found.model_copy(update={"defects": tuple(bad)})
        await started.post("inspections", found.model_dump(mode="json"))
        yield started


async def test_what_a_person_says_to_have_done_tomorrow_is_refused_with_the_day(office: Office) -> None:
    claim = {
        "claim_id": "CL-9", "nonconformance_id": "I-1:1", "amount": "50.00", "currency": "EUR", "because": "sorting",
        "raised_on": TOMORROW,
    }  # fmt: skip
    contest = {"objection_id": "OB-1", "reason": "your fork lift", "raised_on": TOMORROW}
    objection = {**contest, "record_kind": "nonconformance", "record_id": "I-1:1"}
    decision = {"outcome": "upheld", "because": "seen", "decided_by": "li", "decided_on": TOMORROW}
    settlement = {"amount": "0", "because": "a mistake", "settled_on": TOMORROW}
    reward = {"reward_id": "RW-1", "kind": "larger_share", "because": "helped us", "granted_on": TOMORROW}
    penalty = {"penalty_id": "PN-1", "kind": "smaller_share", "because": "late again", "charged_on": TOMORROW}
    contract = {
        "contract_id": "K-1", "kind": "supply", "clauses": [], "starts_on": "2024-07-01", "ends_on": "2025-06-30",
        "signed_on": TOMORROW,
    }  # fmt: skip
    for path, field, body in (
        ("claims", "raised_on", claim),
        ("claims/CL-I-1:1/acceptance", "accepted_on", {"accepted_on": TOMORROW}),
        ("claims/CL-I-1:1/contest", "raised_on", contest),
        ("claims/CL-I-1:1/settlement", "settled_on", settlement),
        ("objections", "raised_on", objection),
        ("objections/OB-1/decision", "decided_on", decision),
        ("rewards", "granted_on", reward),
        ("penalties", "charged_on", penalty),
        ("contracts", "signed_on", contract),
    ):
        assert await office.refused(f"suppliers/S-1/{path}", body) == f"{field}: {NOT_COME}", path

    stop = {"penalty_id": "PN-1", "kind": "orders_stopped", "because": "it sent rust", "charged_on": TODAY}
    await office.post("suppliers/S-1/penalties", {**stop, "accept_no_source": True})
    end = {"reason": "sound again", "ended_on": TOMORROW}
    assert await office.refused("suppliers/S-1/incentives/PN-1/end", end) == f"ended_on: {NOT_COME}"
    early = await office.refused("suppliers/S-1/incentives/PN-1/end", {**end, "ended_on": "2024-05-19"})
    assert early == "Incentive PN-1 started on 2024-05-20; it cannot end on 2024-05-19."
    await office.post("suppliers/S-1/incentives/PN-1/end", {**end, "ended_on": TODAY})
    unknown = await office.refused("suppliers/S-9/incentives/PN-1/end", {**end, "ended_on": TODAY}, 404)
    assert unknown == "There is no supplier S-9."

    await office.post("suppliers/S-1/claims/CL-I-1:1/acceptance", {"accepted_on": TODAY})
    cleared = {
        "note_id": "SN-S-1-1", "supplier_id": "S-1", "cleared_on": TOMORROW, "amount": "372.00", "currency": "EUR",
        "how": "offset",
    }  # fmt: skip
    assert await office.refused("supplier-notes/clearings", cleared) == f"cleared_on: {NOT_COME}"
    await office.post("supplier-notes/clearings", {**cleared, "cleared_on": TODAY})


WHY = {"because": "seen"}
DONE_TOMORROW: list[tuple[str, str, dict[str, Any]]] = [
    ("suppliers", "registered_on", {"supplier_id": "S-2", "file": {"name": "Reddoit"}}),
    ("suppliers/adoptions", "approved_on", {"supplier_id": "S-2", "file": {"name": "Reddoit"}, **WHY}),
    ("suppliers/S-1/reviews", "reviewed_on", {}),
    ("suppliers/S-1/gates", "decided_on", {"gate": "survey", "outcome": "passed", "evidence": ["report"]}),
    ("suppliers/S-1/approval", "approved_on", WHY),
    *((f"suppliers/S-1/{step}", "on", WHY) for step in ("suspension", "reinstatement", "elimination", "reentry")),
    ("suppliers/S-1/ratings", "rated_on", {"rating": "D", **WHY}),
    ("suppliers/S-1/corrective-actions", "opened_on", {"action_id": "CA-1", "reference": "I-1:1", "summary": "rust"}),
    ("suppliers/S-1/corrective-actions/CA-1/steps", "done_on", {"step": "team", "evidence": ["li"]}),
    ("suppliers/S-1/corrective-actions/CA-1/withdrawal", "withdrawn_on", WHY),
    ("suppliers/S-1/improvements", "recorded_on", {"period": "2024-04", "note": "a new tool"}),
    ("suppliers/S-1/complaint-answers", "done_on", {"complaint_id": "CMP-1", "statement": "replaced"}),
    ("suppliers/S-1/submissions/SUB-1/acceptance", "accepted_on", {}),
    ("suppliers/S-1/submissions/SUB-1/return", "returned_on", WHY),
    ("suppliers/S-1/sub-suppliers", "declared_on", {
        "sub_supplier_id": "SUB-1", "name": "Foundry", "item_ids": ["bolt"], "process": "casting",
    }),
    ("suppliers/S-1/sub-suppliers/SUB-1/withdrawal", "withdrawn_on", WHY),
    ("items/bolt/sources", "named_on", {"supplier_id": "S-1", **WHY}),
    ("items/bolt/sources/S-1/removal", "removed_on", WHY),
]  # fmt: skip


async def test_no_step_with_a_supplier_is_recorded_for_a_day_that_has_not_come(office: Office) -> None:
    for path, field, body in DONE_TOMORROW:
        assert await office.refused(path, {**body, field: TOMORROW}) == f"{field}: {NOT_COME}", path
    profile = {"importance": "high", "market": "scarce", "set_on": TOMORROW, **WHY}
    answer = await office.client.put("/v1/items/bolt/profile", json=profile, headers={"X-Actor": "li"})
    assert (answer.status_code, answer.json()["detail"]) == (422, f"set_on: {NOT_COME}")
    history = await office.get("suppliers/S-1/history")
    assert max(each["occurred_at"][:10] for each in history["items"]) <= TODAY


# --- decided without the service

DAY, BEFORE = date(2024, 5, 13), date(2024, 5, 12)
CLAIMED = supplier().when(
    delivery("D-1", unit_price=Decimal(900)), inspection("I-1", "critical", on=DAY.isoformat(), lot_id="L-D-1")
)


def test_nothing_is_claimed_for_a_nonconformance_before_it_was_found():
    claim = RaiseClaim("S-1", "CL-9", "I-1:1", Decimal(50), "EUR", "agreed", BEFORE)
    CLAIMED.when(claim).then_refused(
        ClaimBeforeRecord, "I-1:1 was found on 2024-05-13; nothing can be claimed for it on 2024-05-12."
    )


@pytest.mark.parametrize(
    "answer",
    [
        AcceptClaim("S-1", "CL-I-1:1", BEFORE),
        ContestClaim("S-1", "CL-I-1:1", "OB-1", "not ours", (), BEFORE),
        SettleClaim("S-1", "CL-I-1:1", Decimal(0), "a mistake", BEFORE),
    ],
)
def test_a_claim_is_not_answered_or_settled_before_it_was_raised(answer: Any):
    CLAIMED.when(answer).then_refused(
        BeforeTheClaim, "Claim CL-I-1:1 was raised on 2024-05-13; it cannot be answered or settled on 2024-05-12."
    )


def test_an_incentive_that_has_not_started_is_ended_before_its_start():
    waiting = supplier().when(
        delivery("D-1"), ChargePenalty("S-1", "PN-1", "smaller_share", "late", DAY, starts_on=date(2024, 6, 1))
    )
    assert not isinstance(waiting.when(EndIncentive("S-1", "PN-1", DAY, "li", "a mistake")).outcome, EndsBeforeStart)


def test_what_finance_tells_of_a_day_to_come_is_parked_and_what_it_tells_of_today_is_recorded():
    accepted = CLAIMED.when(AcceptClaim("S-1", "CL-I-1:1", DAY))
    issued = accepted.one(SupplierNoteIssued)
    fact = erp.SupplierNoteCleared(
        note_id=issued.note_id, supplier_id="S-1", cleared_on=DAY, amount=issued.amount, currency="EUR", how="offset"
    )
    told = envelope(1, at=datetime(2024, 5, 13, 9, tzinfo=UTC))
    accepted.when(clear_note(fact, told, book()))
    ahead = fact.model_copy(update={"cleared_on": date(2999, 1, 1)})
    accepted.when(clear_note(ahead, told, book())).then_refused(ClearedInTheFuture, "2999-01-01, which had not come")
