"""Rows follow the history of their account: what becomes part of another account leaves its rows, and forms them there anew."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, TypeVar

from chassis.domain import Happened
from chassis.read_models import Key, ReadModel
from contracts import Envelope, Event
from contracts.credit import AccountAbsorbed, AccountMerged
from credit_svc.account.state import moved_in

MOVES: tuple[type[Event], ...] = (AccountMerged, AccountAbsorbed)

Model = TypeVar("Model", bound=ReadModel[Any])


def following(model: Model) -> Model:
    """The read model or to-do list, whose rows go where their account goes: an account that is merged leaves those of what moved,
    and its own one; the account that it is part of has them from the same events.
    """
    keys, evolve, handles = model.keys, model.evolve, model.handles
    last: list[tuple[Event, dict[Key, list[Happened]]]] = []

    def by_key(event: AccountMerged | AccountAbsorbed, envelope: Envelope) -> dict[Key, list[Happened]]:
        """What of the event is about which row. Each row of an event asks for it, so that of the last event is at hand."""
        if not last or last[0][0] is not event:
            found = dict[Key, list[Happened]]()
            if model.key == ("customer_id",):
                found[(event.customer_id,)] = []
            for each in moved_in(event):
                if isinstance(each.event, handles):
                    # In the events that leave an account, too, they are addressed to the one where they arrive.
                    own = each.event.model_copy(update={"customer_id": event.customer_id})
                    for key in keys(own, envelope):
                        found.setdefault(key, []).append(each)
            last[:] = [(event, found)]
        return last[0][1]

    def keys_of(event: Event, envelope: Envelope) -> Iterable[Key]:
        if isinstance(event, AccountMerged | AccountAbsorbed):
            return list(by_key(event, envelope))
        return keys(event, envelope)

    def evolved(key: Key, row: Any, event: Event, envelope: Envelope) -> Any:
        if isinstance(event, AccountMerged):
            return None
        if isinstance(event, AccountAbsorbed):
            for each, occurred_at in by_key(event, envelope).get(key, ()):
                around = replace(envelope, type=each.TYPE, schema_version=each.VERSION, occurred_at=occurred_at)
                row = evolve(key, row, each, around)
            return row
        return evolve(key, row, event, envelope)

    both: tuple[type[Event], ...] = (*(each for each in handles if each not in MOVES), *MOVES)
    return replace(model, keys=keys_of, evolve=evolved, handles=both)
