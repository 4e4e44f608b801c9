"""Notices that nobody has acknowledged yet, and when they escalate to whom."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from chassis.business_calendar import day_of
from chassis.policies import PolicyBook
from chassis.read_models import Key
from chassis.timers import DueCommand, TimerContext, TodoList
from contracts.envelope import Envelope
from contracts.notify import (
    Cause,
    NotificationAcknowledged,
    NotificationEscalated,
    NotificationEscalationEnded,
    NotificationRequested,
    NotificationWithdrawn,
)
from notify_svc.delivery.still_due import Concern, over
from notify_svc.notices.acknowledgements import EndEscalation, EscalateNotice
from notify_svc.notices.requests import RequestRendered
from notify_svc.policies.directory import DirectoryPolicy
from notify_svc.policies.templates import TemplatePolicy
from notify_svc.rules.rendering import Rendered
from notify_svc.rules.subscriptions import notification_id

Handled = (
    NotificationRequested
    | NotificationEscalated
    | NotificationEscalationEnded
    | NotificationAcknowledged
    | NotificationWithdrawn
)


@dataclass(frozen=True)
class Row:
    """A notice with an escalation: ``step`` (from 1) goes to ``to`` at ``due_at``."""

    notification_id: str
    due_at: datetime
    step: int
    steps: list[Any]
    recipient: str
    subject: str
    body: str
    language: str
    urgency: str
    channels: list[Any]
    about: str
    topic: str
    cause: dict[str, Any]
    happened_at: datetime
    requested_at: datetime
    correlation_id: str
    causation_id: str

    @property
    def to(self) -> str:
        to: str = self.steps[self.step - 1]["to"]
        return to


def keys(event: Handled, envelope: Envelope) -> Sequence[Key]:
    return [(event.notification_id,)]


def evolve(key: Key, row: Row | None, event: Handled, envelope: Envelope) -> Row | None:
    match event:
        case NotificationRequested():
            return _begun(event, envelope) if event.escalation else None
        case NotificationEscalated():
            if row is None or event.next_at is None:
                return None
            return replace(row, step=event.step + 1, due_at=event.next_at, causation_id=envelope.id)
        case NotificationAcknowledged() | NotificationEscalationEnded() | NotificationWithdrawn():
            return None


def _begun(event: NotificationRequested, envelope: Envelope) -> Row:
    return Row(
        notification_id=event.notification_id,
        due_at=event.escalation[0].at,
        step=1,
        steps=[step.model_dump(mode="json") for step in event.escalation],
        recipient=event.recipient,
        subject=event.subject,
        body=event.body,
        language=event.language,
        urgency=event.urgency,
        channels=list(event.channels),
        about=event.about,
        topic=event.topic,
        cause=event.cause.model_dump(mode="json"),
        happened_at=envelope.occurred_at,
        requested_at=envelope.recorded_at,
        correlation_id=envelope.correlation_id,
        causation_id=envelope.id,
    )


async def escalate(rows: Sequence[Row], context: TimerContext) -> Sequence[DueCommand]:
    """Record the step and request the notice to whom it names; both in one transaction, so neither is without the other.

    What is over escalates no further.
    """
    by_rule: dict[str, dict[str, Concern]] = {}
    for row in rows:
        matter = Concern(row.about, row.happened_at, row.requested_at)
        by_rule.setdefault(row.cause["rule"], {})[row.notification_id] = matter
    ended: dict[str, str] = {}
    for rule, matters in by_rule.items():
        ended |= await over(rule, matters, context.today, context.policies, context.rows)
    return [
        DueCommand.by(row, command)
        for row in rows
        for command in (
            [EndEscalation(row.notification_id, ended[row.notification_id])]
            if row.notification_id in ended
            else _commands(row, context.policies)
        )
    ]


def _commands(row: Row, policies: PolicyBook) -> tuple[EscalateNotice, RequestRendered]:
    cause = Cause.model_validate(row.cause)
    escalated_id = notification_id(row.notification_id, cause.rule, row.to, f"escalation {row.step}")
    text = text_of(row, policies, day_of(row.due_at, policies))
    request = RequestRendered(
        notification_id=escalated_id,
        recipient=row.to,
        subject=text.subject,
        body=text.body,
        language=_language(row, policies),
        urgency=row.urgency,  # type: ignore[arg-type]
        channels=tuple(row.channels),
        about=row.about,
        period=f"escalation {row.step}",
        cause=cause,
        topic=row.topic,
        at=row.due_at,
        escalation_of=row.notification_id,
    )
    return EscalateNotice(row.notification_id, row.step, escalated_id), request


def text_of(row: Row, policies: PolicyBook, on: date) -> Rendered:
    """The escalation's own text around that of the notice."""
    facts = {
        "subject": row.subject,
        "body": row.body,
        "recipient": row.recipient,
        "step": row.step,
        "since": f"{row.requested_at:%Y-%m-%d %H:%M} UTC",
    }
    return policies.at(TemplatePolicy, on).document.own_text("escalation", _language(row, policies), facts)


def _language(row: Row, policies: PolicyBook) -> Any:
    directory = policies.at(DirectoryPolicy, day_of(row.due_at, policies)).document
    return directory.languages.get(row.to, row.language)


TODO = TodoList(
    name="escalation_due",
    version=2,
    row=Row,
    key=("notification_id",),
    keys=keys,
    evolve=evolve,
    perform=escalate,
    batch_max=250,
)
