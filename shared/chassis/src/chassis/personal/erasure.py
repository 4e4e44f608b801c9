"""Erasing a person: proposed by one, approved by another or withdrawn, refused under a legal hold. Stream ``person-{subject}``."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from chassis.domain import Decider, Refusal
from chassis.errors import UsageError
from chassis.personal.sealing import holds_personal_data
from chassis.policies import PolicyBook
from chassis.service import Service
from chassis.subjects import same_person
from contracts.persons import (
    DataSubjectErased,
    ErasureProposed,
    ErasureWithdrawn,
    LegalHoldLifted,
    LegalHoldPlaced,
    PersonEvent,
)

CATEGORY = "person"
EVENTS = (ErasureProposed, ErasureWithdrawn, DataSubjectErased, LegalHoldPlaced, LegalHoldLifted)


class UnderLegalHold(Refusal):
    """{subject} must not be erased: {placed_by} placed a legal hold, {reason}."""


class ErasureWaits(Refusal):
    """The erasure {number} of {subject} was proposed already and waits for approval."""


class NoSuchErasure(Refusal):
    """Nobody proposed an erasure {number} of {subject}."""

    status = 404


class ErasureIsDone(Refusal):
    """The erasure {number} of {subject} is done: the keys are destroyed, so it cannot be withdrawn."""


class ErasureWasWithdrawn(Refusal):
    """{withdrawn_by} withdrew the erasure {number} of {subject}; propose another one."""


class AnothersProposal(Refusal):
    """{proposed_by} proposed the erasure {number} of {subject}; it is withdrawn by that person, or by somebody who may approve it."""

    status = 403


class FourEyesNeeded(Refusal):
    """{person} cannot approve the erasure that {person}, or a name that looks the same, proposed; another person has to."""


@dataclass(frozen=True)
class ProposeErasure:
    """Propose to erase a person."""

    subject: str
    reason: str
    proposed_by: str


@dataclass(frozen=True)
class ApproveErasure:
    """Erase a person as it was proposed."""

    subject: str
    number: int
    approved_by: str


@dataclass(frozen=True)
class WithdrawErasure:
    """Take a proposal back; ``may_approve``: whether that person may decide about what others proposed."""

    subject: str
    number: int
    reason: str
    withdrawn_by: str
    may_approve: bool


@dataclass(frozen=True)
class PlaceHold:
    """Forbid to erase a person."""

    subject: str
    reason: str
    placed_by: str


@dataclass(frozen=True)
class LiftHold:
    """Allow it again."""

    subject: str
    reason: str
    lifted_by: str


@dataclass(frozen=True)
class Hold:
    """Why a person must not be erased."""

    reason: str
    placed_by: str


@dataclass(frozen=True)
class Erasure:
    """One erasure: it waits until somebody has approved or withdrawn it."""

    number: int
    reason: str
    proposed_by: str
    approved_by: str | None = None
    withdrawn_by: str | None = None

    @property
    def waits(self) -> bool:
        return self.approved_by is None and self.withdrawn_by is None


@dataclass(frozen=True)
class Person:
    """What was decided about somebody's personal data."""

    hold: Hold | None = None
    erasures: tuple[Erasure, ...] = ()

    @property
    def waiting(self) -> Erasure | None:
        """The erasure that waits for approval."""
        return next((each for each in self.erasures if each.waits), None)

    @property
    def next_number(self) -> int:
        """That of the next erasure. A log whose backup was restored may lack some that were only proposed."""
        return max((each.number for each in self.erasures), default=0) + 1

    def numbered(self, number: int) -> Erasure | None:
        """The erasure of this number."""
        return next((each for each in self.erasures if each.number == number), None)


