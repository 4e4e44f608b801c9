"""Redrives: a person has a failed notice tried again, or one whose template did not render rendered again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from chassis.business_calendar import day_of
from chassis.domain import Refusal
from chassis.policies import PolicyBook
from contracts.envelope import Event
from contracts.notify import NotificationRedriven, NotificationUnrendered
from notify_svc.notices.requests import request
from notify_svc.notices.rule_requests import RequestNotice
from notify_svc.notices.state import Failed
from notify_svc.policies.subscriptions import SubscriptionPolicy


@dataclass(frozen=True, slots=True)
class Redrive:
    """A person wants a failed notice tried again, at ``at``."""

    notification_id: str
    by: str
    reason: str
    at: datetime


class NotFailed(Refusal):
    """Notice {notification_id} has not failed; only one that has failed for good can be redriven."""


class NoSuchRule(Refusal):
    """No rule {rule} for {event_type} is in force on {on}, so notice {notification_id} cannot be requested again."""


def redrive(command: Redrive, notice: Failed) -> Sequence[Event]:
    """From its first channel on."""
    return [_redriven(command, notice.details.recipient)]


def re_requested(command: Redrive, unrendered: NotificationUnrendered, policies: PolicyBook) -> Sequence[Event]:
    """What an unrendered notice becomes under the rule and the template of the day on which a person redrives it.

    Raises NoSuchRule and TemplateDoesNotRender; then nothing has changed.
    """
    subscriptions = policies.at(SubscriptionPolicy, day_of(command.at, policies))
    same = (unrendered.cause.rule, unrendered.cause.event_type)
    rule = next((one for one in subscriptions.document.rules if (one.id, one.event) == same), None)
    if rule is None:
        raise NoSuchRule(
            rule=same[0], event_type=same[1], on=day_of(command.at, policies), notification_id=command.notification_id
        )
    again = RequestNotice(
        notification_id=command.notification_id,
        recipient=unrendered.recipient,
        rule=rule,
        about=unrendered.about,
        period=unrendered.period,
        cause=unrendered.cause.model_copy(update={"policy_version": subscriptions.version}),
        facts=unrendered.facts,
        occurred_at=unrendered.happened_at,
        recorded_at=unrendered.known_at,
        again_at=command.at,
    )
    return [_redriven(command, unrendered.recipient), *request(again, policies)]


def _redriven(command: Redrive, recipient: str) -> NotificationRedriven:
    return NotificationRedriven(
        notification_id=command.notification_id, recipient=recipient, by=command.by, reason=command.reason,
        deliver_at=command.at,
    )  # fmt: skip
