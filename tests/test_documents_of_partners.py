"""Whatever comes of a document under two partners, by a topic or by HTTP, in whichever order: it counts for one of them alone."""

import typing
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple

import pytest
from hypothesis import given as for_all
from hypothesis import settings as examples
from hypothesis import strategies as st
from pydantic import ValidationError

import contracts
from chassis.claims import Document
from chassis.commands import Refused, Reply, Request
from chassis.handling.claims import ClaimBook, KnownOfAnother, changes_of
from chassis.handling.plan import ParkedBefore, Plan
from chassis.handling.state_cache import Folded
from chassis.handling.units import Message, UnitOfWork, WorkItem
from chassis.service import Service
from chassis.storage.log import NewEvent
from chassis.testing import envelope
from contracts import Event, customer, erp, supplier
from standing.facts.demo import demo
from standing.services import ALL

from .drills.stream import known_stream

GOLDEN = Path(contracts.__file__).parents[2] / "golden"
NOW = datetime(2024, 6, 1, 12, tzinfo=UTC)
PARTNERS = {"supplier_id", "customer_id", "party_id"}
"""A party is of the kind that the contract says; the golden one is a supplier's."""
OF_SEVERAL = {customer.ComplaintTraced}
"""A complaint may be traced to lots of several suppliers."""
CUSTOMERS_OWN = {customer.OrderPlaced}
"""Events of a service that bring a document to another one."""
OF_NO_PARTNER = {erp.LotBuilt}
"""What was built of what names no partner."""
OF_OUR_OWN = {erp.SupplierNoteCleared}
"""About a document that the service issued under an id of its own, with the supplier's in it: nobody else has it."""

READABLE: dict[type[Event], dict[str, Any]] = {
    erp.SurveyAnswered: {"kind": "rating", "answers": {"rating": Decimal(4)}},
    erp.SupplierNoteCleared: {"cleared_on": date(2024, 1, 1)},
}
"""What the golden sample says in words that no policy knows, or of a day after the message's own."""


class Door(NamedTuple):
    """A kind of fact, the service that takes it, and what it does with it."""

    service: Service
    event: type[Event]
    react: Any

    def commands(self, event: Event) -> Sequence[Any]:
        found = self.react(event, envelope(1), self.service.policy_book())
        return found if isinstance(found, list | tuple) else [] if found is None else [found]


DOORS = [
    Door(service, event, react)
    for service in ALL
    for source in service.sources
    for event, react in source.reactions.items()
    if (source.owner is None or event in CUSTOMERS_OWN) and event not in OF_SEVERAL
    if event not in OF_NO_PARTNER
]
IDS = [pytest.param(door, id=f"{door.service.name}-{door.event.TYPE}") for door in DOORS]


def samples(event: type[Event]) -> Iterator[Event]:
    """The golden sample of a type, whole and without what may be left out."""
    golden = event.model_validate_json((GOLDEN / f"{event.TYPE}.v{event.VERSION}.json").read_bytes())
    whole = event.model_validate({**golden.model_dump(), **READABLE.get(event, {})})
    optional = [name for name, field in event.model_fields.items() if type(None) in typing.get_args(field.annotation)]
    yield whole
    yield event.model_validate({**whole.model_dump(), **dict.fromkeys(optional)})


def of(partner: str, event: Event) -> Event:
    return event.model_copy(update=dict.fromkeys(PARTNERS & set(type(event).model_fields), partner))


class World:
    """A service without a database: batches are planned one after the other, each on what those before it have left."""

    def __init__(self, service: Service, *known: tuple[str, Event]) -> None:
        """``known``: streams, each with an event that it begins with."""
        self.service = service
        self.states: dict[str, Folded] = {}
        self.claims: dict[Document, frozenset[str]] = {}
        self.events: list[NewEvent] = []
        for stream, event in known:
            decider = next(each for each in service.deciders if stream.startswith(f"{each.category}-"))
            self.states[stream] = Folded(1, decider.evolve(decider.initial, event))

    def plan(self, units: Iterable[UnitOfWork]) -> Plan:
        units = list(units)
        for unit in units:
            for request in (request for item in unit.items for request in item.requests):
                decider = self.service.decider_of(request.command)
                self.states.setdefault(decider.stream(request.command), Folded(0, decider.initial))
        plan = Plan(
            self.service, SimpleNamespace(partition=lambda stream: 0), self.service.policy_book(), NOW, 10**6, "default",  # type: ignore[arg-type]
            self.states, {}, ParkedBefore({}, frozenset()), holders=dict(self.claims),
        )  # fmt: skip
        for unit in units:
            plan.add(unit)
        self.states = plan.states
        for document in plan.claims.documents:
            self.claims[document] = plan.claims._holders(document)
        self.events += plan.batch.events
        return plan

    def by_topic(self, door: Door, *events: Event) -> Plan:
        """Each fact as a message of its own."""
        first = len(self.events)
        return self.plan(
            UnitOfWork(
                (
                    WorkItem(
                        self._requests(door, event), Message("erp", 0, first + n, f"{n}", {}, b"", mark=f"{first}/{n}")
                    ),
                )
            )
            for n, event in enumerate(events)
        )

    def by_http(self, door: Door, event: Event) -> list[Reply]:
        return self.plan([UnitOfWork((WorkItem(self._requests(door, event)),))]).replies[0]

    def counted(self) -> dict[Document, set[str]]:
        """Document → the streams that have it, by what was written."""
        found = defaultdict[Document, set[str]](set)
        types = self.service.event_types
        for each in self.events:
            event = types[each.type, each.schema_version].from_log(each.data)
            for change in changes_of(self.service.claims, each.stream, [(event, each.event_id)]):
                streams = found[Document(change.kind, change.id)]
                streams.discard(each.stream) if change.how == "free" else streams.add(each.stream)
        return found

    @staticmethod
    def _requests(door: Door, event: Event) -> tuple[Request, ...]:
        return tuple(Request(command, None, NOW, "law") for command in door.commands(event))


