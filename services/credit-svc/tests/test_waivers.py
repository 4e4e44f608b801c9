"""Waivers of debit notes: a little by one person, also in parts; more by two, of whom one proposes it and the other approves."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from chassis.domain import Command
from chassis.testing import Given
from chassis.testing.client import bearer
from chassis.testing.passing import at_rest
from contracts import erp
from contracts.credit import DebitNoteWaived, DebitNoteWaiverProposed
from credit_svc.account.refusals import FourEyesNeeded, NotPayable
from credit_svc.account.waivers import ApproveWaiver, NoWaiverProposed, ProposeWaiver, RejectWaiver
from credit_svc.read_models import debit_note
from credit_svc.testing import CUSTOMER, account
from standing_parts.issuer import Issuer

from .running import Running
from .test_debit_notes import bill, cost, open_amounts, pays, rows, waive

NOTE = "C-1-DN1"


def test_in_parts_one_person_waives_no_more_of_a_note_than_at_once() -> None:
    history = cost(account(bill(1, 100)), "1500", date(2023, 12, 1)).when(waive("C-1-DN1", "800", date(2024, 2, 12)))
    refused: Any = history.when(waive("C-1-DN1", "201", date(2024, 2, 13))).outcome
    assert str(refused) == "201.00 CNY needs somebody else's approval."
    assert history.when(waive("C-1-DN1", "201", date(2024, 2, 13), approved_by="sun")).one(DebitNoteWaived).open == 499
    assert history.when(waive("C-1-DN1", "200", date(2024, 2, 13))).one(DebitNoteWaived).open == 500


def test_a_part_that_nobody_can_pay_is_not_waived() -> None:
    history = cost(account(bill(1, 100)), "1500", date(2023, 12, 1))
    history.when(waive("C-1-DN1", "0.005", date(2024, 2, 12))).then_refused(
        NotPayable, "0.005 CNY cannot be paid: CNY has 2 places after the point."
    )


WAIVED_ON = date(2024, 2, 12)
APPROVED = ApproveWaiver(CUSTOMER, "C-1-DN1", "sun", WAIVED_ON)


def proposed(amount: str | None = None) -> Given:
    """A note of 1,500, of which chen proposes to waive something."""
    asked_for = None if amount is None else Decimal(amount)
    history = cost(account(bill(1, 100)), "1500", date(2023, 12, 1))
    return history.when(ProposeWaiver(CUSTOMER, "C-1-DN1", asked_for, "a long-standing customer", "chen", WAIVED_ON))


def test_one_person_proposes_a_waiver_and_another_approves_it() -> None:
    history = proposed("1200")
    assert history.one(DebitNoteWaiverProposed).amount == 1_200
    assert open_amounts(history)["C-1-DN1"] == 1_500, "it is owed until somebody else approves"
    row = rows(debit_note.MODEL, history)["C-1", "C-1-DN1"]
    assert (row.waiver_proposed, row.waiver_proposal["proposed_by"]) == (True, "chen")
    own = ApproveWaiver(CUSTOMER, "C-1-DN1", "Chen ", WAIVED_ON)
    history.when(own).then_refused(FourEyesNeeded, "another person has to")
    waived = history.when(APPROVED)
    event = waived.one(DebitNoteWaived)
    assert (event.amount, event.open, event.waived_by, event.approved_by) == (1_200, 300, "chen", "sun")
    decided = rows(debit_note.MODEL, waived)["C-1", "C-1-DN1"]
    assert (decided.waiver_proposed, decided.waiver_proposal, decided.state) == (False, {}, "open")
    waived.when(APPROVED).then_refused(NoWaiverProposed, "one person proposes, another approves")


def test_a_waiver_that_is_approved_is_of_what_is_still_open() -> None:
    paid_most = proposed().when(pays(1, 1_100, date(2024, 2, 13), of="C-1-DN1"))
    assert paid_most.when(APPROVED).one(DebitNoteWaived).amount == 400
    paid = proposed().when(pays(1, 1_500, date(2024, 2, 13), of="C-1-DN1"))
    assert not rows(debit_note.MODEL, paid)["C-1", "C-1-DN1"].waiver_proposed, "a note that is paid needs no waiver"
    paid.when(APPROVED).then_refused(NoWaiverProposed)


def test_a_small_waiver_by_one_person_leaves_what_was_proposed() -> None:
    some = proposed().when(waive("C-1-DN1", "500", WAIVED_ON))
    assert rows(debit_note.MODEL, some)["C-1", "C-1-DN1"].waiver_proposed
    assert some.when(APPROVED).one(DebitNoteWaived).amount == 1_000


def test_a_waiver_that_is_rejected_leaves_the_note_owed() -> None:
    rejected = proposed().when(RejectWaiver(CUSTOMER, "C-1-DN1", "it can pay", "sun"))
    assert open_amounts(rejected)["C-1-DN1"] == 1_500
    assert not rows(debit_note.MODEL, rejected)["C-1", "C-1-DN1"].waiver_proposed
    rejected.when(APPROVED).then_refused(NoWaiverProposed)
    rejected.when(RejectWaiver(CUSTOMER, "C-1-DN1", "it can pay", "sun")).then_refused(NoWaiverProposed)


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        (
            ProposeWaiver(CUSTOMER, "C-1-DN9", None, "lost", "chen", WAIVED_ON),
            "Customer C-1 has no debit note C-1-DN9.",
        ),
        (ApproveWaiver(CUSTOMER, "C-1-DN9", "sun", WAIVED_ON), "Customer C-1 has no debit note C-1-DN9."),
        (
            ProposeWaiver(CUSTOMER, NOTE, Decimal(1_501), "lost", "chen", WAIVED_ON),
            "1,500.00 CNY of debit note C-1-DN1 are open; 1,501.00 CNY cannot be waived.",
        ),
    ],
)
def test_a_waiver_of_more_than_is_open_is_not_proposed(command: Command, sentence: str) -> None:
    assert str(proposed().when(command).outcome) == sentence


async def test_two_persons_waive_a_large_note_and_neither_does_it_alone(running: Running, issuer: Issuer) -> None:
    async def sent(name: str, path: str, body: Any, role: str = "head-of-credit") -> tuple[int, Any]:
        url, token = f"/v1/debit-notes/C-1/{NOTE}/waiver{path}", bearer(issuer.token(name, [role]))
        answer = await running.client.post(url, json=body, headers=token)
        await at_rest(running.runtime)
        return answer.status_code, answer.json()

    await running.move_to("2024-02-05")
    bounced = erp.ChequeBounced(
        payment_id="P-9", customer_id="C-1", bounced_on=date(2024, 2, 5), face_amount=Decimal(100_000), currency="CNY"
    )
    await running.hear(bounced)
    reason = {"reason": "a long-standing customer"}
    status, refused = await sent("ma", "", reason, "credit-controller")
    assert (status, refused["detail"]) == (409, "2,000.00 CNY needs somebody else's approval.")
    assert (await sent("ma", "", {**reason, "approved_by": "sun"}, "credit-controller"))[0] == 403
    assert (await sent("ma", "", {**reason, "approved_by": "ma"}, "credit-controller"))[0] == 409
    assert (await sent("ma", "/proposal", {**reason, "proposed_by": "sun"}, "credit-controller"))[0] == 403
    assert (await sent("ma", "/proposal", reason, "credit-controller"))[0] == 200
    (waits,) = (await running.get("/v1/debit-notes", waiver_proposed=True))["items"]
    assert (waits["waiver_proposal"]["proposed_by"], Decimal(waits["waiver_proposal"]["amount"])) == ("ma", 2_000)
    assert (await sent("zhu", "/approval", {}, "credit-controller"))[0] == 403, "only the head approves"
    assert (await sent("ma", "/approval", {}))[0] == 409, "who proposes and who approves are two persons"
    assert (await sent("sun", "/approval", {"approved_by": "ma"}))[0] == 403
    assert (await sent("sun", "/rejection", {"reason": "it can pay"}))[0] == 200
    assert (await sent("sun", "/approval", {}))[0] == 409
    assert (await sent("ma", "/proposal", reason))[0] == 200
    assert (await sent("sun", "/approval", {}))[0] == 200
    note = await running.get(f"/v1/debit-notes/C-1/{NOTE}")
    assert (note["status"], note["waiver_proposed"], note["waiver_proposal"]) == ("waived", False, {})
    assert (note["waivers"][0]["waived_by"], note["waivers"][0]["approved_by"]) == ("ma", "sun")
