"""Who answers for a nonconformance: decided by a person, or by an objection that was upheld."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from chassis.domain import Decision, Refusal
from supplier_svc.scoring.tally import Nonconformance
from supplier_svc.sentences import Sentences
from supplier_svc.supplier import complaints, owed_actions, restatements
from supplier_svc.supplier.rules.facts import responsibility_decided
from supplier_svc.supplier.state import Supplier


@dataclass(frozen=True, slots=True)
class DecideResponsibility:
    """Say who answers for a nonconformance; may also change what was decided before.

    Without ``decided_on`` it counts from the day on which the record was found.
    """

    supplier_id: str
    nonconformance_id: str
    responsibility: Literal["supplier", "own"]
    decided_on: date | None = None


Command = DecideResponsibility


class NonconformanceUnknown(Refusal):
    """Supplier {supplier_id} has no nonconformance {nonconformance_id}."""

    status = 404


def decide(command: DecideResponsibility, decision: Decision[Supplier]) -> None:
    supplier_id, nonconformance_id = command.supplier_id, command.nonconformance_id
    before = decision.state.facts.nonconformance(nonconformance_id)
    if before is None:
        raise NonconformanceUnknown(supplier_id=supplier_id, nonconformance_id=nonconformance_id)
    decided = Sentences.SUPPLIER_ANSWERS if command.responsibility == "supplier" else Sentences.OWN_FAULT
    because = decided(nonconformance_id=nonconformance_id)
    refuted = Sentences.NOT_THE_SUPPLIERS(nonconformance_id=nonconformance_id)
    on = command.decided_on or before.found_on
    settle(decision, nonconformance_id, before, command.responsibility, because, refuted, on)


def settle(
    decision: Decision[Supplier],
    nonconformance_id: str,
    before: Nonconformance,
    responsibility: Literal["supplier", "own"],
    because: str,
    refuted_because: str,
    on: date,
) -> None:
    """``because`` is why a graded period is restated, ``refuted_because`` why a complaint is not the supplier's, since the day ``on``."""
    if before.responsibility == responsibility:
        return
    decision.emit(responsibility_decided(decision.id, nonconformance_id, before, responsibility, decision.policies))
    if responsibility == "own" and complaints.is_complaint(before):
        complaints.refute(decision, nonconformance_id, before, refuted_because, on)
    owed_actions.after_record(decision, nonconformance_id, on)
    restatements.follow(decision, before.found_on, because, (before.item_id, before.lot_id))
