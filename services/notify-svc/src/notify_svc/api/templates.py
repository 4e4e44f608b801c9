"""Routes: the words in force, a look at them filled, and a notice sent to try the way."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field
from uuid_utils import uuid7

from chassis.http import Commands, NotFound, Problem, Queries
from contracts.fields import Id
from contracts.notify import Cause, Channel, Recipient
from notify_svc.api.events import event_of
from notify_svc.notices.commands import TellWords
from notify_svc.policies import TemplatePolicy
from notify_svc.rules.samples import SAMPLES, envelope_of, sample_facts
from notify_svc.rules.templates import Language, NoticeTemplate, Rendered, render
from notify_svc.rules.vocabulary import Facts, facts_of

router = APIRouter(prefix="/v1", tags=["templates"])


class Templates(BaseModel):
    """The words in force today, by template id."""

    policy_version: int
    effective_from: date
    templates: dict[str, NoticeTemplate]


class Preview(BaseModel):
    """A template and the event to fill it with: ``data`` of the template's event type, or the sample of that type.

    ``draft`` is a template that is not in force yet; it is tried in place of the one in force.
    """

    model_config = ConfigDict(extra="forbid")

    template: Id
    language: Language = "en"
    event_type: str | None = None
    data: dict[str, Any] | None = None
    draft: NoticeTemplate | None = None


class Previewed(BaseModel):
    subject: str
    body: str
    policy_version: int


class TestSend(Preview):
    """Whom to send the filled template to, and by which channels; its subject begins with ``[Test]``."""

    recipient: Recipient
    channels: Annotated[tuple[Channel, ...], Field(min_length=1)] = ("inbox",)


class TestSent(BaseModel):
    """Where to look what became of it."""

    notification_id: str


@router.get("/templates")
async def get_templates(queries: Queries) -> Templates:
    """The words; changed as policy ``templates``."""
    dated = queries.policies.at(TemplatePolicy, queries.now.date())
    return Templates(
        policy_version=dated.version, effective_from=dated.effective_from, templates=dict(dated.document.templates)
    )


@router.post("/templates/preview")
async def preview_template(queries: Queries, asked: Preview) -> Previewed:
    """A template, filled. Answers 422 for data that is not of the event's shape or that it cannot render."""
    _, words, version = _filled(queries, asked)
    return Previewed(subject=words.subject, body=words.body, policy_version=version)


@router.post("/test-sends", status_code=201)
async def send_test(queries: Queries, commands: Commands, asked: TestSend) -> TestSent:
    """Send a template to somebody, marked as a test, to see that it arrives. It is delivered like any other, urgently."""
    template, words, version = _filled(queries, asked)
    answered = await commands.do(
        TellWords(
            notification_id=str(uuid7()),
            recipient=asked.recipient,
            subject=f"[Test] {words.subject}",
            body=words.body,
            language=asked.language,
            urgency="urgent",
            channels=asked.channels,
            about=asked.template,
            period=queries.now.isoformat(),
            cause=Cause(
                event_id=str(uuid7()), event_type=template.event, event_source="/notify-svc", rule="test-send",
                policy_version=version,
            ),
            topic="test",
            at=queries.now,
            test=True,
        )
    )  # fmt: skip
    # The same Idempotency-Key is answered with the first notice, whose id stands in the stream's name.
    return TestSent(notification_id=answered.stream.removeprefix("notice-"))


def _filled(queries: Queries, asked: Preview) -> tuple[NoticeTemplate, Rendered, int]:
    dated = queries.policies.at(TemplatePolicy, queries.now.date())
    template = asked.draft or dated.document.templates.get(asked.template)
    if template is None:
        raise NotFound("template", asked.template)
    if asked.event_type not in (None, template.event):
        raise Problem(
            422, "other-event", f"Template {asked.template} tells of {template.event}, not of {asked.event_type}."
        )
    return template, render(asked.template, template, asked.language, _facts(template.event, asked.data)), dated.version


def _facts(event_type: str, data: dict[str, Any] | None) -> Facts:
    own = sample_facts(event_type)
    if event_type not in SAMPLES and own is not None:
        return {**own, **(data or {})}  # a digest or an escalation, which no other service publishes
    event = event_of(event_type, data)
    return facts_of(event, envelope_of(event))
