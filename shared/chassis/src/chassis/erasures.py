"""The read model of erasures of persons: which wait for the second pair of eyes, and what became of the others."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from chassis.read_models import ReadModel
from contracts import Envelope, Event
from contracts.persons import DataSubjectErased, ErasureProposed, ErasureWithdrawn

ErasureStatus = Literal["proposed", "erased", "withdrawn"]


@dataclass(frozen=True)
class ErasureRow:
    """One erasure; ``decided_by`` has approved or withdrawn it, and is None while it waits."""

    subject: str
    number: int
    status: ErasureStatus
    reason: str
    proposed_by: str
    proposed_at: datetime
    decided_by: str | None = None
    decided_at: datetime | None = None
    withdrawn_because: str | None = None


Handled = ErasureProposed | ErasureWithdrawn | DataSubjectErased
KEY = ("subject", "number")


def _keys(event: Handled, _: Envelope) -> list[tuple[str, int]]:
    return [(event.subject, event.number)]


def _evolve(key: tuple[str, int], row: ErasureRow | None, event: Handled, around: Envelope) -> ErasureRow | None:
    match event:
        case ErasureProposed(reason=reason, proposed_by=by):
            return ErasureRow(*key, "proposed", reason, by, around.occurred_at)
        case ErasureWithdrawn(reason=reason, withdrawn_by=by):
            if row is None:  # only what was proposed is withdrawn
                return None
            return replace(
                row, status="withdrawn", decided_by=by, decided_at=around.occurred_at, withdrawn_because=reason
            )
        case DataSubjectErased(reason=reason, proposed_by=proposed_by, approved_by=by):
            row = row or ErasureRow(*key, "erased", reason, proposed_by, around.occurred_at)
            return replace(row, status="erased", decided_by=by, decided_at=around.occurred_at)


ERASURES = ReadModel("erasures", 1, ErasureRow, KEY, _keys, _evolve, indexes=(("status", *KEY),))


def erasures_in(events: Sequence[type[Event]]) -> tuple[ReadModel[ErasureRow], ...]:
    """The read model of a service, where its events are of persons; none for another one."""
    own = tuple(each for each in events if issubclass(each, ERASURES.handles))
    return (replace(ERASURES, handles=own),) if own else ()
