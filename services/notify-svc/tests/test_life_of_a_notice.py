"""After it was asked for: claimed, postponed, redriven, read, acknowledged, escalated."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chassis.testing import Given, given
from contracts.notify import (
    NotificationAcknowledged,
    NotificationAttemptFailed,
    NotificationAttemptStarted,
    NotificationEscalated,
    NotificationPostponed,
    NotificationRead,
    NotificationRedriven,
    NotificationRequested,
    NotificationSent,
)
from contracts.personal import Clear
from notify_svc.notices import DECIDER
from notify_svc.notices.acknowledgements import Acknowledge, EscalateNotice, MarkRead, NeverTold
from notify_svc.notices.attempts import EndLease, Postpone, RecordAttemptFailed, RecordSent, StartAttempt
from notify_svc.notices.redrives import NotFailed, Redrive
from notify_svc.policies.preferences import PreferencePolicy

from .test_notice import BOOK, NOON, asked, under

MINUTE = timedelta(minutes=1)
N = asked().notification_id


def a_mail(*then: Any) -> Given:
    """A notice to a supplier, by mail and then the inbox, and what happened to it."""
    return given(DECIDER, book=BOOK).when(asked()).when(*then)


def start(token: str, attempt: int = 1, at: datetime = NOON) -> StartAttempt:
    return StartAttempt(N, "email", attempt, token, at)


def failed(attempt: int, at: datetime = NOON, for_good: bool = False) -> RecordAttemptFailed:
    return RecordAttemptFailed(N, "email", attempt, "no answer", for_good, at)


SENT = RecordSent(N, "supplier:S-1", "email", Clear("supplier.S-1@standing.example"), "<ref>", 1)

# --- the lease ------------------------------------------------------------------------------------


def test_who_claims_a_notice_has_two_minutes_to_say_what_came_of_it() -> None:
    told = a_mail(start("T-1")).one(NotificationAttemptStarted)
    assert (told.token, told.attempt, told.until) == ("T-1", 1, NOON + 2 * MINUTE)


def test_a_second_one_who_wants_to_try_is_told_nothing_new() -> None:
    a_mail(start("T-1"), start("T-2")).then(NotificationAttemptStarted)
    a_mail(start("T-1")).when(start("T-2", at=NOON + 10 * MINUTE)).then()


def test_an_attempt_that_nobody_ended_counts_as_failed_when_its_lease_is_over() -> None:
    told = a_mail(start("T-1")).when(EndLease(N, "T-1", NOON + 2 * MINUTE)).one(NotificationAttemptFailed)
    assert (
        told.error == "No outcome of this attempt was recorded by 2024-02-01 12:02:00 UTC; the notice may have arrived."
    )
    assert told.next_channel == "email"
    again = a_mail(start("T-1"), EndLease(N, "T-1", NOON + 2 * MINUTE))
    again.when(start("T-2", attempt=2, at=NOON + 3 * MINUTE)).then(NotificationAttemptStarted)


def test_a_lease_ends_neither_early_nor_by_another_token_nor_twice() -> None:
    a_mail(start("T-1")).when(EndLease(N, "T-1", NOON + MINUTE)).then()
    a_mail(start("T-1")).when(EndLease(N, "T-0", NOON + 2 * MINUTE)).then()
    over = EndLease(N, "T-1", NOON + 2 * MINUTE)
    a_mail(start("T-1")).when(over, over).then(NotificationAttemptFailed)


def test_word_of_success_is_believed_even_after_the_lease_was_over() -> None:
    late = a_mail(start("T-1"), EndLease(N, "T-1", NOON + 2 * MINUTE)).when(SENT)
    late.then(NotificationSent).when(start("T-2", attempt=2)).then()


def test_word_of_failure_from_who_lost_the_lease_changes_nothing() -> None:
    a_mail(start("T-1"), EndLease(N, "T-1", NOON + 2 * MINUTE)).when(failed(1)).then()


def test_an_attempt_that_is_not_the_next_one_is_not_started() -> None:
    a_mail().when(start("T-1", attempt=2)).then()
    a_mail(failed(1)).when(start("T-1", attempt=1)).then()


# --- later, or once more --------------------------------------------------------------------------


def test_what_is_due_may_be_postponed_with_a_reason_but_not_while_it_is_tried() -> None:
    later = Postpone(N, NOON + 60 * MINUTE, "Too much mail.")
    assert a_mail(later).one(NotificationPostponed).because == "Too much mail."
    a_mail(start("T-1")).when(later).then()
    a_mail(SENT).when(later).then()


def dead() -> Given:
    inbox = RecordAttemptFailed(N, "inbox", 1, "gone", True, NOON)
    return a_mail(failed(1, for_good=True), inbox)


def test_a_dead_notice_is_tried_again_from_its_first_channel_when_a_person_says_so() -> None:
    redriven = dead().when(Redrive(N, "li.na", "The server is back.", NOON))
    redriven.then(NotificationRedriven).when(start("T-9")).then(NotificationAttemptStarted)


@pytest.mark.parametrize("then", [(), (SENT,)])
def test_only_a_dead_notice_can_be_redriven(then: tuple[Any, ...]) -> None:
    a_mail(*then).when(Redrive(N, "li.na", "Why not.", NOON)).then_refused(NotFailed, "only one that has failed")


def test_a_redrive_told_twice_is_refused_the_second_time() -> None:
    again = Redrive(N, "li.na", "The server is back.", NOON)
    dead().when(again, again).then_refused(NotFailed)


# --- people ---------------------------------------------------------------------------------------


def test_reading_and_acknowledging_are_recorded_once_with_the_name() -> None:
    a_mail(SENT).when(MarkRead(N, "li.na"), MarkRead(N, "wang.wei")).then(NotificationRead)
    told = a_mail(SENT).when(Acknowledge(N, "li.na"), Acknowledge(N, "wang.wei"), MarkRead(N, "li.na"))
    assert told.one(NotificationAcknowledged).by == "li.na"


def test_what_was_suppressed_can_be_neither_read_nor_acknowledged() -> None:
    event = "supplier.PreferredSourceNamed"
    book = under(PreferencePolicy(muted={"supplier:S-1": ("preferred-source",)}))
    request = asked(event, book)
    muted = given(DECIDER, book=book).when(request)
    muted.when(Acknowledge(request.notification_id, "li.na")).then_refused(NeverTold, "was suppressed")


WARNED = asked("customer.ComplaintClockWarned")


def escalate(step: int) -> EscalateNotice:
    return EscalateNotice(WARNED.notification_id, step, f"copy {step}")


def a_warning(*then: Any) -> Given:
    """80 % of a complaint's time is gone: owner E-17, the service manager after an hour, the head after four."""
    return given(DECIDER, book=BOOK).when(WARNED).when(*then)


