"""Everything that people do in the demo's year, in the order of time."""

from collections.abc import Sequence
from datetime import datetime

from standing.actors import (
    assessing,
    behaviour,
    care,
    collection,
    complaints,
    contracts,
    courts,
    debit_notes,
    incentives,
    partners,
    payables,
    qualifying,
    quality,
    rating,
    reaching,
    recalls,
    receipts,
    selling,
    surveys,
    total_limit,
    ways,
    year_before,
)
from standing.actors.action import Action, Partner


def actions(suppliers: Sequence[Partner], customers: Sequence[Partner], end: datetime) -> list[Action]:
    """What happens before ``end``; those of one instant in the order in which they are listed here."""
    happens = [
        *quality.actions(suppliers),
        *year_before.actions(suppliers),
        *incentives.actions(),
        *payables.actions(),
        *surveys.actions(),
        *contracts.actions(suppliers),
        *recalls.actions(suppliers),
        *care.actions(customers),
        *selling.actions(),
        *assessing.actions(customers),
        *collection.actions(),
        *total_limit.actions(),
        *behaviour.actions(),
        *debit_notes.actions(),
        *receipts.actions(),
        *ways.actions(),
        *courts.actions(),
        *reaching.actions(customers),
        *complaints.actions(),
        *rating.actions(suppliers),
        *qualifying.actions(),
        *partners.actions(),
    ]
    return sorted((action for action in happens if action.time < end), key=lambda action: action.time)
