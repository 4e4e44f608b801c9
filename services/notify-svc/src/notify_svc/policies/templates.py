"""Policy ``templates``: the texts of notices."""

from collections.abc import Mapping
from contextlib import suppress
from typing import ClassVar, Literal

from pydantic import Field

from chassis.policies import Policy
from notify_svc.rules.default_templates import DEFAULT_TEMPLATES
from notify_svc.rules.templates import Language, NoticeTemplate, Rendered, TemplateDoesNotRender, render
from notify_svc.rules.vocabulary import Facts


class TemplatePolicy(Policy):
    """The texts, by template id; a document with a text that does not render with the sample event is refused."""

    NAME: ClassVar[str] = "templates"
    templates: Mapping[str, NoticeTemplate] = Field(default_factory=lambda: dict(DEFAULT_TEMPLATES))

    def own_text(self, name: Literal["digest", "escalation"], language: Language, facts: Facts) -> Rendered:
        """The text around notices of our own: digests and escalations.

        Where the document has none, or it does not render with these facts, the default text is used, because a digest or
        an escalation must not wait until a template is mended.
        """
        for template in (self.templates.get(name), DEFAULT_TEMPLATES[name]):
            if template is not None:
                with suppress(TemplateDoesNotRender):
                    return render(name, template, template.language_for(language), facts)
        raise AssertionError(f"the default template {name} renders with whatever facts it is given")