def before(partner: str, sample: Event) -> list[tuple[str, Event]]:
    """What must have happened so that the partner has the document that the sample is about."""
    if type(sample) not in OF_OUR_OWN:
        return []
    note = golden(supplier.SupplierNoteIssued).model_copy(update={"note_id": sample.note_id})  # type: ignore[attr-defined]
    return [(f"supplier-{partner}", of(partner, note))]


def streams_of(world: World, before: int) -> set[str]:
    return {each.stream for each in world.events[before:]}


@pytest.mark.parametrize("door", IDS)
def test_a_fact_that_names_a_second_partner_is_parked_or_is_said_of_the_first(door: Door) -> None:
    for sample in samples(door.event):
        for first, second in (("P-1", "P-2"), ("P-2", "P-1")):
            world = World(door.service, *before(first, sample))
            assert not world.by_topic(door, of(first, sample)).parked
            theirs, counted = streams_of(world, 0), len(world.events)
            plan = world.by_topic(door, of(second, sample))
            assert plan.parked or streams_of(world, counted) <= theirs, f"it counts for {second} too"
            if plan.parked and plan.parked[0].rejection.code.startswith("known-of-another"):
                (named,) = PARTNERS & set(door.event.model_fields)
                party = "supplier" if door.service.name == "supplier-svc" else "customer"
                kind = party if named == "party_id" else named.removesuffix("_id")
                reason = plan.parked[0].rejection.reason
                assert f"is known of {kind} {first}" in reason or "by itself" in reason
            again = world.by_topic(door, of(first, sample))
            assert not again.parked, "its own partner may repeat it"
            assert all(len(streams) <= 1 for streams in world.counted().values())


@pytest.mark.parametrize("door", IDS)
def test_by_http_it_is_refused_where_a_message_is_parked_and_both_doors_share_the_claim(door: Door) -> None:
    for sample in samples(door.event):
        world, other = (World(door.service, *before("P-1", sample)) for _ in range(2))
        world.by_topic(door, of("P-1", sample))
        other.by_http(door, of("P-1", sample))
        assert world.claims == other.claims
        replies, plan = world.by_http(door, of("P-2", sample)), other.by_topic(door, of("P-2", sample))
        refused = [reply for reply in replies if isinstance(reply, Refused)]
        assert bool(refused) == bool(plan.parked)
        for reply in refused:
            assert reply.status in ({404} if door.event in OF_OUR_OWN else {409, 422})


def test_a_return_is_of_one_order_or_of_none_and_of_another_one_once_its_order_has_refused_it() -> None:
    (door,) = (each for each in DOORS if each.event is erp.OrderReturned)
    (order,) = (each for each in DOORS if each.event is erp.OrderSubmitted and each.service is door.service)
    returned, submitted = next(samples(door.event)), next(samples(order.event))
    one, other, none = (returned.model_copy(update={"order_id": id}) for id in ("O-1", "O-2", None))
    world = World(door.service)
    of_another, of_none = world.by_topic(door, one, other, none).parked
    name = f"Return {returned.return_id}"  # type: ignore[attr-defined]
    assert of_another.rejection.reason.startswith(
        f"{name} is known of order O-1, so it is none of O-2. Correct the order"
    )
    assert of_none.rejection.reason.startswith(f"{name} is known of order O-1, so it is none by itself.")
    # It came before its order, which is in another currency, and so refuses it.
    assert not world.by_topic(order, submitted.model_copy(update={"order_id": "O-1", "currency": "EUR"})).parked
    assert not world.by_topic(door, other).parked
    (by_itself,) = World(door.service).by_topic(door, none, one).parked
    assert by_itself.rejection.reason.startswith(f"{name} is known by itself, so it is none of order O-1.")


