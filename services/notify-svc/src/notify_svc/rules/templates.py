"""The text of a notice: sources per language, tried on a sample event before they hold, and who renders them."""

from collections import OrderedDict
from collections.abc import Mapping
from typing import Any, Literal, Protocol, Self

from pydantic import Field, ValidationInfo, model_validator

from chassis.domain import Refusal
from chassis.policies import PolicyPart
from contracts.fields import is_stored
from notify_svc.rules.rendering import Rendered, names_in, rendered_text
from notify_svc.rules.samples import SAMPLES, personal_paths_of, sample_facts
from notify_svc.rules.vocabulary import Facts, names_within

Language = Literal["en", "zh"]


class TemplateDoesNotRender(Refusal):
    """The template {template} in {language} does not render: {error}."""

    status = 422


class Text(PolicyPart):
    """Subject (one line) and body (plain text) as Jinja2 sources."""

    subject: str = Field(min_length=1, max_length=500)
    body: str = Field(min_length=1, max_length=20_000)


class CannotRender(Exception):
    """The text does not render; the message says why."""


class Renderer(Protocol):
    """Renders texts that people wrote. Both raise CannotRender."""

    def render(self, text: Text, facts: Mapping[str, Any]) -> Rendered: ...

    async def render_soon(self, text: Text, facts: Mapping[str, Any]) -> Rendered: ...


class RenderedHere:
    """Renders in place, without a bound of time: for the texts of this repository, and for a domain that runs by itself."""

    def render(self, text: Text, facts: Mapping[str, Any]) -> Rendered:
        try:
            return rendered_text(text.subject, text.body, facts)
        except Exception as error:  # a template is a program of its author and fails in any way that a program can
            raise CannotRender(str(error) or type(error).__name__) from error

    async def render_soon(self, text: Text, facts: Mapping[str, Any]) -> Rendered:
        return self.render(text, facts)


class Renderers:
    """Who renders what: texts of this repository are rendered in place, those that people wrote by ``others``.

    The composition of the service sets ``others``. Texts that have rendered with their sample are remembered, because the same
    document is read again at each start, and people must not wait in the write path for what has been tried outside of it.
    """

    REMEMBERED_MAX = 5_000

    def __init__(self) -> None:
        self.here = RenderedHere()
        self.others: Renderer = self.here
        self._own: set[Text] = set()
        self._tried: OrderedDict[tuple[str, Text], None] = OrderedDict()

    def of(self, text: Text) -> Renderer:
        return self.here if text in self._own else self.others

    def add_own(self, text: Text) -> None:
        self._own.add(text)

    def has_tried(self, event: str, text: Text) -> bool:
        return (event, text) in self._tried

    def remember(self, event: str, text: Text) -> None:
        self._tried[event, text] = None
        while len(self._tried) > self.REMEMBERED_MAX:
            self._tried.popitem(last=False)


RENDERERS = Renderers()


class Draft(PolicyPart):
    """The texts for one type of event, per language, before they are tried."""

    event: str
    texts: Mapping[Language, Text] = Field(min_length=1)

    def language_for(self, wanted: Language) -> Language:
        """The language wanted where there is a text in it, else the first one that there is."""
        return wanted if wanted in self.texts else next(iter(self.texts))


class NoticeTemplate(Draft):
    """The texts for one type of event, per language.

    Raises ValueError for one that names what tells of a person, or that does not render with the sample event.
    """

    @model_validator(mode="after")
    def _renders_the_sample(self, info: ValidationInfo) -> Self:
        facts = sample_facts(self.event)
        if facts is None:
            raise ValueError(f"{self.event} cannot be subscribed to; use one of {', '.join(sorted(SAMPLES))}")
        for language, text in self.texts.items():
            if personal := _personal_names(text, self.event, facts):
                if is_stored(info):  # it was published before; a notice of it says that it does not render
                    continue
                raise ValueError(
                    f"the template for {self.event} in {language} names {', '.join(personal)}: {NO_PERSON}"
                )
            if RENDERERS.has_tried(self.event, text):
                continue
            try:
                render(f"for {self.event}", self, language, facts)
            except TemplateDoesNotRender as refusal:
                raise ValueError(str(refusal)) from refusal
            RENDERERS.remember(self.event, text)
        return self


NO_PERSON = "that tells of a person, and no notice quotes it"


def _personal_names(text: Text, event: str, facts: Facts) -> list[str]:
    """The personal fields that a text names, by the last part of their paths, which no other field of the event has."""
    personal = {path.rpartition(".")[2] for path in personal_paths_of(event)} - names_within(facts)
    return sorted(personal & (names_in(text.subject) | names_in(text.body))) if personal else []


class OwnTemplate(NoticeTemplate):
    """A template of this repository, which its tests have tried: it is rendered in place."""

    @model_validator(mode="before")
    @classmethod
    def _is_ours(cls, fields: Any) -> Any:
        for text in fields["texts"].values():
            RENDERERS.add_own(text)
        return fields


def render(name: str, template: Draft, language: Language, facts: Facts) -> Rendered:
    """The text rendered with an event's facts. Raises TemplateDoesNotRender with the reason."""
    text = _text_in(name, template, language)
    try:
        return RENDERERS.of(text).render(text, facts)
    except CannotRender as error:
        raise TemplateDoesNotRender(template=name, language=language, error=error) from error


async def render_soon(name: str, template: Draft, language: Language, facts: Facts) -> Rendered:
    """As ``render``, for a request of a person: everybody else goes on meanwhile."""
    text = _text_in(name, template, language)
    try:
        return await RENDERERS.of(text).render_soon(text, facts)
    except CannotRender as error:
        raise TemplateDoesNotRender(template=name, language=language, error=error) from error


async def try_out(template: Draft) -> None:
    """Render each text with the sample of its event, so that the template is quickly made of it. Raises TemplateDoesNotRender."""
    facts = sample_facts(template.event)
    if facts is None:
        return
    for language, text in template.texts.items():
        if not RENDERERS.has_tried(template.event, text):
            await render_soon(f"for {template.event}", template, language, facts)
            RENDERERS.remember(template.event, text)


def render_own(template: Draft, language: Language, facts: Facts) -> Rendered:
    """A text of this repository that renders with whatever facts it is given; one that becomes too long is cut."""
    text = template.texts[language]
    return rendered_text(text.subject, text.body, facts, cut=True)


def _text_in(name: str, template: Draft, language: Language) -> Text:
    if language not in template.texts:
        raise TemplateDoesNotRender(template=name, language=language, error="it has no text in this language")
    return template.texts[language]
