"""Policies are published through the log like everything else: stream ``policy-{name}``."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from pydantic import ValidationError

from chassis.domain import Decider, Refusal
from chassis.policies import PolicyBook
from chassis.service import Service
from contracts.policy import PolicyPublished


class UnknownPolicy(Refusal):
    """There is no policy {name}; this service has {names}."""

    status = 404


class PolicyCannotWork(Refusal):
    """Policy {name} cannot work: {reason}"""

    status = 422


class PolicyMovedOn(Refusal):
    """Policy {name} is at version {current} by now, not at {expected}; read it again before you change it."""

    status = 412


@dataclass(frozen=True)
class PublishPolicy:
    """Publish the version after ``expected_version``, in force from a business date on."""

    name: str
    document: dict[str, Any]
    effective_from: date
    reason: str
    expected_version: int


def with_policy_decider(service: Service) -> Service:
    """The service with its policy stream, where its contract has a PolicyPublished of its own."""
    kinds = [event for event in service.events if issubclass(event, PolicyPublished)]
    if not kinds or PublishPolicy in service.deciders_by_command:
        return service
    return replace(service, deciders=(*service.deciders, _decider(kinds[0])))


def _decider(published: type[PolicyPublished]) -> Decider:
    return Decider(
        category="policy",
        commands=(PublishPolicy,),
        stream_id=lambda command: command.name,
        initial=1,
        evolve=lambda _, event: event.policy_version,
        decide=_decide(published),
    )


def _decide(published: type[PolicyPublished]) -> Callable[[PublishPolicy, int, PolicyBook], Sequence[PolicyPublished]]:
    def decide(command: PublishPolicy, current: int, book: PolicyBook) -> Sequence[PolicyPublished]:
        kind = book.kinds.get(command.name)
        if kind is None:
            raise UnknownPolicy(name=command.name, names=", ".join(sorted(book.kinds)))
        if command.expected_version != current:
            raise PolicyMovedOn(name=command.name, current=current, expected=command.expected_version)
        try:
            document = kind.model_validate(command.document)
        except ValidationError as error:
            told = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
            raise PolicyCannotWork(name=command.name, reason=told) from error
        return [
            published(
                name=command.name,
                policy_version=current + 1,
                effective_from=command.effective_from,
                document=document.model_dump(mode="json"),
                reason=command.reason,
            )
        ]

    return decide
