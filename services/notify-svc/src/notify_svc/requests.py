"""What the routes take: the shapes of requests."""

from typing import Annotated, Any, Literal

import orjson
from fastapi.exceptions import RequestValidationError
from pydantic import AfterValidator, AliasChoices, Field, ValidationError, WithJsonSchema

from chassis.http import Body, Problem
from contracts import Event
from contracts.fields import NO_CONTROLS, Id
from contracts.notify import Channel, Recipient
from notify_svc.delivery.channels import CHANNELS
from notify_svc.policies.preferences import Mutes
from notify_svc.rules.samples import SAMPLES
from notify_svc.rules.subscriptions import RuleId
from notify_svc.rules.templates import Draft, Language

Name = Annotated[str, Field(min_length=1, max_length=100, pattern=NO_CONTROLS)]
Reason = Annotated[str, Field(min_length=3, max_length=500, pattern=NO_CONTROLS)]
WITH_ENDPOINTS = [channel for channel, adapter in CHANNELS.items() if adapter.address_rule is not None]


def _has_endpoints(channel: Channel) -> Channel:
    if channel not in WITH_ENDPOINTS:
        raise ValueError(f"{channel} has no endpoints; use one of {', '.join(WITH_ENDPOINTS)}")
    return channel


EndpointChannel = Annotated[
    Channel, AfterValidator(_has_endpoints), WithJsonSchema({"type": "string", "enum": WITH_ENDPOINTS})
]
"""A channel whose addresses are registered as endpoints."""


class NewEndpoint(Body):
    """Where to reach a recipient: an http(s) address for a webhook, an apprise URL for chat and SMS."""

    recipient: Recipient
    channel: EndpointChannel
    url: Annotated[str, Field(min_length=5, max_length=2_000, pattern=NO_CONTROLS)]


class Rotation(Body):
    """For how many hours the previous secret signs beside the new one."""

    both_for_hours: Annotated[int, Field(ge=0, le=30 * 24)] = 24


def acting(name: str) -> Any:
    """The field of the person who does something; it was ``by`` before, which is still read."""
    return Field(
        default=None,
        validation_alias=AliasChoices(name, "by"),
        description="taken from the token when left out",
    )


class Reading(Body):
    """Who has read it."""

    read_by: Name | None = acting("read_by")


class Acknowledgement(Body):
    """Who takes care of it."""

    acknowledged_by: Name | None = acting("acknowledged_by")


class Again(Body):
    """Who has a failed notice tried again, and why."""

    redriven_by: Name | None = acting("redriven_by")
    reason: Reason


class ManyAgain(Again):
    """Which notices are tried again: all that failed (or were passed over), or those of a rule or a recipient."""

    status: Literal["failed", "passed_over"] = "failed"

    rule: RuleId | None = None
    recipient: Recipient | None = None
    limit_count: Annotated[int, Field(ge=1, le=500, validation_alias=AliasChoices("limit_count", "limit"))] = 500


class Wanted(Body):
    """All that the recipient switches off, from today on: rule ids, or rule, topic and channels."""

    muted: Annotated[Mutes, Field(max_length=500)]


class Supposed(Body):
    """An event that might happen; without ``data`` the sample of its type."""

    event_type: str
    data: dict[str, Any] | None = None
    recipient: Recipient | None = None


class Preview(Body):
    """A template and the event to render it with: ``data`` of the template's event type, or the sample of that type.

    ``draft`` is a template that is not in force yet; it is tried in place of the one in force.
    """

    template: Id
    language: Language = "en"
    event_type: str | None = None
    data: dict[str, Any] | None = None
    draft: Draft | None = None


class TestSend(Preview):
    """Whom to send the rendered template to, and by which channels; its subject begins with ``[Test]``."""

    recipient: Recipient
    channels: Annotated[tuple[Channel, ...], Field(min_length=1)] = ("inbox",)


def event_of(event_type: str, data: dict[str, Any] | None) -> Event:
    """The event with this data, or the sample of its type. Answers 422 for an unknown type or a shape that does not fit."""
    if event_type not in SAMPLES:
        known = ", ".join(sorted(SAMPLES))
        raise Problem(422, "unknown-event", f"{event_type} cannot be subscribed to; use one of {known}.")
    if data is None:
        return SAMPLES[event_type]
    try:
        # As JSON, the way the event comes over the wire: the contracts are strict about Python types.
        return type(SAMPLES[event_type]).model_validate_json(orjson.dumps(data))
    except ValidationError as error:
        located = [{**each, "loc": ("body", "data", *each["loc"])} for each in error.errors(include_context=False)]
        raise RequestValidationError(located) from error
