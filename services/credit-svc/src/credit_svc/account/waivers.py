"""Waivers of debit notes that one person proposes and another approves."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from chassis.domain import Refusal
from contracts.credit import DebitNoteWaiverProposed, DebitNoteWaiverRejected
from credit_svc.account.debit_notes import UnknownDebitNote, WaiveDebitNote, give_up, waivable
from credit_svc.account.decision import AccountDecision, Handlers, WithoutDay
from credit_svc.receivables.debits import Note, WaiverProposal


@dataclass(frozen=True, slots=True)
class ProposeWaiver:
    """``amount`` None: all that is open."""

    customer_id: str
    debit_note_id: str
    amount: Decimal | None
    reason: str
    by: str
    on: date


@dataclass(frozen=True, slots=True)
class ApproveWaiver:
    customer_id: str
    debit_note_id: str
    by: str
    on: date


@dataclass(frozen=True, slots=True)
class RejectWaiver(WithoutDay):
    customer_id: str
    debit_note_id: str
    reason: str
    by: str


class NoWaiverProposed(Refusal):
    """There is no proposal to waive debit note {debit_note_id}; one person proposes, another approves."""


def _propose(decision: AccountDecision, command: ProposeWaiver) -> None:
    """In place of what was proposed before."""
    note, amount = waivable(decision, command.debit_note_id, command.amount)
    decision.emit(
        DebitNoteWaiverProposed(
            debit_note_id=command.debit_note_id,
            customer_id=decision.id,
            currency=note.currency,
            amount=amount,
            reason=command.reason,
            proposed_on=command.on,
            proposed_by=command.by,
        )
    )


def _approve(decision: AccountDecision, command: ApproveWaiver) -> None:
    """What is still open, which may be less than was proposed and is never more."""
    proposal = _proposal(decision, command.debit_note_id)
    note, open_amount = waivable(decision, command.debit_note_id, None)
    amount, note_id = min(open_amount, proposal.amount), command.debit_note_id
    waiver = WaiveDebitNote(decision.id, note_id, amount, proposal.reason, proposal.proposed_by, command.by, command.on)
    give_up(decision, waiver, note, amount)


def _reject(decision: AccountDecision, command: RejectWaiver) -> None:
    _proposal(decision, command.debit_note_id)
    decision.emit(
        DebitNoteWaiverRejected(
            debit_note_id=command.debit_note_id,
            customer_id=decision.id,
            reason=command.reason,
            rejected_by=command.by,
        )
    )


def _proposal(decision: AccountDecision, note_id: str) -> WaiverProposal:
    """Raises UnknownDebitNote and NoWaiverProposed."""
    note: Note | None = decision.state.debits.notes.get(note_id)
    if note is None:
        raise UnknownDebitNote(customer_id=decision.id, debit_note_id=note_id)
    if note.proposal is None:
        raise NoWaiverProposed(debit_note_id=note_id)
    return note.proposal


DECIDE: Handlers = {ProposeWaiver: _propose, ApproveWaiver: _approve, RejectWaiver: _reject}