def test_a_warning_names_whom_else_to_tell_and_when() -> None:
    told = given(DECIDER, book=BOOK).when(WARNED).one(NotificationRequested)
    assert told.recipient == "person:E-17"
    assert [(step.to, step.at - NOON) for step in told.escalation] == [
        ("role:service-manager", 60 * MINUTE),
        ("role:service-head", 240 * MINUTE),
    ]


def test_what_nobody_acknowledges_goes_up_step_by_step() -> None:
    first = a_warning(escalate(1)).one(NotificationEscalated)
    assert (first.to, first.next_at) == ("role:service-manager", NOON + 240 * MINUTE)
    second = a_warning(escalate(1)).when(escalate(2)).one(NotificationEscalated)
    assert (second.to, second.next_at) == ("role:service-head", None)


def test_a_step_told_twice_or_too_early_is_nothing_new() -> None:
    a_warning(escalate(1)).when(escalate(1)).then()
    a_warning().when(escalate(2)).then()


def test_what_somebody_takes_care_of_goes_up_no_further() -> None:
    a_warning(Acknowledge(WARNED.notification_id, "E-17")).when(escalate(1)).then()
    a_warning(escalate(1), Acknowledge(WARNED.notification_id, "manager")).when(escalate(2)).then()


def test_reading_alone_does_not_stop_it() -> None:
    a_warning(MarkRead(WARNED.notification_id, "E-17")).when(escalate(1)).then(NotificationEscalated)


def test_a_follow_up_call_waits_for_its_day() -> None:
    told = given(DECIDER, book=BOOK).when(asked("customer.FollowUpDue")).one(NotificationRequested)
    assert told.deliver_at == datetime(2024, 2, 2, 9, tzinfo=UTC)
    assert told.waits_because == "The rule follow-up delivers it later than it happened."
