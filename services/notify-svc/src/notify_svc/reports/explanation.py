"""Why somebody was notified of an event, and why somebody was not."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from chassis.business_calendar import day_of
from chassis.policies import PolicyBook
from contracts import Event
from notify_svc.digests.items import CollectItem
from notify_svc.notices.rule_requests import RequestNotice, render_error, suppression_reason
from notify_svc.policies.directory import DirectoryPolicy
from notify_svc.policies.subscriptions import SubscriptionPolicy
from notify_svc.reactions import request_notices
from notify_svc.responses import Became, Explained, WouldBe
from notify_svc.rules.samples import envelope_of
from notify_svc.rules.vocabulary import facts_of
from notify_svc.sentences import Sentences


def became(notices: Iterable[dict[str, Any]], items: Iterable[dict[str, Any]], recipient: str | None) -> list[Became]:
    """What became of an event: its notices, and the items of digests that it was collected into."""
    return [_notice(row) for row in notices] + [_item(row) for row in items if recipient in (None, row["recipient"])]


def would_be(event: Event, recipient: str | None, now: datetime, policies: PolicyBook) -> Explained:
    """What the rules in force would make of an event that happened now, rule by rule."""
    envelope = replace(envelope_of(event), occurred_at=now, recorded_at=now)
    today = day_of(now, policies)
    subscriptions = policies.at(SubscriptionPolicy, today)
    members = policies.at(DirectoryPolicy, today).document.members
    facts = facts_of(event, envelope, today)
    commands = request_notices(event, envelope, policies)
    requests = [command.notice if isinstance(command, CollectItem) else command for command in commands]
    rules = []
    for rule in subscriptions.document.rules:
        if rule.event != event.TYPE:
            continue
        failing = [condition.explanation(facts) for condition in rule.where if not condition.holds(facts)]
        of_rule = [request for request in requests if request.rule.id == rule.id]
        wanted = [request for request in of_rule if recipient in (None, request.recipient)]
        reasons = [reason for request in wanted if (reason := _silence(request, policies))]
        if not failing and recipient and not wanted:
            reasons.append(_others(rule.recipients(facts, members), recipient))
        notified = [request.recipient for request in wanted if not _silence(request, policies)]
        rules.append(WouldBe(rule=rule.id, matches=not failing, recipients=notified, reasons=failing + reasons))
    return Explained(policy_version=subscriptions.version, rules=rules)


def _silence(request: RequestNotice, policies: PolicyBook) -> str:
    """Why the recipient would not be notified; empty when it would."""
    return suppression_reason(request, policies) or render_error(request, policies)


def _others(recipients: Sequence[str], recipient: str) -> str:
    if not recipients:
        return Sentences.NOTIFIES_NOBODY(recipient=recipient)
    return Sentences.NOTIFIES_OTHERS(recipients=", ".join(recipients), recipient=recipient)


def _notice(row: dict[str, Any]) -> Became:
    summary = {
        "requested": f"{Sentences.WILL_BE_SENT(deliver_at=_moment(row['deliver_at']))} {row['waits_because'] or ''}"
        if row["deliver_at"]
        else "",
        "retrying": f"{Sentences.TRIED_AGAIN()} {row['because']}",
        "sent": Sentences.SENT(channel=row["channel"], recipient=row["recipient"]),
        "failed": f"{Sentences.NOT_SENT()} {row['because']}",
        "passed_over": row["because"],
        "suppressed": row["because"],
    }[row["status"]]
    return Became(
        recipient=row["recipient"],
        rule=row["rule"],
        policy_version=row["policy_version"],
        status=row["status"],
        notification_id=row["notification_id"],
        summary=summary.strip(),
    )


def _item(row: dict[str, Any]) -> Became:
    return Became(
        recipient=row["recipient"],
        rule=row["rule"],
        policy_version=row["policy_version"],
        status="suppressed" if row["dropped_because"] else "collected",
        notification_id=row["notification_id"],
        summary=row["dropped_because"]
        or Sentences.IN_DIGEST(closes_at=_moment(row["closes_at"]), subject=row["subject"]),
    )


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"
