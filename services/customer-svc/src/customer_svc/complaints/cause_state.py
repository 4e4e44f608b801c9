"""What is known of a complaint's cause: the suppliers' corrective actions for it, and what suppliers answer themselves. Pure."""

from dataclasses import dataclass, field, replace

from immutables import Map

from contracts import Event
from contracts.customer import (
    ComplaintActionFollowed,
    ComplaintCauseReported,
    ComplaintHandedToSupplier,
    ComplaintTraceWithdrawn,
    ReportedStep,
)
from contracts.supplier import Discipline


@dataclass(frozen=True, slots=True)
class Followed:
    """A corrective action: what may be said of its steps that are done, and what was reported."""

    statements: Map[Discipline, str] = field(default_factory=Map)
    reported: frozenset[ReportedStep] = frozenset()

    @property
    def is_open(self) -> bool:
        return not self.reported & {"closure", "withdrawn"}


@dataclass(frozen=True, slots=True)
class Causes:
    """``actions`` by supplier and id; ``handed`` and ``answered`` by supplier; ``withdrawn`` are suppliers that do not answer for it.

    One whose corrective action goes on after that answers for it again.
    """

    actions: Map[tuple[str, str], Followed] = field(default_factory=Map)
    handed: Map[str, ComplaintHandedToSupplier] = field(default_factory=Map)
    answered: frozenset[str] = frozenset()
    withdrawn: frozenset[str] = frozenset()

    def owed(self) -> frozenset[tuple[str, str | None]]:
        """What is still to come: corrective actions by supplier and id, answers by supplier and None."""
        actions = {key for key, action in self.actions.items() if action.is_open}
        answers = {(supplier_id, None) for supplier_id in self.handed if supplier_id not in self.answered}
        return frozenset(each for each in (*actions, *answers) if each[0] not in self.withdrawn)


def evolve(causes: Causes, event: Event) -> Causes:
    match event:
        case ComplaintActionFollowed():
            key = (event.supplier_id, event.action_id)
            action = causes.actions.get(key, Followed())
            statements = action.statements.update({step.step: step.statement for step in event.done})
            actions = causes.actions.set(key, replace(action, statements=statements))
            return replace(causes, actions=actions, withdrawn=causes.withdrawn - {event.supplier_id})
        case ComplaintCauseReported(action_id=None):
            return replace(causes, answered=causes.answered | {event.supplier_id})
        case ComplaintCauseReported(action_id=str(action_id)):
            key = (event.supplier_id, action_id)
            action = causes.actions.get(key, Followed())
            action = replace(action, reported=action.reported | {event.step})
            return replace(causes, actions=causes.actions.set(key, action))
        case ComplaintHandedToSupplier():
            return replace(causes, handed=causes.handed.set(event.supplier_id, event))
        case ComplaintTraceWithdrawn():
            return replace(causes, withdrawn=causes.withdrawn | {event.supplier_id})
    return causes
