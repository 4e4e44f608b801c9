"""Complaints: what is promised, when a promise is broken to the minute, and how they end."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from chassis.policies import PolicyBook
from chassis.testing import Given, envelope, given, replay
from contracts import Event
from contracts.customer import (
    ComplaintAcknowledged,
    ComplaintAssigned,
    ComplaintCalledBack,
    ComplaintClockBreached,
    ComplaintClockWarned,
    ComplaintClosed,
    ComplaintOpened,
    ComplaintReopened,
    ComplaintResolved,
    ComplaintSeverity,
    ComplaintTraced,
    ComplaintWorkStarted,
    FollowUpDue,
    PolicyPublished,
)
from customer_svc.complaints import DECIDER
from customer_svc.complaints.call_back import CallBack, NotResolved, Reopen
from customer_svc.complaints.complaint import (
    ComplaintDiffers,
    ComplaintIdTaken,
    ComplaintUnknown,
    OpenComplaint,
    TooEarly,
    Trace,
    TraceOfAnother,
)
from customer_svc.complaints.work import Acknowledge, AssignComplaint, IsOver, Resolve, StartWork
from customer_svc.policies.complaints import ComplaintPolicy, WorkingCalendar
from customer_svc.read_models import complaint
from customer_svc.service import SERVICE
from customer_svc.timers import complaint_clock_due, follow_up_due

CALENDAR = WorkingCalendar(holidays=frozenset({date(2024, 5, 1), date(2024, 5, 2), date(2024, 5, 3)}))
BOOK = PolicyBook.of(SERVICE.policies).with_published(
    PolicyPublished(
        name="complaints", policy_version=2, effective_from=date(2024, 1, 1), reason="Labour Day",
        document=ComplaintPolicy(calendar=CALENDAR).model_dump(mode="json"),
    )
)  # fmt: skip


def at(day: int, hour: int, minute: int = 0, month: int = 4) -> datetime:
    """Shanghai's clock."""
    return datetime(2024, month, day, hour, minute, tzinfo=CALENDAR.tz).astimezone(UTC)


TUESDAY = at(30, 10)
"""The day before three holidays and a weekend."""


def opening(severity: ComplaintSeverity = "general", owner_id: str | None = "li.na") -> OpenComplaint:
    return OpenComplaint(
        "CP-1", "C-1", "product_quality", severity, "12 of 400 housings are cracked", owner_id, "O-1", "P-1", TUESDAY
    )


def opened(severity: ComplaintSeverity = "general") -> Given:
    return given(DECIDER, book=BOOK).when(opening(severity))


TRACED = ComplaintTraced(
    complaint_id="CP-1", customer_id="C-1", supplier_id="S-1", item_id="P-1", lot_id="L-1", severity="major",
    quantity=Decimal(12), code="CRACK", description="cracked at the rib", traced_on=date(2024, 5, 6),
)  # fmt: skip


def simulated(start: Given, until: datetime) -> tuple[Given, list[tuple[datetime, Event]]]:
    """Move a clock from one due instant to the next, as the scheduler does; what the timers said, and when."""
    current, said = start, list[tuple[datetime, Event]]()
    while True:
        facts = [(fact, envelope(n)) for n, fact in enumerate(current.facts, start=1)]
        clocks = replay(complaint_clock_due.TODO, facts).values()
        calls = replay(follow_up_due.TODO, facts).values()
        due = [(row.due_at, complaint_clock_due.command(row)) for row in clocks]
        due += [(row.due_at, follow_up_due.command(row)) for row in calls]  # type: ignore[misc]
        due = [pair for pair in due if pair[0] <= until]
        if not due:
            return current, said
        now, command = min(due, key=lambda pair: pair[0])
        current = current.when(command)
        assert isinstance(current.outcome, tuple)
        said += [(now, event) for event in current.outcome]
        assert current.outcome, "a row that stays due would be stuck"


def spoken(said: Sequence[tuple[datetime, Event]]) -> list[tuple[str, str, datetime]]:
    return [(type(event).__name__.removeprefix("ComplaintClock"), event.clock, now) for now, event in said]  # type: ignore[attr-defined]


# --- clocks ------------------------------------------------------------------------------------------


