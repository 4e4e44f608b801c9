"""Routes: what a recipient has switched off, and what cannot be."""

from fastapi import APIRouter

from chassis.http import Answered, Commands, JsonBody, Queries, needs
from contracts.notify import Recipient
from notify_svc.policies.preferences import muted_by
from notify_svc.policies.subscriptions import SubscriptionPolicy
from notify_svc.preferences import ChangePreferences
from notify_svc.requests import Wanted
from notify_svc.responses import Preferences

router = APIRouter(prefix="/v1/preferences", tags=["preferences"])


@router.get("/{recipient:path}", dependencies=[needs("notify.preferences.read", partner="recipient")])
async def get_preferences(queries: Queries, recipient: Recipient) -> Preferences:
    """What is switched off for a recipient today."""
    today = queries.today
    subscriptions = queries.policies.at(SubscriptionPolicy, today).document
    return Preferences(
        recipient=recipient,
        muted=muted_by(recipient, queries.policies, today),
        mandatory_rules=subscriptions.mandatory(),
        topics=subscriptions.topics(),
    )


@router.put("/{recipient:path}", dependencies=[needs("notify.preferences.change", partner="recipient")])
async def put_preferences(
    queries: Queries, commands: Commands, recipient: Recipient, body: JsonBody[Wanted]
) -> Answered:
    """Switch off for a recipient, from today on. Refused for a mandatory rule; a topic leaves its mandatory rules on."""
    return await commands.do(ChangePreferences(recipient, body.muted, queries.today))