def with_person_decider(service: Service) -> Service:
    """The service with a decider for persons, where it holds personal data. Raises UsageError where its contract lacks an event of them."""
    if ProposeErasure in service.deciders_by_command or not holds_personal_data(service):
        return service
    own = {base: next((kind for kind in service.events if issubclass(kind, base)), None) for base in EVENTS}
    if missing := [base.__name__ for base, kind in own.items() if kind is None]:
        raise UsageError(
            f"{service.name} holds personal data, and its contract has no {', '.join(missing)} of its own: nobody could be erased."
        )
    decider = Decider(
        category=CATEGORY,
        commands=(ProposeErasure, WithdrawErasure, ApproveErasure, PlaceHold, LiftHold),
        stream_id=lambda command: command.subject,
        initial=Person(),
        evolve=_evolve,
        decide=_decide(own),
    )
    return replace(service, deciders=(*service.deciders, decider))


def _evolve(person: Person, event: PersonEvent) -> Person:
    match event:
        case ErasureProposed(number=number, reason=reason, proposed_by=by):
            return replace(person, erasures=(*person.erasures, Erasure(number, reason, by)))
        case DataSubjectErased(number=number, approved_by=by):
            return _with(person, number, lambda erasure: replace(erasure, approved_by=by))
        case ErasureWithdrawn(number=number, withdrawn_by=by):
            return _with(person, number, lambda erasure: replace(erasure, withdrawn_by=by))
        case LegalHoldPlaced(reason=reason, placed_by=by):
            return replace(person, hold=Hold(reason, by))
        case LegalHoldLifted():
            return replace(person, hold=None)
        case _:
            return person


def _with(person: Person, number: int, decided: Callable[[Erasure], Erasure]) -> Person:
    """The person with that erasure decided."""
    return replace(person, erasures=tuple(decided(each) if each.number == number else each for each in person.erasures))


def _decide(own: dict[Any, Any]) -> Callable[[Any, Person, PolicyBook], Sequence[PersonEvent]]:
    proposed, withdrawn, erased, placed, lifted = (own[base] for base in EVENTS)

    def decide(command: Any, person: Person, _: PolicyBook) -> Sequence[PersonEvent]:
        subject = command.subject
        match command:
            case ProposeErasure(reason=reason, proposed_by=by):
                _refuse_under_hold(subject, person)
                if person.waiting is not None:
                    raise ErasureWaits(subject=subject, number=person.waiting.number)
                return [proposed(subject=subject, number=person.next_number, reason=reason, proposed_by=by)]
            case WithdrawErasure(number=number, reason=reason, withdrawn_by=by):
                erasure = _numbered(subject, person, number)
                if erasure.withdrawn_by is not None:
                    return []
                if erasure.approved_by is not None:
                    raise ErasureIsDone(subject=subject, number=number)
                if not command.may_approve and not same_person(erasure.proposed_by, by):
                    raise AnothersProposal(subject=subject, number=number, proposed_by=erasure.proposed_by)
                return [withdrawn(subject=subject, number=number, reason=reason, withdrawn_by=by)]
            case ApproveErasure(number=number, approved_by=by):
                erasure = _numbered(subject, person, number)
                if erasure.approved_by is not None:
                    return []
                if erasure.withdrawn_by is not None:
                    raise ErasureWasWithdrawn(subject=subject, number=number, withdrawn_by=erasure.withdrawn_by)
                _refuse_under_hold(subject, person)
                if same_person(erasure.proposed_by, by):
                    raise FourEyesNeeded(person=by)
                return [
                    erased(
                        subject=subject, number=number, reason=erasure.reason, proposed_by=erasure.proposed_by, approved_by=by
                    )
                ]  # fmt: skip
            case PlaceHold(reason=reason, placed_by=by):
                held = person.hold is not None and person.hold.reason == reason
                return [] if held else [placed(subject=subject, reason=reason, placed_by=by)]
            case LiftHold(reason=reason, lifted_by=by):
                return [] if person.hold is None else [lifted(subject=subject, reason=reason, lifted_by=by)]
        raise AssertionError(command)

    return decide


def _numbered(subject: str, person: Person, number: int) -> Erasure:
    if (erasure := person.numbered(number)) is None:
        raise NoSuchErasure(subject=subject, number=number)
    return erasure


def _refuse_under_hold(subject: str, person: Person) -> None:
    if person.hold is not None:
        raise UnderLegalHold(subject=subject, placed_by=person.hold.placed_by, reason=person.hold.reason)