def test_a_general_complaint_warns_and_breaches_at_the_exact_instants_over_holidays_and_a_weekend() -> None:
    """24 h of the wall clock to respond; 3 working days of 8 h to resolve: Tuesday 7 h, then Monday 8 h and Tuesday 8 h
    after Labour Day and the weekend, and 1 h on Wednesday."""
    _, said = simulated(opened(), at(31, 0, month=5))
    assert spoken(said) == [
        ("Warned", "respond", at(1, 5, 12, month=5)),
        ("Breached", "respond", at(1, 10, month=5)),
        ("Warned", "resolve", at(7, 13, 12, month=5)),
        ("Breached", "resolve", at(8, 10, month=5)),
    ]


def test_a_major_complaint_promises_12_hours_a_visit_within_24_and_5_working_days() -> None:
    _, said = simulated(opened("major"), at(31, 0, month=5))
    ends = [(clock, now) for what, clock, now in spoken(said) if what == "Breached"]
    assert ends == [("respond", at(30, 22)), ("on_site", at(1, 10, month=5)), ("resolve", at(10, 10, month=5))]


def test_an_urgent_complaint_promises_2_hours_and_24_hours() -> None:
    _, said = simulated(opened("urgent"), at(31, 0, month=5))
    assert spoken(said) == [
        ("Warned", "respond", at(30, 11, 36)),
        ("Breached", "respond", at(30, 12)),
        ("Warned", "on_site", at(1, 5, 12, month=5)),
        ("Warned", "resolve", at(1, 5, 12, month=5)),
        ("Breached", "on_site", at(1, 10, month=5)),
        ("Breached", "resolve", at(1, 10, month=5)),
    ]


def test_a_promise_that_is_kept_says_nothing() -> None:
    worked = opened("major").when(StartWork("CP-1", True, at(30, 11), "li.na"))
    worked.then(ComplaintAcknowledged, ComplaintWorkStarted)
    resolved = worked.when(Resolve("CP-1", "replaced the lot", at(30, 15), "li.na"))
    _, said = simulated(resolved, at(31, 0, month=5))
    assert [(now, type(event)) for now, event in said] == [(at(6, 9, month=5), FollowUpDue)]


def test_a_breach_names_who_answers_for_it_now() -> None:
    assigned = opened("urgent").when(AssignComplaint("CP-1", "wu.jun")).then(ComplaintAssigned)
    _, said = simulated(assigned, at(30, 12))
    assert {event.owner_id for _, event in said} == {"wu.jun"}  # type: ignore[attr-defined]


def test_a_timer_that_fires_twice_says_it_once() -> None:
    row = min(
        replay(complaint_clock_due.TODO, [(fact, envelope()) for fact in opened("urgent").facts]).values(),
        key=lambda row: row.due_at,
    )
    command = complaint_clock_due.command(row)
    opened("urgent").when(command, command).then(ComplaintClockWarned)


def test_a_clock_that_ended_is_not_warned_about_any_more() -> None:
    _, said = simulated(opened("urgent"), at(30, 12))
    warned = next(event for _, event in said if isinstance(event, ComplaintClockWarned))
    breached, _ = simulated(opened("urgent"), at(30, 12))
    assert isinstance(breached.facts[-1], ComplaintClockBreached)
    assert warned.due_at == breached.facts[-1].due_at


# --- states ------------------------------------------------------------------------------------------


def test_nobody_named_is_the_owner_of_last_resort() -> None:
    assert given(DECIDER, book=BOOK).when(opening(owner_id=None)).one(ComplaintOpened).owner_id == "service-desk"


def test_a_satisfied_customer_closes_the_complaint() -> None:
    resolved = opened().when(Resolve("CP-1", "replaced", at(30, 12), "li.na"))
    resolved.then(ComplaintAcknowledged, ComplaintResolved)
    closed = resolved.when(CallBack("CP-1", True, "", at(6, 9, month=5), "li.na"))
    closed.then(ComplaintCalledBack, ComplaintClosed)
    assert closed.state.stage == "closed"
    closed.when(CallBack("CP-1", True, "", at(6, 9, month=5), "li.na")).then()


