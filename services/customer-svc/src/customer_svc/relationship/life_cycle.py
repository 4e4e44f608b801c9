"""The phase of the life cycle that a care round finds a customer in. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from contracts import Event
from contracts.customer import LifeCycle, LifeCycleChanged
from customer_svc.relationship.state import Relationship


@dataclass(frozen=True, slots=True)
class EnterPhase:
    """A care round's finding: the phase of the life cycle."""

    customer_id: str
    phase: LifeCycle
    because: str
    growth: Decimal | None
    silent_days: int
    on: date
    policy_version: int


def enter_phase(command: EnterPhase, relationship: Relationship) -> Sequence[Event]:
    if command.phase == relationship.phase:
        return []
    return [
        LifeCycleChanged(
            customer_id=command.customer_id,
            phase=command.phase,
            previous=relationship.phase,
            changed_on=command.on,
            because=command.because,
            growth=command.growth,
            silent_days=command.silent_days,
            policy_version=command.policy_version,
        )
    ]
