"""An endpoint: where a channel reaches one recipient when addresses are registered (webhook, chat, SMS). Its content is sealed."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar, assert_never, get_args

from chassis.domain import Refusal
from chassis.policies import PolicyBook
from contracts.envelope import Event
from contracts.notify import Channel, EndpointRegistered, EndpointRemoved, EndpointResealed, EndpointSecretRotated
from contracts.personal import Clear, Sealed
from notify_svc.rules.subscriptions import NOTICES
from notify_svc.sentences import Sentences

# --- state ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Absent:
    """The channel does not reach the recipient: never, or no longer."""


@dataclass(frozen=True, slots=True)
class Active:
    """``credentials`` are address and secret; of an endpoint of before, ``sealed`` holds them under a key of the deployment."""

    recipient: str
    channel: Channel
    credentials: Sealed | Clear | None
    sealed: str = ""

    @property
    def content(self) -> str:
        """What names the present content without opening it."""
        return self.credentials.sealed if isinstance(self.credentials, Sealed) else self.sealed


Endpoint = Absent | Active


def evolve(endpoint: Endpoint, event: Event) -> Endpoint:
    match event, endpoint:
        case EndpointRegistered(), _:
            return Active(event.recipient, event.channel, event.credentials, event.sealed)
        case ((EndpointSecretRotated() | EndpointResealed()), Active()):
            return replace(endpoint, credentials=event.credentials, sealed=event.sealed)
        case EndpointRemoved(), _:
            return Absent()
    return endpoint


# --- commands -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RegisterEndpoint:
    """Reach a recipient there from now on, in place of its previous endpoint. ``shown`` may be read by everybody."""

    SUBJECT: ClassVar[str] = "{recipient}"

    endpoint_id: str
    recipient: str
    channel: Channel
    shown: str
    credentials: Sealed | Clear


@dataclass(frozen=True, slots=True)
class RotateSecret:
    """``credentials`` hold a new secret and, until ``both_until``, the previous one; they were made from the content ``expected``.

    ``signs``: whether the endpoint's channel signs its messages with a secret.
    """

    SUBJECT: ClassVar[str] = "{recipient}"

    endpoint_id: str
    recipient: str
    credentials: Sealed | Clear
    expected: str
    both_until: datetime
    signs: bool


@dataclass(frozen=True, slots=True)
class Reseal:
    """The content ``expected``, which a key of the deployment sealed, is sealed with the key of the recipient from now on."""

    SUBJECT: ClassVar[str] = "{recipient}"

    endpoint_id: str
    recipient: str
    credentials: Sealed | Clear
    expected: str


@dataclass(frozen=True, slots=True)
class RemoveEndpoint:
    """Stop reaching the recipient there; with ``sealed_until`` only where no later key of the recipient has sealed the credentials."""

    endpoint_id: str
    because: str
    sealed_until: int | None = None


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
                    shown=command.shown, credentials=command.credentials,
                )
            ]  # fmt: skip
        case RemoveEndpoint(), Absent():
            return []
        case RemoveEndpoint(sealed_until=int(last)), Active(credentials=Sealed(key=key)) if key > last:
            return []
        case _, Absent():
            raise NoSuchEndpoint(endpoint_id=command.endpoint_id)
        case ((RotateSecret() | Reseal()), Active()) if command.expected != endpoint.content:
            raise SecretMovedOn(endpoint_id=command.endpoint_id)
        case RotateSecret(), Active(recipient, channel):
            if not command.signs:
                raise NoSecretToRotate(endpoint_id=command.endpoint_id, channel=channel)
            return [
                EndpointSecretRotated(
                    endpoint_id=command.endpoint_id, recipient=recipient, channel=channel, credentials=command.credentials,
                    both_until=command.both_until,
                )
            ]  # fmt: skip
        case Reseal(), Active(recipient, channel):
            resealed = EndpointResealed(
                endpoint_id=command.endpoint_id, recipient=recipient, channel=channel, credentials=command.credentials
            )
            return [resealed]
        case RemoveEndpoint(), Active(recipient, channel):
            removed = EndpointRemoved(
                endpoint_id=command.endpoint_id, recipient=recipient, channel=channel, because=command.because
            )
            return [removed]
    assert_never(command)


def forget(recipient: str, last_key: int) -> Sequence[RemoveEndpoint]:
    """The end of all endpoints of a recipient who was erased; those of somebody who came back have a later key, and stay."""
    because = Sentences.RECIPIENT_ERASED()
    return [RemoveEndpoint(endpoint_id(recipient, channel), because, last_key) for channel in get_args(Channel)]


def endpoint_id(recipient: str, channel: str) -> str:
    """One endpoint for each recipient and channel."""
    return str(uuid.uuid5(NOTICES, f"endpoint/{len(recipient)}:{recipient}/{channel}"))
