"""Policy ``templates``: the texts of notices."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any, ClassVar, Literal

from pydantic import Field, ValidationError

from chassis.policies import Policy
from notify_svc.rules.default_templates import DEFAULT_TEMPLATES
from notify_svc.rules.rendering import Rendered
from notify_svc.rules.templates import (
    Draft,
    Language,
    NoticeTemplate,
    TemplateDoesNotRender,
    render,
    render_own,
    try_out,
)
from notify_svc.rules.vocabulary import Facts


class TemplatePolicy(Policy):
    """The texts, by template id; a document with a text that does not render with the sample event is refused."""

    NAME: ClassVar[str] = "templates"
    templates: Mapping[str, NoticeTemplate] = Field(default_factory=lambda: dict(DEFAULT_TEMPLATES))

    @classmethod
    async def try_out(cls, document: Mapping[str, Any]) -> None:
        """Every text that is new, rendered with its sample. Raises TemplateDoesNotRender for the first that does not."""
        templates = document.get("templates")
        for one in templates.values() if isinstance(templates, Mapping) else ():
            with suppress(ValidationError):  # what has no such shape is refused with the document
                await try_out(Draft.model_validate(one))

    def own_text(self, name: Literal["digest", "escalation"], language: Language, facts: Facts) -> Rendered:
        """The text around notices of our own: digests and escalations.

        Where the document has none, or it does not render with these facts, the default text is used, because a digest or
        an escalation must not wait until a template is mended.
        """
        template = self.templates.get(name)
        if template is not None:
            with suppress(TemplateDoesNotRender):
                return render(name, template, template.language_for(language), facts)
        return render_own(DEFAULT_TEMPLATES[name], DEFAULT_TEMPLATES[name].language_for(language), facts)
