"""Routes: the texts in force, a preview of them, and a test notice."""

from fastapi import APIRouter
from uuid_utils import uuid7

from chassis.http import Act, Commands, JsonBody, NotFound, Queries, Reasoned, needs
from contracts.fields import Id
from contracts.notify import Cause
from notify_svc.notices.requests import RequestRendered
from notify_svc.policies.templates import TemplatePolicy
from notify_svc.reports.preview import filled
from notify_svc.requests import Preview, TestSend
from notify_svc.responses import Previewed, Template, Templates, TestSent

router = APIRouter(prefix="/v1", tags=["templates"])


@router.get("/templates", dependencies=[needs("notify.templates.read")])
async def get_templates(queries: Queries) -> Templates:
    """The texts; changed as policy ``templates``."""
    return Templates(items=_templates(queries))


@router.get("/templates/{template}", dependencies=[needs("notify.templates.read")])
async def get_template(queries: Queries, template: Id) -> Template:
    """One text in force today."""
    found = next((each for each in _templates(queries) if each.template == template), None)
    if found is None:
        raise NotFound("template in force", template)
    return found


def _templates(queries: Queries) -> list[Template]:
    version = queries.policies.at(TemplatePolicy, queries.today)
    return [
        Template(template=name, policy_version=version.version, effective_from=version.effective_from, content=content)
        for name, content in version.document.templates.items()
    ]


@router.post("/templates/preview", dependencies=[needs("notify.templates.read")])
async def preview_template(queries: Queries, body: JsonBody[Preview]) -> Previewed:
    """A template, rendered. Answers 422 for data that is not of the event's shape or that it does not render with."""
    preview = await filled(body, queries.today, queries.policies)
    return Previewed(subject=preview.text.subject, body=preview.text.body, policy_version=preview.policy_version)


@router.post("/test-sends", dependencies=[needs("notify.templates.test")])
async def send_test(queries: Queries, commands: Commands, body: JsonBody[TestSend], origin: Reasoned) -> TestSent:
    """Send a template to somebody, marked as a test, to see that it arrives. It is delivered like any other, urgently."""
    preview = await filled(body, queries.today, queries.policies)
    after = {"recipient": body.recipient, "language": body.language, "channels": body.channels}
    answered = await commands.do(
        RequestRendered(
            notification_id=str(uuid7()),
            recipient=body.recipient,
            subject=f"[Test] {preview.text.subject}",
            body=preview.text.body,
            language=body.language,
            urgency="urgent",
            channels=body.channels,
            about=body.template,
            period=queries.now.isoformat(),
            cause=Cause(
                event_id=str(uuid7()),
                event_type=preview.template.event,
                event_source="/notify-svc",
                rule="test-send",
                policy_version=preview.policy_version,
            ),
            topic="test",
            at=queries.now,
            test=True,
        ),
        act=Act("test sent", f"templates/{body.template}", origin.reason, after=after),
    )
    # The same Idempotency-Key is answered with the first notice, whose id stands in the stream's name.
    return TestSent(notification_id=answered.stream.removeprefix("notice-"))
