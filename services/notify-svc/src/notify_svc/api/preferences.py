"""Routes: what a recipient has switched off, and what cannot be."""

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict

from chassis.handling.policy_stream import PublishPolicy
from chassis.http import Answered, Commands, Problem, Queries
from contracts.notify import Recipient
from notify_svc.policies import Mute, PreferencePolicy, SubscriptionPolicy
from notify_svc.rules.subscriptions import RuleId, Topic

router = APIRouter(prefix="/v1/preferences", tags=["preferences"])


class Preferences(BaseModel):
    """What the recipient has switched off, and beside it the rules that are told all the same."""

    recipient: Recipient
    muted: tuple[RuleId | Mute, ...]
    mandatory: tuple[RuleId, ...]
    topics: tuple[Topic, ...]


class Wanted(BaseModel):
    """All that the recipient switches off, from today on: rule ids, or rule, topic and channels."""

    model_config = ConfigDict(extra="forbid")

    muted: tuple[RuleId | Mute, ...]


@router.get("/{recipient:path}")
async def get_preferences(queries: Queries, recipient: Recipient) -> Preferences:
    """What is switched off for a recipient today."""
    today = queries.now.date()
    rules = queries.policies.at(SubscriptionPolicy, today).document.rules
    muted = queries.policies.at(PreferencePolicy, today).document.muted.get(recipient, ())
    return Preferences(
        recipient=recipient,
        muted=muted,
        mandatory=tuple(rule.id for rule in rules if rule.mandatory),
        topics=tuple(sorted({rule.topic for rule in rules})),
    )


@router.put("/{recipient:path}", status_code=201)
async def put_preferences(queries: Queries, commands: Commands, recipient: Recipient, wanted: Wanted) -> Answered:
    """Switch off for a recipient, from today on. Refused for a mandatory rule; a topic leaves its mandatory rules on."""
    rules = {rule.id: rule for rule in queries.policies.at(SubscriptionPolicy, queries.now.date()).document.rules}
    for one in wanted.muted:
        named = one if isinstance(one, str) else one.rule
        if named is not None and named not in rules:
            raise Problem(422, "unknown-rule", f"There is no rule {named}.")
        if named is not None and rules[named].mandatory:
            raise Problem(422, "mandatory", f"The rule {named} is mandatory and cannot be switched off.")
    latest = queries.policies.latest(PreferencePolicy.NAME)
    muted = {**latest.document.muted, recipient: wanted.muted}
    document = PreferencePolicy(muted={who: what for who, what in muted.items() if what})
    reason = f"Preferences of {recipient}"
    return await commands.do(
        PublishPolicy(
            PreferencePolicy.NAME, document.model_dump(mode="json"), queries.now.date(), reason, latest.version
        )
    )
