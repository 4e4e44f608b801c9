"""A template rendered with an event that somebody gives, or with the sample of its type."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from chassis.http import NotFound, Problem
from chassis.policies import PolicyBook
from notify_svc.policies.templates import TemplatePolicy
from notify_svc.requests import Preview, event_of
from notify_svc.rules.rendering import Rendered
from notify_svc.rules.samples import SAMPLES, envelope_of, sample_facts
from notify_svc.rules.templates import Draft, render_soon
from notify_svc.rules.vocabulary import Facts, facts_of


@dataclass(frozen=True, slots=True)
class Filled:
    template: Draft
    text: Rendered
    policy_version: int


async def filled(preview: Preview, today: date, policies: PolicyBook) -> Filled:
    """Raises NotFound, Problem for data that is not of the event's shape, and TemplateDoesNotRender."""
    in_force = policies.at(TemplatePolicy, today)
    template: Draft | None = preview.draft or in_force.document.templates.get(preview.template)
    if template is None:
        raise NotFound("template", preview.template)
    if preview.event_type not in (None, template.event):
        sentence = f"Template {preview.template} is for {template.event}, not for {preview.event_type}."
        raise Problem(422, "other-event", sentence)
    text = await render_soon(preview.template, template, preview.language, _facts(template.event, preview.data))
    return Filled(template, text, in_force.version)


def _facts(event_type: str, data: dict[str, Any] | None) -> Facts:
    own = sample_facts(event_type)
    if event_type not in SAMPLES and own is not None:
        return {**own, **(data or {})}  # a digest or an escalation, which no other service publishes
    event = event_of(event_type, data)
    return facts_of(event, envelope_of(event))
