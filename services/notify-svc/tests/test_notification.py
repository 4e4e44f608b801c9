"""The fate of a notice as a reader sees it: the list, the detail, the inbox."""

from datetime import UTC, datetime, timedelta
from typing import Any

from chassis.testing import envelope, replay
from contracts import Event
from contracts.notify import (
    Cause,
    NotificationAcknowledged,
    NotificationAttemptFailed,
    NotificationEscalated,
    NotificationFailed,
    NotificationPostponed,
    NotificationRead,
    NotificationRedriven,
    NotificationRequested,
    NotificationSent,
    NotificationSuppressed,
)
from contracts.personal import Clear
from notify_svc.read_models import notification

NOON = datetime(2024, 2, 1, 12, tzinfo=UTC)
CAUSE = Cause(
    event_id="E-1",
    event_type="supplier.SupplierGraded",
    event_source="/supplier-svc",
    rule="supplier-grade",
    policy_version=3,
)
WHO: dict[str, Any] = {"notification_id": "N-1", "recipient": "supplier:S-1"}
REQUESTED = NotificationRequested(
    **WHO,
    subject="Grade C",
    body="You have 17 points.",
    language="en",
    urgency="normal",
    channels=("email", "inbox"),
    about="S-1",
    period="2024-01",
    cause=CAUSE,
    deliver_at=NOON,
)
FAILED_ONCE = NotificationAttemptFailed(
    **WHO, channel="email", attempt=1, error="no answer", next_channel="email", retry_at=NOON + timedelta(seconds=5)
)
SENT = NotificationSent(**WHO, channel="email", address=Clear("s@example.org"), reference="<N-1@standing>", attempt=2)


def fate(*events: Event) -> notification.Row:
    """The row after events that were recorded one second after the other."""
    told = [(each, envelope(n, at=NOON + timedelta(seconds=n))) for n, each in enumerate(events)]
    [row] = replay(notification.MODEL, told).values()
    assert isinstance(row, notification.Row)
    return row


def test_a_requested_notice_says_what_to_whom_and_why() -> None:
    row = fate(REQUESTED)
    assert (row.status, row.recipient, row.subject) == ("requested", "supplier:S-1", "Grade C")
    assert (row.event_id, row.event_type, row.rule, row.policy_version) == (
        "E-1",
        "supplier.SupplierGraded",
        "supplier-grade",
        3,
    )
    assert (row.requested_at, row.attempts) == (NOON, [])


def test_a_failed_attempt_is_listed_with_its_error_and_its_retry() -> None:
    row = fate(REQUESTED, FAILED_ONCE)
    assert (row.status, row.because) == ("retrying", "no answer")
    assert row.attempts == [
        {
            "channel": "email",
            "attempt": 1,
            "at": "2024-02-01T12:00:01+00:00",
            "error": "no answer",
            "next_channel": "email",
            "retry_at": "2024-02-01T12:00:05+00:00",
        }
    ]


def test_a_sent_notice_says_when_and_where_after_how_many_attempts() -> None:
    row = fate(REQUESTED, FAILED_ONCE, SENT)
    assert (row.status, row.channel, row.address, row.because) == ("sent", "email", Clear("s@example.org"), None)
    assert row.sent_at == NOON + timedelta(seconds=2)
    assert [attempt["error"] for attempt in row.attempts or []] == ["no answer", None]


def test_a_notice_that_passed_over_a_channel_says_why() -> None:
    row = fate(REQUESTED, SENT.model_copy(update={"channel": "inbox", "passed_over": "email: no mail server"}))
    assert (row.channel, row.passed_over) == ("inbox", "email: no mail server")


def test_a_failed_notice_keeps_the_last_error() -> None:
    row = fate(REQUESTED, NotificationFailed(**WHO, channel="inbox", attempt=7, error="gone"))
    assert (row.status, row.because) == ("failed", "gone")


def test_a_suppressed_notice_says_why_and_has_no_words() -> None:
    row = fate(NotificationSuppressed(**WHO, about="S-1", period="2024-01", because="It is history.", cause=CAUSE))
    assert (row.status, row.because, row.subject) == ("suppressed", "It is history.", None)


def test_the_inbox_asks_for_all_but_what_was_suppressed_or_waits() -> None:
    asked = str(notification.inbox("supplier:S-1", NOON, since=NOON, unread=True))
    assert "recipient = :recipient_1" in asked
    assert "status != :status_1" in asked
    assert "deliver_at <= :deliver_at_1" in asked
    assert "requested_at >= :requested_at_1" in asked
    assert "read_at IS NULL" in asked


def test_a_notice_that_waits_says_why() -> None:
    row = fate(REQUESTED, NotificationPostponed(**WHO, deliver_at=NOON + timedelta(hours=1), because="Too much mail."))
    assert (row.deliver_at, row.waits_because) == (NOON + timedelta(hours=1), "Too much mail.")


def test_a_redriven_notice_says_who_wanted_it_and_why() -> None:
    row = fate(
        REQUESTED,
        NotificationFailed(**WHO, channel="inbox", attempt=7, error="gone"),
        NotificationRedriven(**WHO, by="li.na", reason="The server is back.", deliver_at=NOON),
    )
    assert (row.status, row.because) == ("retrying", "li.na had it tried again: The server is back.")


def test_what_people_did_with_a_notice_is_shown() -> None:
    escalated = NotificationEscalated(**WHO, step=1, to="role:manager", escalated_notification_id="N-2")
    row = fate(REQUESTED, escalated, NotificationRead(**WHO, by="li.na"), NotificationAcknowledged(**WHO, by="li.na"))
    assert row.escalated_to == [{"step": 1, "to": "role:manager", "notification_id": "N-2"}]
    assert (row.read_at, row.acknowledged_by) == (NOON + timedelta(seconds=2), "li.na")
    assert row.status == "requested"
