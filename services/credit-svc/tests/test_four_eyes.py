"""Where one person proposes, another approves; a name that looks like the proposer's is the proposer."""

from datetime import date
from decimal import Decimal

import pytest

from chassis.domain import Command
from contracts.credit import CreditLimitSet, DebitNoteWaived, InvoiceWrittenOff, TemporaryLimitRaised
from credit_svc.account.debit_notes import WaiveDebitNote
from credit_svc.account.increases import IncreaseLimitTemporarily
from credit_svc.account.limits import ApproveLimit, ProposeLimit, SetCreditLimit
from credit_svc.account.refusals import FourEyesNeeded
from credit_svc.account.waivers import ApproveWaiver, ProposeWaiver
from credit_svc.account.write_offs import ApproveWriteOff, ProposeWriteOff
from credit_svc.testing import CUSTOMER, account, bounce, invoice

JUNE = date(2024, 6, 1)
LIMIT = SetCreditLimit(CUSTOMER, Decimal(1_000), "EUR", JUNE, "reviewed", "head of credit", JUNE)


def approvals(by: str) -> dict[str, tuple[tuple[Command, ...], Command, type]]:
    """What alice proposed, and its approval by somebody: what happened before, the approval, and what it publishes."""
    limit = ProposeLimit(CUSTOMER, Decimal(2_000), "EUR", JUNE, "growing", "alice", JUNE)
    both = SetCreditLimit(CUSTOMER, Decimal(2_000), "EUR", JUNE, "growing", by, JUNE, proposed_by="alice")
    raised = IncreaseLimitTemporarily(
        CUSTOMER, Decimal(2_000), "EUR", JUNE, date(2024, 6, 30), "season", "alice", by, JUNE
    )
    write_off = ProposeWriteOff(CUSTOMER, "I-1", "bankrupt", "alice", date(2024, 8, 1))
    claimed = (invoice(1), bounce(1, 10_000, JUNE))
    waiver = ProposeWaiver(CUSTOMER, f"{CUSTOMER}-DN1", None, "an old customer", "alice", JUNE)
    waived = WaiveDebitNote(CUSTOMER, f"{CUSTOMER}-DN1", None, "an old customer", "alice", by, JUNE)
    return {
        "a limit": ((limit,), ApproveLimit(CUSTOMER, f"{CUSTOMER}-L1", by, JUNE), CreditLimitSet),
        "a limit with its proposer": ((), both, CreditLimitSet),
        "a raise": ((LIMIT,), raised, TemporaryLimitRaised),
        "a write-off": (
            (invoice(1), write_off),
            ApproveWriteOff(CUSTOMER, "I-1", by, date(2024, 8, 10)),
            InvoiceWrittenOff,
        ),
        "a waiver": ((*claimed, waiver), ApproveWaiver(CUSTOMER, f"{CUSTOMER}-DN1", by, JUNE), DebitNoteWaived),
        "a waiver with its approver": (claimed, waived, DebitNoteWaived),
    }


@pytest.mark.parametrize("what", list(approvals("bob")))
@pytest.mark.parametrize("by", ["alice", "Alice", "alice ", "\u0430lice", "ali\u200bce"])
def test_nobody_approves_what_a_look_alike_of_the_name_proposed(what: str, by: str) -> None:
    before, approval, _ = approvals(by)[what]
    account(*before).when(approval).then_refused(FourEyesNeeded, "cannot approve")


@pytest.mark.parametrize("what", list(approvals("bob")))
def test_another_person_approves(what: str) -> None:
    before, approval, published = approvals("bob")[what]
    assert account(*before).when(approval).one(published)
