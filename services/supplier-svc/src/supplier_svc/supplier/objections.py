"""Objections of a supplier to records about it, and what an upheld one changes."""

from dataclasses import asdict, dataclass
from datetime import date
from typing import Literal, assert_never

from chassis.domain import Decision, Refusal
from contracts.supplier import CaseWithdrawn, LatenessExcused, ObjectionDecided, ObjectionRaised
from supplier_svc.scoring.period import Period
from supplier_svc.sentences import Sentences
from supplier_svc.supplier import responsibility, restatements
from supplier_svc.supplier.repeats import check_same
from supplier_svc.supplier.state import Supplier
from supplier_svc.supplier.state.objections import Objection


@dataclass(frozen=True, slots=True)
class RaiseObjection:
    """The supplier objects to a nonconformance, to the lateness of a delivery, or to a case."""

    supplier_id: str
    objection_id: str
    record_kind: Literal["nonconformance", "delivery", "case"]
    record_id: str
    reason: str
    evidence: tuple[str, ...]
    raised_on: date


@dataclass(frozen=True, slots=True)
class DecideObjection:
    supplier_id: str
    objection_id: str
    outcome: Literal["upheld", "dismissed"]
    because: str
    decided_by: str
    decided_on: date


Command = RaiseObjection | DecideObjection


class RecordUnknown(Refusal):
    """Supplier {supplier_id} has no {record_kind} {record_id} to object to."""

    status = 404


class ObjectionUnknown(Refusal):
    """Supplier {supplier_id} never raised objection {objection_id}."""

    status = 404


class ObjectionWasDecided(Refusal):
    """Objection {objection_id} was {outcome} already; raise another one with new evidence."""


def decide(command: Command, decision: Decision[Supplier]) -> None:
    match command:
        case RaiseObjection():
            _raise(command, decision)
        case DecideObjection():
            _decide_objection(command, decision)
        case _:
            assert_never(command)


def _raise(command: RaiseObjection, decision: Decision[Supplier]) -> None:
    if (on_record := decision.state.objections.by_id.get(command.objection_id)) is not None:
        check_same(f"Objection {command.objection_id}", asdict(on_record), asdict(command))
        return
    day = _day_of(decision, command.record_kind, command.record_id)
    if day is None:
        raise RecordUnknown(
            supplier_id=command.supplier_id, record_kind=command.record_kind, record_id=command.record_id
        )
    decision.emit(
        ObjectionRaised(
            supplier_id=command.supplier_id,
            objection_id=command.objection_id,
            record_kind=command.record_kind,
            record_id=command.record_id,
            reason=command.reason,
            evidence=command.evidence,
            raised_on=command.raised_on,
            record_on=day,
        )
    )


def _day_of(
    decision: Decision[Supplier], kind: Literal["nonconformance", "delivery", "case"], record_id: str
) -> date | None:
    """The business date of a record that counts against the supplier; None where there is no such record."""
    facts = decision.state.facts
    match kind:
        case "nonconformance":
            record = facts.nonconformance(record_id)
            return record.found_on if record else None
        case "delivery":
            lot = facts.deliveries.get(record_id)
            return lot.received_on if lot else None
        case "case":
            case = facts.cases.get(record_id)
            return case.happened_on if case else None


def _decide_objection(command: DecideObjection, decision: Decision[Supplier]) -> None:
    objection = decision.state.objections.by_id.get(command.objection_id)
    if objection is None:
        raise ObjectionUnknown(supplier_id=command.supplier_id, objection_id=command.objection_id)
    if objection.outcome == command.outcome:
        return
    if objection.outcome is not None:
        raise ObjectionWasDecided(objection_id=command.objection_id, outcome=objection.outcome)
    decision.emit(
        ObjectionDecided(
            supplier_id=command.supplier_id,
            objection_id=command.objection_id,
            record_kind=objection.record_kind,
            record_id=objection.record_id,
            outcome=command.outcome,
            because=command.because,
            decided_by=command.decided_by,
            decided_on=command.decided_on,
        )
    )
    if command.outcome == "upheld":
        because = Sentences.OBJECTION_UPHELD(objection_id=command.objection_id, because=command.because)
        _uphold(decision, objection, because, command.decided_on)


def _uphold(decision: Decision[Supplier], objection: Objection, because: str, on: date) -> None:
    """The record stops counting, and its period is restated; a second objection to it changes nothing."""
    facts = decision.state.facts
    match objection.record_kind:
        case "nonconformance":
            before = facts.nonconformance(objection.record_id)
            assert before is not None
            responsibility.settle(decision, objection.record_id, before, "own", because, because, on)
        case "delivery":
            lot = facts.deliveries[objection.record_id]
            if lot.days_late:
                decision.emit(
                    LatenessExcused(
                        supplier_id=decision.id,
                        delivery_id=objection.record_id,
                        item_id=lot.item_id,
                        received_on=lot.received_on,
                        days_late_before=lot.days_late,
                        plant_id=lot.plant_id,
                    )
                )
                restatements.follow(decision, lot.received_on, because)
        case "case":
            case = facts.cases[objection.record_id]
            counted = facts.tallies.get(Period.of(case.happened_on))
            if counted is not None and objection.record_id in counted.cases:
                decision.emit(
                    CaseWithdrawn(
                        supplier_id=decision.id,
                        case_id=objection.record_id,
                        kind=case.kind,
                        happened_on=case.happened_on,
                        item_id=case.item_id,
                        plant_id=case.plant_id,
                    )
                )
                restatements.follow(decision, case.happened_on, because)
