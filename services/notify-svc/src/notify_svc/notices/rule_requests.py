"""A rule's request for a notice: whether it is suppressed, and how its text is rendered."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from chassis.business_calendar import day_of
from chassis.policies import PolicyBook
from contracts.notify import Cause
from notify_svc.policies.directory import DirectoryPolicy
from notify_svc.policies.history import HistoryPolicy
from notify_svc.policies.preferences import channels_left
from notify_svc.policies.templates import TemplatePolicy
from notify_svc.rules.rendering import Rendered
from notify_svc.rules.subscriptions import Rule
from notify_svc.rules.templates import Language, TemplateDoesNotRender, render
from notify_svc.rules.vocabulary import Facts
from notify_svc.sentences import Sentences

DAY_S = 86_400


@dataclass(frozen=True, slots=True)
class RequestNotice:
    """A rule chose to notify a recipient of an event; ``facts`` are what rule and template see of it.

    ``again_at``: when a person redrove a notice whose template had not rendered; None the first time.
    """

    SEALS_FOR: ClassVar[str] = "{recipient}"

    notification_id: str
    recipient: str
    rule: Rule
    about: str
    period: str
    cause: Cause
    facts: Facts
    occurred_at: datetime
    recorded_at: datetime
    again_at: datetime | None = None

    def on(self, policies: PolicyBook) -> date:
        """The business date whose policies hold; of a redrive, its own day, so that what was mended since holds."""
        return day_of(self.again_at or self.occurred_at, policies)

    @property
    def known_at(self) -> datetime:
        """The earliest instant at which it could be delivered: it had happened, and its owner had recorded it."""
        return max(self.occurred_at, self.recorded_at)

    @property
    def requested_at(self) -> datetime:
        """When it is requested: as soon as it was known, or later by the person who redrives it."""
        return self.again_at or self.known_at


def suppression_reason(request: RequestNotice, policies: PolicyBook) -> str:
    """Why the recipient is not notified, as a sentence; empty when it is."""
    rule, age = request.rule, request.recorded_at - request.occurred_at
    history_before = policies.at(HistoryPolicy, request.on(policies)).document.told_from
    if not channels_left(request.recipient, rule, policies, request.on(policies)):
        return Sentences.SWITCHED_OFF(recipient=request.recipient, rule=rule.id)
    happened_on, recorded_on = (day_of(at, policies) for at in (request.occurred_at, request.recorded_at))
    if age.total_seconds() > rule.max_age_days * DAY_S and not rule.wants_history:
        return Sentences.RECORDED_TOO_LATE(
            happened_on=happened_on, recorded_on=recorded_on, rule=rule.id, days=rule.max_age_days
        )
    if history_before is not None and happened_on < history_before and not rule.wants_history:
        return Sentences.HISTORY(happened_on=happened_on, history_before=history_before)
    return ""


def render_error(request: RequestNotice, policies: PolicyBook) -> str:
    """Why its template does not render, as a sentence; empty when it does."""
    try:
        rendered(request, policies)
    except TemplateDoesNotRender as refusal:
        return str(refusal)
    return ""


def rendered(request: RequestNotice, policies: PolicyBook) -> Rendered:
    """The rule's template rendered with the event, in the recipient's language where the template has it."""
    name, language = request.rule.template, language_of(request, policies)
    template = policies.at(TemplatePolicy, request.on(policies)).document.templates.get(name)
    if template is None:
        raise TemplateDoesNotRender(template=name, language=language, error="there is no such template")
    return render(name, template, language, request.facts)


def language_of(request: RequestNotice, policies: PolicyBook) -> Language:
    directory = policies.at(DirectoryPolicy, request.on(policies)).document
    wanted = directory.languages.get(request.recipient, request.rule.language)
    template = policies.at(TemplatePolicy, request.on(policies)).document.templates.get(request.rule.template)
    return wanted if template is None or wanted in template.texts else request.rule.language