def test_of_the_facts_of_other_systems_none_is_left_out() -> None:
    of_a_partner = {
        event for service in ALL for source in service.sources for event in source.events if source.owner is None
    }
    assert of_a_partner - OF_NO_PARTNER == {door.event for door in DOORS} - CUSTOMERS_OWN
    assert all(PARTNERS & set(door.event.model_fields) for door in DOORS)
    assert not any(PARTNERS & set(event.model_fields) for event in OF_NO_PARTNER)
    claiming = [service for service in ALL if service.claims]
    assert {service.name for service in claiming} >= {"supplier-svc", "customer-svc", "credit-svc"}


TAKING = [pytest.param(service, kind, id=kind.TYPE) for service in ALL for kind in service.claims.takes]


@pytest.mark.parametrize(("service", "kind"), TAKING)
def test_what_an_event_claims_no_other_stream_may_claim_until_it_is_freed(service: Service, kind: type[Event]) -> None:
    sample = COUNTED[kind] if kind in COUNTED else golden(kind)
    category = next(each.category for each in service.deciders if kind in each.claims.takes)
    for first, second in (("A", "B"), ("B", "A")):
        book = ClaimBook(service, {})
        book.note(f"{category}-{first}", [sample], ["1"])
        assert book.documents, "the sample claims something"
        book.note(f"{category}-{first}", [sample, sample], ["2", "3"])
        for _ in range(2):
            with pytest.raises(KnownOfAnother, match=f"is known of .*{first}, so it is none of {second}."):
                book.note(f"{category}-{second}", [sample], ["4"])
        book.undo(0)
        book.note(f"{category}-{second}", [sample], ["5"])


def golden(kind: type[Event]) -> Event:
    return kind.model_validate_json((GOLDEN / f"{kind.TYPE}.v{kind.VERSION}.json").read_bytes())


def _mended() -> Event:
    """A reversal that turned out to be a lot."""
    corrected: Any = golden(supplier.DeliveryCorrected)
    before = corrected.before.model_copy(update={"quantity": Decimal(0)})
    mended: Event = corrected.model_copy(update={"before": before})
    return mended


def _numbered(kind: type[Event]) -> Event:
    """A supplier that passed with a registration number in force."""
    return golden(kind).model_copy(update={"registration_numbers": ("9131",)})


COUNTED = {
    supplier.DeliveryCorrected: _mended(),
    supplier.SupplierApproved: _numbered(supplier.SupplierApproved),
    supplier.SupplierTrialStarted: _numbered(supplier.SupplierTrialStarted),
}
"""Instead of a golden sample that claims nothing."""


Step = tuple[int, str, bool]
BY_SERVICE = {
    name: [door for door in DOORS if door.service.name == name] for name in {door.service.name for door in DOORS}
}


@examples(max_examples=60, deadline=None)
@for_all(st.data())
@pytest.mark.parametrize("name", sorted(BY_SERVICE))
def test_whatever_comes_in_any_order_and_in_any_batches_no_document_is_of_two(name: str, data: st.DataObject) -> None:
    doors = BY_SERVICE[name]
    step = st.tuples(st.integers(0, len(doors) - 1), st.sampled_from(["P-1", "P-2", "P-3"]), st.booleans())
    steps: list[Step] = data.draw(st.lists(step, min_size=2, max_size=12))
    known = (each for door in doors for each in before("P-1", next(samples(door.event))))
    world = World(doors[0].service, *known)
    for number, partner, by_http in steps:
        door = doors[number]
        event = of(partner, next(samples(door.event)))
        if by_http:
            world.by_http(door, event)
        else:
            world.by_topic(door, event, of("P-1", event))
        counted = world.counted()
        assert all(len(streams) <= 1 for streams in counted.values()), counted
        assert {each: frozenset(streams) for each, streams in counted.items() if streams} == {
            each: streams for each, streams in world.claims.items() if streams
        }


def test_the_demo_and_the_drills_say_no_document_of_two_partners() -> None:
    own: dict[type[Event], str] = {
        erp.GoodsReceived: "delivery_id", erp.InspectionCompleted: "inspection_id", erp.SupplierCaseReported: "case_id",
        erp.OrderSubmitted: "order_id", erp.OrderReturned: "return_id", erp.SurveyAnswered: "survey_id",
        erp.InvoiceIssued: "invoice_id", erp.CreditNoteIssued: "credit_note_id", erp.PaymentReceived: "payment_id",
        erp.ChequeBounced: "payment_id", erp.PaymentRefunded: "refund_id",
    }  # fmt: skip
    types = {event.TYPE: event for event in own}
    sent = [*demo().facts, *(fact for wave in known_stream(20_000).waves for fact in wave)]
    partners = defaultdict[tuple[str, str], set[str]](set)
    for fact in sent:
        try:
            event: Any = types[fact.type].model_validate_json(fact.data)
        except (KeyError, ValidationError):
            continue  # spoilt on purpose, or about a document that another fact brings
        named = own[type(event)]
        partners[named, getattr(event, named)].add(getattr(event, "customer_id", None) or event.supplier_id)
    assert len(partners) > 20_000
    assert [document for document, of_whom in partners.items() if len(of_whom) > 1] == []