def test_a_customer_that_is_not_satisfied_opens_it_again_and_the_clock_runs_anew() -> None:
    resolved = opened().when(Resolve("CP-1", "replaced", at(30, 12), "li.na"))
    again = resolved.when(CallBack("CP-1", False, "two are cracked again", at(6, 9, month=5), "li.na"))
    outcome = again.then(ComplaintCalledBack, ComplaintReopened).one(ComplaintReopened)
    assert (outcome.times, outcome.because, outcome.clocks[0].due_at) == (
        1,
        "two are cracked again",
        at(8, 17, month=5),
    )
    _, said = simulated(again, at(31, 0, month=5))
    assert [(what, clock) for what, clock, _ in spoken(said)] == [("Warned", "resolve"), ("Breached", "resolve")]


def test_a_closed_complaint_can_be_reopened_and_an_open_one_cannot() -> None:
    resolved = opened().when(Resolve("CP-1", "replaced", at(30, 12), "li.na"))
    resolved.when(Reopen("CP-1", "came back", at(7, 9, month=5))).then(ComplaintReopened)
    resolved.when(StartWork("CP-1", False, at(7, 9, month=5), "li.na")).then_refused(IsOver, "reopen it")


def test_only_a_resolved_complaint_is_called_back() -> None:
    opened().when(CallBack("CP-1", True, "", at(6, 9, month=5), "li.na")).then_refused(NotResolved, "is open")


def test_nothing_is_done_before_the_opening_and_nothing_about_an_unknown_complaint() -> None:
    opened().when(Acknowledge("CP-1", TUESDAY - timedelta(hours=1), "li.na")).then_refused(TooEarly)
    given(DECIDER, book=BOOK).when(Acknowledge("CP-9", TUESDAY, "li.na")).then_refused(ComplaintUnknown, "CP-9")


def test_the_same_complaint_told_twice_is_one_and_another_is_refused() -> None:
    opened().when(opening()).then()
    opened().when(opening("urgent")).then_refused(ComplaintDiffers, "an id of its own")


def test_of_a_complaint_of_another_customer_an_id_that_is_taken_tells_nothing() -> None:
    """A customer opens complaints itself, and could read those of all others by trying their ids."""
    guessed = replace(opening(), customer_id="C-2", description="mine", order_id=None)
    refused = opened().when(guessed)
    refused.then_refused(ComplaintIdTaken)
    assert str(refused.outcome) == "The complaint_id CP-1 is taken already; give a new complaint an id of its own."


# --- the cause ---------------------------------------------------------------------------------------


def test_a_cause_in_a_suppliers_lot_is_published_once_for_each_lot() -> None:
    other = TRACED.model_copy(update={"lot_id": "L-2"})
    opened().when(Trace(TRACED), Trace(TRACED), Trace(other)).then(TRACED, other)


def test_the_cause_of_another_customers_complaint_is_refused() -> None:
    wrong = TRACED.model_copy(update={"customer_id": "C-9"})
    opened().when(Trace(wrong)).then_refused(TraceOfAnother, "is not of customer C-9")


# --- the read model ----------------------------------------------------------------------------------


def test_the_row_says_what_was_promised_and_what_was_kept() -> None:
    late, _ = simulated(opened("urgent"), at(30, 13))
    done = late.when(Resolve("CP-1", "replaced", at(30, 14), "li.na"), Trace(TRACED))
    row = replay(complaint.MODEL, [(fact, envelope(n)) for n, fact in enumerate(done.facts, 1)])["CP-1",]
    assert (row.status, row.breaches, row.acknowledged_at, row.resolved_at) == (
        "resolved", ["respond"], at(30, 14), at(30, 14),
    )  # fmt: skip
    assert row.traces == [
        {"supplier_id": "S-1", "item_id": "P-1", "lot_id": "L-1", "severity": "major", "code": "CRACK"}
    ]


@pytest.mark.parametrize("percent", [50, 95])
def test_when_to_warn_is_policy(percent: int) -> None:
    policy = ComplaintPolicy(calendar=CALENDAR, warn_at_percent=Decimal(percent))
    published = PolicyPublished(
        name="complaints", policy_version=3, effective_from=date(2024, 1, 1), reason="another warning",
        document=policy.model_dump(mode="json"),
    )  # fmt: skip
    event = given(DECIDER, book=BOOK.with_published(published)).when(opening()).one(ComplaintOpened)
    assert event.clocks[0].warn_at == TUESDAY + timedelta(hours=24) * percent / 100
    assert event.policy_version == 3
