"""An endpoint: where a channel reaches one recipient when addresses are registered (webhook, chat, SMS). Its content is sealed."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import assert_never

from chassis.domain import Refusal
from chassis.policies import PolicyBook
from contracts.envelope import Event
from contracts.notify import Channel, EndpointRegistered, EndpointRemoved, EndpointResealed, EndpointSecretRotated
from notify_svc.rules.subscriptions import NOTICES

# --- state ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Absent:
    """The channel does not reach the recipient: never, or no longer."""


@dataclass(frozen=True, slots=True)
class Active:
    """``sealed`` holds address and secret; only the holder of the key can read it."""

    recipient: str
    channel: Channel
    sealed: str


Endpoint = Absent | Active


def evolve(endpoint: Endpoint, event: Event) -> Endpoint:
    match event, endpoint:
        case EndpointRegistered(), _:
            return Active(event.recipient, event.channel, event.sealed)
        case ((EndpointSecretRotated() | EndpointResealed()), Active()):
            return replace(endpoint, sealed=event.sealed)
        case EndpointRemoved(), _:
            return Absent()
    return endpoint


# --- commands -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RegisterEndpoint:
    """Reach a recipient there from now on, in place of its previous endpoint. ``shown`` may be read by everybody."""

    endpoint_id: str
    recipient: str
    channel: Channel
    shown: str
    sealed: str


@dataclass(frozen=True, slots=True)
class RotateSecret:
    """``sealed`` holds a new secret and, until ``both_until``, the previous one; it was made from the content ``expected``.

    ``signs``: whether the endpoint's channel signs its messages with a secret.
    """

    endpoint_id: str
    sealed: str
    expected: str
    both_until: datetime
    signs: bool


@dataclass(frozen=True, slots=True)
class Reseal:
    """The same content under a newer key; it was made from the content ``expected``."""

    endpoint_id: str
    sealed: str
    expected: str


@dataclass(frozen=True, slots=True)
class RemoveEndpoint:
    """Stop reaching the recipient there."""

    endpoint_id: str
    because: str


Command = RegisterEndpoint | RotateSecret | Reseal | RemoveEndpoint


class NoSuchEndpoint(Refusal):
    """There is no endpoint {endpoint_id}."""

    status = 404


class SecretMovedOn(Refusal):
    """The secret of endpoint {endpoint_id} was changed by somebody else in the meantime; read it again."""


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
        case RemoveEndpoint(), Absent():
            return []
        case _, Absent():
            raise NoSuchEndpoint(endpoint_id=command.endpoint_id)
        case ((RotateSecret() | Reseal()), Active()) if command.expected != endpoint.sealed:
            raise SecretMovedOn(endpoint_id=command.endpoint_id)
        case RotateSecret(), Active(recipient, channel):
            if not command.signs:
                raise NoSecretToRotate(endpoint_id=command.endpoint_id, channel=channel)
            return [
                EndpointSecretRotated(
                    endpoint_id=command.endpoint_id, recipient=recipient, channel=channel, sealed=command.sealed,
                    both_until=command.both_until,
                )
            ]  # fmt: skip
        case Reseal(), Active(recipient, channel):
            resealed = EndpointResealed(
                endpoint_id=command.endpoint_id, recipient=recipient, channel=channel, sealed=command.sealed
            )
            return [resealed]
        case RemoveEndpoint(), Active(recipient, channel):
            removed = EndpointRemoved(
                endpoint_id=command.endpoint_id, recipient=recipient, channel=channel, because=command.because
            )
            return [removed]
    assert_never(command)


def endpoint_id(recipient: str, channel: str) -> str:
    """One endpoint for each recipient and channel."""
    return str(uuid.uuid5(NOTICES, f"endpoint/{len(recipient)}:{recipient}/{channel}"))
