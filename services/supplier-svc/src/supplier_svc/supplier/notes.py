"""Notes to finance: what a supplier owes for a claim or a penalty, what we owe it for a reward, and what turned out to be no claim."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal, assert_never

from chassis.domain import Decision, Refusal
from contracts.currencies import check_places, money
from contracts.erp import SupplierNoteCleared as Clearing
from contracts.supplier import NoteDirection, NoteLine, SupplierNoteCleared, SupplierNoteIssued
from supplier_svc.policies.incentives import SupplierIncentives
from supplier_svc.supplier.state import Supplier
from supplier_svc.supplier.state.claims import Claim


@dataclass(frozen=True, slots=True)
class IssueNote:
    """The days to answer a penalty or reward in money are over."""

    supplier_id: str
    kind: Literal["penalty", "reward"]
    incentive_id: str
    issued_on: date


@dataclass(frozen=True, slots=True)
class ClearNote:
    """Finance cleared a note or a part of it. More than is open is recorded all the same, because it has happened.

    ``told_on``: the day on which finance told it.
    """

    clearing: Clearing
    told_on: date

    @property
    def supplier_id(self) -> str:
        return self.clearing.supplier_id


Command = IssueNote | ClearNote


class NoteUnknown(Refusal):
    """Supplier {supplier_id} has no note {note_id}."""

    status = 404


class NoteInAnotherCurrency(Refusal):
    """Note {note_id} is in {currency}; {amount} cannot clear it."""

    status = 422


class ClearedInTheFuture(Refusal):
    """Note {note_id} cannot have been cleared on {cleared_on}, which had not come on {told_on}, when it was told."""

    status = 422


class ClearingInFractions(Refusal):
    """Note {note_id} cannot be cleared: {because}."""

    status = 422


def decide(command: Command, decision: Decision[Supplier]) -> None:
    match command:
        case IssueNote():
            _issue_of_incentive(command, decision)
        case ClearNote(clearing):
            _clear(clearing, command.told_on, decision)
        case _:
            assert_never(command)


def _issue_of_incentive(command: IssueNote, decision: Decision[Supplier]) -> None:
    incentives = decision.state.incentives
    of = incentives.penalties if command.kind == "penalty" else incentives.rewards
    event = of.get(command.incentive_id)
    if event is None or event.amount is None or event.currency is None:
        return
    if (command.kind, command.incentive_id) in decision.state.notes.of:
        return
    line = NoteLine(kind=command.kind, reference=command.incentive_id, amount=event.amount, because=event.because)
    _issue(decision, "debit" if command.kind == "penalty" else "credit", event.currency, line, command.issued_on)


def _clear(clearing: Clearing, told_on: date, decision: Decision[Supplier]) -> None:
    note = decision.state.notes.by_id.get(clearing.note_id)
    if note is None:
        raise NoteUnknown(supplier_id=clearing.supplier_id, note_id=clearing.note_id)
    if note.issued.currency != clearing.currency:
        amount = money(clearing.amount, clearing.currency)
        raise NoteInAnotherCurrency(note_id=clearing.note_id, currency=note.issued.currency, amount=amount)
    if clearing.cleared_on > told_on:
        raise ClearedInTheFuture(note_id=clearing.note_id, cleared_on=clearing.cleared_on, told_on=told_on)
    try:
        check_places(clearing.amount, clearing.currency)
    except ValueError as error:
        raise ClearingInFractions(note_id=clearing.note_id, because=str(error)) from error
    decision.emit(
        SupplierNoteCleared(
            **dict(clearing),
            open=max(note.open - clearing.amount, Decimal(0)),
            excess=max(clearing.amount - note.open, Decimal(0)),
        )
    )


def charge(decision: Decision[Supplier], claim_id: str, claim: Claim, amount: Decimal, on: date) -> None:
    """The debit note for a claim that was settled with an amount above 0."""
    line = NoteLine(
        kind="claim",
        reference=claim_id,
        item_id=claim.item_id,
        lot_id=claim.lot_id,
        delivery_id=claim.delivery_id,
        amount=amount,
        because=claim.because,
    )
    _issue(decision, "debit", claim.currency, line, on)


def is_charged(supplier: Supplier, claim_id: str) -> bool:
    """Whether there is a note for the claim that was not reversed."""
    return ("claim", claim_id) in supplier.notes.of and ("reversal", claim_id) not in supplier.notes.of


def reverse(decision: Decision[Supplier], claim_id: str, because: str, on: date) -> None:
    """The note of a claim is taken back by one in the other direction, whatever was cleared of it: finance offsets the two."""
    if not is_charged(decision.state, claim_id):
        return
    note = decision.state.notes.by_id[decision.state.notes.of["claim", claim_id]].issued
    [charged] = note.lines
    line = charged.model_copy(update={"kind": "reversal", "because": because})
    _issue(decision, "credit", note.currency, line, max(on, note.issued_on), note.note_id)


def _issue(
    decision: Decision[Supplier],
    direction: NoteDirection,
    currency: str,
    line: NoteLine,
    on: date,
    reverses: str | None = None,
) -> None:
    policy = decision.policy(SupplierIncentives, on)
    days = policy.document.note_due_days
    if days is None and reverses is None:
        return  # notes are switched off; what was issued is taken back all the same
    decision.emit(
        SupplierNoteIssued(
            supplier_id=decision.id,
            note_id=f"SN-{decision.id}-{len(decision.state.notes.by_id) + 1}",
            direction=direction,
            currency=currency,
            amount=line.amount,
            lines=(line,),
            issued_on=on,
            due_on=on if days is None else policy.document.term(on, days),
            reverses=reverses,
            policy_version=policy.version,
        )
    )
