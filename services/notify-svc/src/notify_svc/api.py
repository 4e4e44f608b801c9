"""Routes: what was told to whom and why, the inbox, and the rules and words in force."""

from datetime import date, datetime
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Query
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, ValidationError

from chassis.http import NotFound, Page, Paging, Problem, Reader
from contracts.fields import Id, Instant
from contracts.notify import Recipient
from notify_svc.facts import facts_of
from notify_svc.policies import SubscriptionPolicy, TemplatePolicy
from notify_svc.read_models import notification
from notify_svc.samples import SAMPLES, envelope_of
from notify_svc.subscriptions import Rule, RuleId
from notify_svc.templates import Language, NoticeTemplate, render

router = APIRouter(prefix="/v1")


class Attempt(BaseModel):
    """One answer of a channel; ``error`` is None when it took the notice."""

    channel: str
    attempt: int
    at: datetime
    error: str | None
    next_channel: str | None
    retry_at: datetime | None


class Why(BaseModel):
    """Why this recipient was told, or was not: the event, the rule, and the version of the subscriptions."""

    event_id: str
    event_type: str
    event_source: str
    rule: str
    policy_version: int
    because: str | None


class Notification(BaseModel):
    """A notice and its fate; a suppressed one has no words. ``passed_over``: why a channel was not tried at all."""

    notification_id: str
    recipient: str
    status: notification.Status
    about: str
    period: str
    happened_at: datetime
    requested_at: datetime
    subject: str | None
    body: str | None
    language: str | None
    urgency: str | None
    channels: list[str] | None
    deliver_at: datetime | None
    attempts: list[Attempt] | None
    channel: str | None
    address: str | None
    reference: str | None
    sent_at: datetime | None
    passed_over: str | None
    why: Why


class Subscriptions(BaseModel):
    """The rules in force today."""

    policy_version: int
    effective_from: date
    rules: tuple[Rule, ...]


class Templates(BaseModel):
    """The words in force today, by template id."""

    policy_version: int
    effective_from: date
    templates: dict[str, NoticeTemplate]


class Preview(BaseModel):
    """A template and the event to fill it with: ``data`` of the template's event type, or the sample of that type."""

    model_config = ConfigDict(extra="forbid")

    template: Id
    language: Language = "en"
    event_type: str | None = None
    data: dict[str, Any] | None = None


class Previewed(BaseModel):
    subject: str
    body: str
    policy_version: int


@router.get("/notifications")
async def list_notifications(
    reader: Reader,
    page: Paging,
    status: notification.Status | None = None,
    recipient: Recipient | None = None,
    rule: RuleId | None = None,
    about: Annotated[Id | None, Query(description="supplier, customer, invoice, order or case")] = None,
) -> Page:
    """Notices, the first asked for first; their words and attempts are in the detail."""
    return await reader.page(notification.listed(status, recipient, rule, about), notification.ORDER, page)


@router.get("/notifications/{notification_id}")
async def get_notification(reader: Reader, notification_id: str) -> Notification:
    """One notice: its words, every attempt, and why it was told or suppressed."""
    row = await reader.one(notification.one(notification_id))
    if row is None:
        raise NotFound("notification", notification_id)
    return Notification(**row, why=Why.model_validate(row))


class NoticeCount(BaseModel):
    rule: str
    status: notification.Status
    notices: int


@router.get("/reports/notices")
async def count_notices(reader: Reader) -> list[NoticeCount]:
    """How many notices each rule made, by what became of them."""
    return [NoticeCount(**row) for row in await reader.rows(notification.counts())]


@router.get("/inbox/{recipient:path}")
async def read_inbox(
    reader: Reader,
    page: Paging,
    recipient: Recipient,
    since: Annotated[Instant | None, Query(description="only what was asked for at or after this instant")] = None,
) -> Page:
    """What a recipient (``supplier:S-1``, ``customer:C-1``, ``role:buyer``) was told, by whatever channel."""
    return await reader.page(notification.inbox(recipient, since), notification.ORDER, page)


@router.get("/subscriptions")
async def get_subscriptions(reader: Reader) -> Subscriptions:
    """Who is told of what; changed as policy ``subscriptions``."""
    dated = reader.policies.at(SubscriptionPolicy, reader.now.date())
    return Subscriptions(policy_version=dated.version, effective_from=dated.effective_from, rules=dated.document.rules)


@router.get("/templates")
async def get_templates(reader: Reader) -> Templates:
    """The words; changed as policy ``templates``."""
    dated = reader.policies.at(TemplatePolicy, reader.now.date())
    return Templates(
        policy_version=dated.version, effective_from=dated.effective_from, templates=dict(dated.document.templates)
    )


@router.post("/templates/preview")
async def preview_template(reader: Reader, asked: Preview) -> Previewed:
    """A template in force, filled. Answers 422 for data that is not of the event's shape or that it cannot render."""
    dated = reader.policies.at(TemplatePolicy, reader.now.date())
    template = dated.document.templates.get(asked.template)
    if template is None:
        raise NotFound("template", asked.template)
    if asked.event_type not in (None, template.event):
        raise Problem(
            422, "other-event", f"Template {asked.template} tells of {template.event}, not of {asked.event_type}."
        )
    event = _event(template.event, asked.data)
    words = render(asked.template, template, asked.language, facts_of(event, envelope_of(event)))
    return Previewed(subject=words.subject, body=words.body, policy_version=dated.version)


def _event(event_type: str, data: dict[str, Any] | None) -> Any:
    if data is None:
        return SAMPLES[event_type]
    try:
        # As JSON, the way the event comes over the wire: the contracts are strict about Python types.
        return type(SAMPLES[event_type]).model_validate_json(orjson.dumps(data))
    except ValidationError as error:
        located = [{**each, "loc": ("body", "data", *each["loc"])} for each in error.errors(include_context=False)]
        raise RequestValidationError(located) from error
