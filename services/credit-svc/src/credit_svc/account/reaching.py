"""How a debtor is reached: where it is by its file, and the way that each step of its case takes there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from contracts import Event
from contracts.credit import CollectionCaseOpened, CollectionStepTaken, ContactWay, Strategy
from credit_svc.account.decision import AccountDecision, Handlers
from credit_svc.collection.reaching import place_of, way_of
from credit_svc.policies.collection import CollectionPolicy


@dataclass(frozen=True, slots=True)
class NoteReach:
    """What a customer's file says of the way there; None: it says nothing new of that.

    ``place``: province and city. ``ways``: those for which it has an address.
    """

    customer_id: str
    on: date
    place: tuple[str | None, str | None] | None = None
    ways: tuple[ContactWay, ...] | None = None


def _note(decision: AccountDecision, command: NoteReach) -> None:
    known, policy = decision.state.file.place, decision.policy(CollectionPolicy, command.on).document
    province, city = command.place or ((known.province, known.city) if known else (None, None))
    ways = command.ways if command.ways is not None else known.ways if known else ()
    noted = place_of(decision.id, province, city, ways, policy)
    if noted != known and (known is not None or province or city or ways):
        decision.emit(noted)


def with_ways(decision: AccountDecision, events: Sequence[Event], on: date) -> list[Event]:
    """Steps with the way that they take. A place that is judged otherwise by now, as the offices are others, is noted before them."""
    found = list[Event]()
    for event in events:
        if not isinstance(event, CollectionStepTaken):
            found.append(event)
            continue
        policy, known = decision.policy(CollectionPolicy, on).document, decision.state.file.place
        known_now = (known.province, known.city, known.ways) if known else (None, None, ())
        place = place_of(decision.id, *known_now, policy)
        if policy.offices and place != known:
            found.append(place)
        way, because = way_of(event.step, _strategy(decision, found), place, policy)
        found.append(event.model_copy(update={"contact_way": way, "way_because": because}))
    return found


def _strategy(decision: AccountDecision, before: Sequence[Event]) -> Strategy:
    """Of the case that opens with the step, or of the one that is open."""
    opened = [event.strategy for event in before if isinstance(event, CollectionCaseOpened)]
    case = decision.state.case
    return opened[-1] if opened else case.strategy if case else "general"


DECIDE: Handlers = {NoteReach: _note}
