"""The text of a notice: Jinja2 in a sandbox, where a name that the event does not have is an error."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Literal, Self

from jinja2 import StrictUndefined, Template
from jinja2.sandbox import ImmutableSandboxedEnvironment
from pydantic import Field, model_validator

from chassis.calendar import add_months, month_end
from chassis.domain import Refusal
from chassis.policies import PolicyPart
from notify_svc.rules.samples import SAMPLES, sample_facts
from notify_svc.rules.vocabulary import Facts

Language = Literal["en", "zh"]


class TemplateDoesNotRender(Refusal):
    """The template {template} in {language} does not render: {error}."""

    status = 422


class Text(PolicyPart):
    """Subject (one line) and body (plain text) as Jinja2 sources."""

    subject: str = Field(min_length=1, max_length=500)
    body: str = Field(min_length=1, max_length=20_000)


class NoticeTemplate(PolicyPart):
    """The texts for one type of event, per language. Raises ValueError for one that does not render with the sample event."""

    event: str
    texts: Mapping[Language, Text] = Field(min_length=1)

    @model_validator(mode="after")
    def _renders_the_sample(self) -> Self:
        facts = sample_facts(self.event)
        if facts is None:
            raise ValueError(f"{self.event} cannot be subscribed to; use one of {', '.join(sorted(SAMPLES))}")
        for language in self.texts:
            try:
                render(f"for {self.event}", self, language, facts)
            except TemplateDoesNotRender as refusal:
                raise ValueError(str(refusal)) from refusal
        return self

    def language_for(self, wanted: Language) -> Language:
        """The language wanted where there is a text in it, else the first one that there is."""
        return wanted if wanted in self.texts else next(iter(self.texts))


@dataclass(frozen=True, slots=True)
class Rendered:
    subject: str
    body: str


def render(name: str, template: NoticeTemplate, language: Language, facts: Facts) -> Rendered:
    """The text rendered with an event's facts. Raises TemplateDoesNotRender with the reason."""
    if language not in template.texts:
        raise TemplateDoesNotRender(template=name, language=language, error="it has no text in this language")
    text = template.texts[language]
    try:
        # A subject is one line: what comes from an event must not start a new mail header.
        subject = " ".join(_compiled(text.subject).render(facts).split())
        body = _compiled(text.body).render(facts).strip()
    except Exception as error:  # a template is a program of its author and fails in any way that a program can
        raise TemplateDoesNotRender(template=name, language=language, error=error) from error
    return Rendered(subject, body)


def number(value: str | int | Decimal) -> str:
    """``12000.5`` → ``12,000.50``; ``12000`` → ``12,000``: two places or none, thousands apart."""
    rounded = Decimal(value).quantize(Decimal("0.01"), ROUND_HALF_UP)
    return f"{rounded:,.0f}" if rounded == rounded.to_integral_value() else f"{rounded:,.2f}"


def next_day_of_month(after: str, day: int) -> str:
    """The first such day after an ISO date (10 after 2024-02-01: 2024-02-10); a shorter month has its last day instead."""
    start = date.fromisoformat(after)
    this_month = _day_in_month_of(start, day)
    return (this_month if this_month > start else _day_in_month_of(add_months(start, 1), day)).isoformat()


def moment(instant: str) -> str:
    """``2024-02-01T10:00:00Z`` → ``2024-02-01 10:00 UTC``: an instant for people."""
    return f"{datetime.fromisoformat(instant).astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def _day_in_month_of(any_day: date, day: int) -> date:
    end = month_end(any_day)
    return end.replace(day=min(day, end.day))


_SANDBOX = ImmutableSandboxedEnvironment(undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
_SANDBOX.filters.update(number=number, next_day_of_month=next_day_of_month, moment=moment)


@lru_cache(maxsize=512)
def _compiled(source: str) -> Template:
    return _SANDBOX.from_string(source)
