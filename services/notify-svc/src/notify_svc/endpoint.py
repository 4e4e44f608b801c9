"""An endpoint: where a channel that needs a secret (webhook, chat, SMS) reaches one recipient. What it holds is sealed."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, assert_never, get_args

from chassis.domain import Decider, Refusal
from chassis.policies import PolicyBook
from contracts.envelope import Event
from contracts.notify import EndpointRegistered, EndpointRemoved, EndpointResealed, EndpointSecretRotated
from notify_svc.rules.subscriptions import NOTICES

EndpointChannel = Literal["webhook", "chat", "sms"]
CHANNELS: tuple[EndpointChannel, ...] = get_args(EndpointChannel)

# --- state ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Nowhere:
    """The channel does not reach the recipient: never, or no longer."""


@dataclass(frozen=True, slots=True)
class Reached:
    """``sealed`` is what only the holder of the key can read: address and secret."""

    recipient: str
    channel: EndpointChannel
    sealed: str


Endpoint = Nowhere | Reached


def evolve(endpoint: Endpoint, event: Event) -> Endpoint:
    match event, endpoint:
        case EndpointRegistered(), _:
            return Reached(event.recipient, event.channel, event.sealed)  # type: ignore[arg-type]
        case ((EndpointSecretRotated() | EndpointResealed()), Reached()):
            return replace(endpoint, sealed=event.sealed)
        case EndpointRemoved(), _:
            return Nowhere()
    return endpoint


# --- commands -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RegisterEndpoint:
    """Reach a recipient there from now on; replaces what was there before. ``shown`` may be read by everybody."""

    endpoint_id: str
    recipient: str
    channel: EndpointChannel
    shown: str
    sealed: str


@dataclass(frozen=True, slots=True)
class RotateSecret:
    """``sealed`` holds a new secret and, until ``both_until``, the one before; made from the one that ``expected`` is."""

    endpoint_id: str
    sealed: str
    expected: str
    both_until: datetime


@dataclass(frozen=True, slots=True)
class Reseal:
    """The same content under a newer key; made from the one that ``expected`` is."""

    endpoint_id: str
    sealed: str
    expected: str


@dataclass(frozen=True, slots=True)
class RemoveEndpoint:
    """Reach the recipient there no more."""

    endpoint_id: str
    because: str


Command = RegisterEndpoint | RotateSecret | Reseal | RemoveEndpoint


class NoSuchEndpoint(Refusal):
    """There is no endpoint {endpoint_id}."""

    status = 404


class SecretMovedOn(Refusal):
    """The secret of endpoint {endpoint_id} was changed by somebody else meanwhile; look at it again."""


class NoSecretToRotate(Refusal):
    """Endpoint {endpoint_id} is a {channel} address, which is its own secret; register the new address instead."""


# --- decide ---------------------------------------------------------------------------------------


def decide(command: Command, endpoint: Endpoint, policies: PolicyBook) -> Sequence[Event]:
    match command, endpoint:
        case RegisterEndpoint(), _:
            return [
                EndpointRegistered(
                    endpoint_id=command.endpoint_id, recipient=command.recipient, channel=command.channel,
                    shown=command.shown, sealed=command.sealed,
                )
            ]  # fmt: skip
        case RemoveEndpoint(), Nowhere():
            return []
        case _, Nowhere():
            raise NoSuchEndpoint(endpoint_id=command.endpoint_id)
        case ((RotateSecret() | Reseal()), Reached()) if command.expected != endpoint.sealed:
            raise SecretMovedOn(endpoint_id=command.endpoint_id)
        case RotateSecret(), Reached(recipient, channel):
            if channel != "webhook":
                raise NoSecretToRotate(endpoint_id=command.endpoint_id, channel=channel)
            return [
                EndpointSecretRotated(
                    endpoint_id=command.endpoint_id, recipient=recipient, channel=channel, sealed=command.sealed,
                    both_until=command.both_until,
                )
            ]  # fmt: skip
        case Reseal(), Reached(recipient, channel):
            resealed = EndpointResealed(
                endpoint_id=command.endpoint_id, recipient=recipient, channel=channel, sealed=command.sealed
            )
            return [resealed]
        case RemoveEndpoint(), Reached(recipient, channel):
            removed = EndpointRemoved(
                endpoint_id=command.endpoint_id, recipient=recipient, channel=channel, because=command.because
            )
            return [removed]
    assert_never(command)


def endpoint_id(recipient: str, channel: str) -> str:
    """One endpoint for each recipient and channel."""
    return str(uuid.uuid5(NOTICES, f"endpoint/{len(recipient)}:{recipient}/{channel}"))


DECIDER = Decider(
    category="endpoint",
    commands=(RegisterEndpoint, RotateSecret, Reseal, RemoveEndpoint),
    stream_id=lambda command: command.endpoint_id,
    initial=Nowhere(),
    evolve=evolve,
    decide=decide,
)
