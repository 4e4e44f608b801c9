"""Routes: why somebody was told of an event, and why somebody was not."""

from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict

from chassis.http import Queries
from contracts.fields import Id
from contracts.notify import Recipient
from notify_svc.api.events import event_of
from notify_svc.digest import CollectItem
from notify_svc.notices.commands import RequestNotice
from notify_svc.notices.requesting import why_not, wordless
from notify_svc.policies import DirectoryPolicy, SubscriptionPolicy
from notify_svc.reactions import tell
from notify_svc.read_models import digest_item, notification
from notify_svc.rules.samples import envelope_of
from notify_svc.rules.subscriptions import RuleId
from notify_svc.rules.vocabulary import facts_of

router = APIRouter(prefix="/v1/explanations", tags=["explanations"])


class Became(BaseModel):
    """What became of an event for one recipient, in a sentence."""

    recipient: str
    rule: str
    policy_version: int
    status: str
    notification_id: str
    says: str


class Supposed(BaseModel):
    """An event that might happen; without ``data`` the sample of its type."""

    model_config = ConfigDict(extra="forbid")

    event_type: str
    data: dict[str, Any] | None = None
    recipient: Recipient | None = None


class WouldBe(BaseModel):
    """What a rule would make of the event: whom it tells, or why it tells nobody or not this one."""

    rule: RuleId
    matches: bool
    told: list[str]
    because: list[str]


class Explained(BaseModel):
    policy_version: int
    rules: list[WouldBe]


@router.get("")
async def explain_event(
    queries: Queries,
    event_id: Annotated[Id, Query(description="the event's id (ce_id)")],
    recipient: Recipient | None = None,
) -> list[Became]:
    """Whom an event was told to and whom not, and why. Nobody for a rule: no rule in force then matched it."""
    notices = await queries.rows(notification.listed(None, recipient, None, None, None, event_id))
    collected = await queries.rows(digest_item.of_event(event_id))
    return [_became(row) for row in notices] + [
        _collected(row) for row in collected if recipient in (None, row["recipient"])
    ]


@router.post("")
async def explain_supposed(queries: Queries, supposed: Supposed) -> Explained:
    """What the rules in force would make of an event, rule by rule. Nothing is told."""
    event = event_of(supposed.event_type, supposed.data)
    envelope = replace(envelope_of(event), occurred_at=queries.now, recorded_at=queries.now)
    subscriptions = queries.policies.at(SubscriptionPolicy, queries.now.date())
    members = queries.policies.at(DirectoryPolicy, queries.now.date()).document.members
    facts = facts_of(event, envelope)
    asked = [one.notice if isinstance(one, CollectItem) else one for one in tell(event, envelope, queries.policies)]
    rules = []
    for rule in subscriptions.document.rules:
        if rule.event != supposed.event_type:
            continue
        failing = [condition.says(facts) for condition in rule.where if not condition.holds(facts)]
        mine = [request for request in asked if request.rule.id == rule.id]
        wanted = [request for request in mine if supposed.recipient in (None, request.recipient)]
        silent = [sentence for request in wanted if (sentence := _silence(request, queries))]
        if not failing and supposed.recipient and not wanted:
            named = ", ".join(rule.recipients(facts, members)) or "nobody"
            silent.append(f"The rule tells {named}, not {supposed.recipient}.")
        told = [request.recipient for request in wanted if not _silence(request, queries)]
        rules.append(WouldBe(rule=rule.id, matches=not failing, told=told, because=failing + silent))
    return Explained(policy_version=subscriptions.version, rules=rules)


def _silence(request: RequestNotice, queries: Queries) -> str:
    """Why the recipient would not be told; empty when it would."""
    return why_not(request, queries.policies) or wordless(request, queries.policies)


def _became(row: dict[str, Any]) -> Became:
    told = {
        "requested": f"It is told at {row['deliver_at']:%Y-%m-%d %H:%M} UTC. {row['waits_because'] or ''}"
        if row["deliver_at"]
        else "",
        "retrying": f"It is being tried again: {row['because']}",
        "sent": f"It was told by {row['channel']} to {row['address']}.",
        "failed": f"It could not be told: {row['because']}",
        "suppressed": row["because"],
    }[row["status"]]
    return Became(
        recipient=row["recipient"],
        rule=row["rule"],
        policy_version=row["policy_version"],
        status=row["status"],
        notification_id=row["notification_id"],
        says=told.strip(),
    )


def _collected(row: dict[str, Any]) -> Became:
    return Became(
        recipient=row["recipient"],
        rule=row["rule"],
        policy_version=row["policy_version"],
        status="collected",
        notification_id=row["notification_id"],
        says=f"It is told in a digest at {row['closes_at']:%Y-%m-%d %H:%M} UTC: {row['subject']}",
    )
