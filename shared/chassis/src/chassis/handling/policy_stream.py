"""Policies are published through the log like every other change: stream ``policy-{name}``."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pydantic import ValidationError

from chassis.domain import Decider, Refusal
from chassis.errors import sentence_of
from chassis.policies import Policy, PolicyBook, PublishPolicy
from chassis.service import Service
from contracts.data_subjects import places_of
from contracts.policy import PolicyEvent, PolicyPublished, PolicyShadowed, PolicyShadowEnded


class UnknownPolicy(Refusal):
    """There is no policy {name}; this service has {names}."""

    status = 404


class PolicyCannotWork(Refusal):
    """Policy {name} cannot work: {reason}"""

    status = 422


class PolicyMovedOn(Refusal):
    """Policy {name} is now at version {current}, not {expected}; read it again before you change it."""

    status = 412


@dataclass(frozen=True)
class RunShadow:
    """Run a candidate beside the live policy; it replaces the candidate before it. Of ``document``, see ``PublishPolicy``."""

    name: str
    document: dict[str, Any] | Policy
    reason: str


@dataclass(frozen=True)
class EndShadow:
    """End the candidate that runs beside the live policy."""

    name: str
    reason: str


@dataclass(frozen=True)
class PolicyHistory:
    """The state of a policy's stream: its newest version, the number of candidates so far, and the one that runs."""

    version: int = 1
    shadows: int = 0
    running: dict[str, Any] | None = None


def document_of(name: str, document: dict[str, Any] | Policy, book: PolicyBook) -> Policy:
    """The document as a policy of that name. Raises UnknownPolicy, and PolicyCannotWork with the reasons."""
    kind = book.kinds.get(name)
    if kind is None:
        raise UnknownPolicy(name=name, names=", ".join(sorted(book.kinds)))
    if isinstance(document, kind):
        return document
    try:
        return kind.model_validate(document)
    except ValidationError as error:
        raise PolicyCannotWork(name=name, reason=sentence_of(error)) from error


def to_record(name: str, document: dict[str, Any], book: PolicyBook) -> dict[str, Any] | Policy:
    """The document as a command has it: as the policy that it makes where that has personal texts. Raises as ``document_of``."""
    kind = book.kinds.get(name)
    return document if kind is None or not places_of(kind) else document_of(name, document, book)


def with_policy_decider(service: Service) -> Service:
    """The service with a decider for its policies, where its contract has a PolicyPublished of its own."""
    if PublishPolicy in service.deciders_by_command or _own(service, PolicyPublished) is None:
        return service
    return replace(service, deciders=(*service.deciders, _decider(service)))


def _own(service: Service, base: type[PolicyEvent]) -> type[Any] | None:
    return next((event for event in service.events if issubclass(event, base)), None)


def _decider(service: Service) -> Decider:
    published, shadowed = _own(service, PolicyPublished), _own(service, PolicyShadowed)
    ended = _own(service, PolicyShadowEnded)
    assert published is not None
    return Decider(
        category="policy",
        commands=(PublishPolicy, RunShadow, EndShadow) if shadowed and ended else (PublishPolicy,),
        stream_id=lambda command: command.name,
        initial=PolicyHistory(),
        evolve=_evolve,
        decide=_decide(published, shadowed, ended),
    )


def _evolve(history: PolicyHistory, event: PolicyEvent) -> PolicyHistory:
    match event:
        case PolicyPublished(policy_version=version):
            return replace(history, version=version)
        case PolicyShadowed(shadow=shadow, document=document):
            return replace(history, shadows=shadow, running=document)
        case PolicyShadowEnded():
            return replace(history, running=None)
        case _:
            return history


def _decide(
    published: type[Any], shadowed: type[Any] | None, ended: type[Any] | None
) -> Callable[[Any, PolicyHistory, PolicyBook], Sequence[PolicyEvent]]:
    def decide(command: Any, history: PolicyHistory, book: PolicyBook) -> Sequence[PolicyEvent]:
        name = command.name
        match command:
            case PublishPolicy():
                document = document_of(name, command.document, book)
                if command.expected_version != history.version:
                    raise PolicyMovedOn(name=name, current=history.version, expected=command.expected_version)
                return [
                    published(
                        name=name,
                        policy_version=history.version + 1,
                        effective_from=command.effective_from,
                        document=document.model_dump(mode="json"),
                        reason=command.reason,
                    )
                ]
            case RunShadow() if shadowed:
                candidate = document_of(name, command.document, book).model_dump(mode="json")
                if history.running == candidate:
                    return []
                return [shadowed(name=name, shadow=history.shadows + 1, document=candidate, reason=command.reason)]
            case EndShadow() if ended:
                if name not in book.kinds:
                    raise UnknownPolicy(name=name, names=", ".join(sorted(book.kinds)))
                return (
                    [] if history.running is None else [ended(name=name, shadow=history.shadows, reason=command.reason)]
                )
        raise AssertionError(command)

    return decide
