"""No date can make a decision or a read model of this service fail: at both ends of the calendar, and beyond, as old logs have it."""

from dataclasses import fields, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from chassis.calendar import FIRST_DAY, LAST_DAY
from chassis.domain import Refusal
from chassis.testing import replay
from chassis.testing.replay import envelope
from contracts import Event
from contracts.supplier import OnboardingFile
from supplier_svc.items import DECIDER as ITEM
from supplier_svc.items.sources import NoteSource, RemoveSource
from supplier_svc.policies.gradings import SupplierGrading
from supplier_svc.service import SERVICE
from supplier_svc.supplier.certificates import RecordCertificate, RemindOfCertificate
from supplier_svc.supplier.claims import RaiseClaim
from supplier_svc.supplier.contracts import SignContract
from supplier_svc.supplier.corrective_actions import EscalateStep, OpenCorrectiveAction
from supplier_svc.supplier.facts import RecordComplaint, RecordSurvey
from supplier_svc.supplier.improvements import CallForImprovement, RecordImprovement
from supplier_svc.supplier.objections import RaiseObjection
from supplier_svc.supplier.onboarding import AdoptSupplier, RegisterSupplier
from supplier_svc.supplier.sourcing import NameSource
from supplier_svc.supplier.trading_status import EliminateSupplier, OpenReentry
from supplier_svc.testing import book, case, deliveries, delivery, grade, inspection, supplier
from supplier_svc.timers import sources_due

DAY = date(2024, 6, 5)
PLAUSIBLE = SupplierGrading(plausible_from=FIRST_DAY, plausible_until=LAST_DAY)
KNOWN = supplier(under=(PLAUSIBLE,)).when(
    AdoptSupplier("S-1", OnboardingFile(name="Reddoit"), DAY, "chen", "traded since 2015"),
    *deliveries(9), inspection("I-1", "critical", "major own", line_stop_minutes=5), grade("2024-05"),
    delivery("D-2024-05-10-0", quantity=Decimal(5)), inspection("I-1", "critical", "major own", result="concession"),
    RecordCertificate("S-1", "iso", "quality_system", "9001", "", None, date(2025, 1, 1)),
    RaiseClaim("S-1", "CL-1", "I-1:1", Decimal(10), "CNY", "sorting", DAY),
    RaiseObjection("S-1", "OB-1", "nonconformance", "I-1:1", "not ours", (), DAY),
)  # fmt: skip
COMMANDS: tuple[Any, ...] = (
    RecordCertificate("S-1", "c", "quality_system", "9001", "", None, DAY),
    RecordCertificate("S-1", "c", "quality_system", "9001", "", DAY, DAY),
    RecordComplaint("S-1", "CP-1", "C-1", "bolt", "L-1", "critical", Decimal(1), "rust", DAY),
    RecordSurvey("S-1", "SV-1", DAY, "li", {"quality_stability": Decimal(80)}),
    OpenCorrectiveAction("S-1", "CA-1", "I-1:1", "by hand", DAY),
    CallForImprovement("S-1", "2024-05", DAY),
    RecordImprovement("S-1", "2024-05", DAY, "chen", "seen"),
    SignContract("S-1", "K-1", "supply", (), DAY, DAY, ()),
    EliminateSupplier("S-1", DAY, "no more"),
    OpenReentry("S-1", DAY, "again"),
    NameSource("S-1", "nut", DAY, "named"),
    RegisterSupplier("S-1", OnboardingFile(name="Reddoit"), DAY),
)


def at_edges(value: Any, *edges: date) -> list[Any]:
    """A dataclass with each of its dates, one at a time, at each edge."""
    dated = [each.name for each in fields(value) if type(getattr(value, each.name)) is date]
    return [replace(value, **{name: edge}) for name in dated for edge in edges]


@pytest.mark.parametrize("command", COMMANDS, ids=lambda each: type(each).__name__)
def test_a_command_of_any_day_that_a_contract_allows_is_decided_into_events_that_the_contract_allows(command):
    variants = at_edges(command, FIRST_DAY, LAST_DAY)
    assert variants
    for variant in variants:
        for event in outcome_of(KNOWN.when(variant)):
            assert type(event).model_validate_json(event.model_dump_json()) == event


@pytest.mark.parametrize("edge", [FIRST_DAY, LAST_DAY], ids=str)
def test_facts_and_gradings_of_the_first_and_the_last_month_are_decided(edge):
    day = edge.isoformat()
    reported = KNOWN.when(delivery("D-x", on=day)).when(inspection("I-x", "critical", on=day)).when(case("C-x", on=day))
    graded = reported.when(grade(day[:7]))
    for event in [*reported.facts, *outcome_of(graded)]:
        assert type(event).model_validate_json(event.model_dump_json()) == event
    late = graded.when(inspection("I-y", "critical", on=day))
    assert outcome_of(late)


def test_an_action_that_was_opened_on_the_last_day_is_escalated_to_the_highest_level():
    known = KNOWN.when(OpenCorrectiveAction("S-1", "CA-1", "I-1:1", "by hand", LAST_DAY))
    for level in (1, 2, 3):
        known = known.when(EscalateStep("S-1", "CA-1", "team", level))
        assert outcome_of(known)


def test_a_certificate_without_an_end_is_reminded_of_on_its_last_day():
    known = KNOWN.when(RecordCertificate("S-1", "c", "quality_system", "1", "", None, LAST_DAY))
    assert outcome_of(known.when(RemindOfCertificate("S-1", "c", LAST_DAY, LAST_DAY)))


def outcome_of(given: Any) -> tuple[Event, ...]:
    return () if isinstance(given.outcome, Refusal) else given.outcome


def item_events() -> list[Event]:
    note = NoteSource("bolt", "S-1", 1, "D", Decimal(-50), True, Decimal(100), DAY, "graded")
    noted = [*ITEM.decide(note, ITEM.initial, book())]
    state = ITEM.initial
    for event in noted:
        state = ITEM.evolve(state, event)
    return [*noted, *ITEM.decide(RemoveSource("bolt", "S-1", DAY, "sold"), state, book())]


def with_edge(event: Event, edge: date) -> Event:
    """The event as an old log may hold it, with every date at the edge."""
    dated = {name: edge for name in type(event).model_fields if type(getattr(event, name)) is date}
    return event.model_copy(update=dated)


EDGES = [date.min, FIRST_DAY, LAST_DAY, date.max]
INSTANTS = [datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)]


@pytest.mark.parametrize("edge", EDGES, ids=str)
@pytest.mark.parametrize("model", SERVICE.read_models, ids=lambda model: model.name)
def test_a_read_model_or_timer_takes_every_event_with_every_date_at_the_edge(model, edge):
    events = [*KNOWN.facts, *KNOWN.when(NameSource("S-1", "nut", DAY, "named")).facts, *item_events()]
    for instant in INSTANTS:
        log = [(with_edge(event, edge), envelope(n, at=instant)) for n, event in enumerate(events, start=1)]
        for row in replay(model, log).values():
            due_at = getattr(row, "due_at", None)
            assert due_at is None or due_at.tzinfo is not None


def test_naming_a_source_on_the_first_day_of_an_old_log_is_passed_on():
    named = KNOWN.when(NameSource("S-1", "nut", DAY, "named"))
    old = envelope(at=datetime.min.replace(tzinfo=UTC))
    [row] = replay(sources_due.TODO, [(with_edge(event, date.min), old) for event in outcome_of(named)]).values()
    assert [type(each).__name__ for each in sources_due.commands(row)] == ["NoteSource", "ConfirmPassedOn"]
