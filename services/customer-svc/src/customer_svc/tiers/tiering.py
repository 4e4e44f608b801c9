"""The tiering runs of a currency, one after the other. Stream ``tiering-{currency}``.

A run ranks the whole population as of a business date: each month end, or a date that somebody asks for. It starts
(its population, cut points and policy version are fixed), decides every customer, and completes. While there is a
population, its completion schedules the next month end; the first order in a currency, or the first after a silence,
schedules it again. All runs of a currency are one stream and one at a time: their timer is one row in one partition.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import assert_never

from chassis.calendar import is_month_end, month_end
from chassis.domain import Decider, Refusal
from chassis.policies import PolicyBook
from contracts import Event
from contracts.customer import AbcClass, CutPoint, ScoreBorders, TieringCompleted, TieringScheduled, TieringStarted
from customer_svc.tiers.window import FIRST_DAY, LAST_DAY, next_month_end


def tiering_id(as_of: date, currency: str) -> str:
    """``2024-01-BRL`` for a month end, ``2024-01-15-BRL`` for a day inside a month."""
    return f"{as_of:%Y-%m}-{currency}" if is_month_end(as_of) else f"{as_of:%Y-%m-%d}-{currency}"


# State


@dataclass(frozen=True, slots=True)
class Resting:
    """Nothing is due; ``last`` is the date of the last run."""

    last: date | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """The run of ``as_of`` is due when that day is over."""

    last: date | None
    as_of: date


@dataclass(frozen=True, slots=True)
class Running:
    last: date | None
    as_of: date
    population: int


Tiering = Resting | Waiting | Running


# Evolve


def evolve(tiering: Tiering, event: Event) -> Tiering:
    match event:
        case TieringScheduled():
            return Waiting(tiering.last, event.as_of)
        case TieringStarted():
            return Running(tiering.last, event.as_of, event.population)
        case TieringCompleted():
            return Resting(event.as_of)
    return tiering


# Commands


@dataclass(frozen=True, slots=True)
class ExpectTiering:
    """There is an order in this currency: its month is to be tiered."""

    currency: str
    ordered_on: date


@dataclass(frozen=True, slots=True)
class RequestTiering:
    """Somebody wants a run over a day that is not a month end, or earlier than its turn."""

    currency: str
    as_of: date


@dataclass(frozen=True, slots=True)
class StartTiering:
    currency: str
    as_of: date
    population: int
    cut_points: tuple[CutPoint, ...]
    policy_version: int
    borders: ScoreBorders | None = None
    abc: tuple[AbcClass, ...] = ()
    abc_policy_version: int | None = None


@dataclass(frozen=True, slots=True)
class CompleteTiering:
    currency: str
    as_of: date


TieringCommand = ExpectTiering | RequestTiering | StartTiering | CompleteTiering


# Decide


class DateOutOfRange(Refusal):
    """The date {day} is not between {first} and {last}; correct it and send the fact again."""

    status = 422


class NobodyToTier(Refusal):
    """There has been no order in {currency} yet, so there is nobody to rank."""


class TieringWouldGoBack(Refusal):
    """The tiers in {currency} are decided as of {last}; a run as of {as_of} would go back. Ask for a later date."""


class TieringPending(Refusal):
    """A run in {currency} as of {pending} comes first; ask for {as_of} again when that has run."""


def decide(command: TieringCommand, tiering: Tiering, _: PolicyBook) -> Sequence[Event]:
    match command:
        case ExpectTiering():
            return _expect(command, tiering)
        case RequestTiering():
            return _request(command, tiering)
        case StartTiering():
            return _start(command, tiering)
        case CompleteTiering():
            return _complete(command, tiering)
        case _:
            assert_never(command)


def _expect(command: ExpectTiering, tiering: Tiering) -> Sequence[Event]:
    wanted = month_end(_in_range(command.ordered_on))
    if tiering.last is not None:  # what is decided is not decided again
        wanted = max(wanted, next_month_end(tiering.last))
    match tiering:
        case Resting():
            return [_scheduled(wanted, command.currency)]
        case Waiting(_, pending) if wanted < pending:
            return [_scheduled(wanted, command.currency)]
        case Waiting() | Running():
            return []


def _request(command: RequestTiering, tiering: Tiering) -> Sequence[Event]:
    currency, as_of = command.currency, _in_range(command.as_of)
    if tiering.last is not None and as_of <= tiering.last:
        if as_of == tiering.last:
            return []
        raise TieringWouldGoBack(currency=currency, last=tiering.last, as_of=as_of)
    match tiering:
        case Resting(None):
            raise NobodyToTier(currency=currency)
        case Resting():
            return [_scheduled(as_of, currency)]
        case Waiting(_, pending) | Running(_, pending) if as_of == pending:
            return []
        case Waiting(_, pending) if as_of < pending and is_month_end(pending):
            return [_scheduled(as_of, currency)]
        case Waiting(_, pending) | Running(_, pending):
            raise TieringPending(currency=currency, pending=pending, as_of=as_of)


def _start(command: StartTiering, tiering: Tiering) -> Sequence[Event]:
    match tiering:
        case Waiting(_, command.as_of):
            return [
                TieringStarted(
                    tiering_id=tiering_id(command.as_of, command.currency),
                    as_of=command.as_of,
                    currency=command.currency,
                    population=command.population,
                    cut_points=command.cut_points,
                    policy_version=command.policy_version,
                    scores=command.borders,
                    abc=command.abc,
                    abc_policy_version=command.abc_policy_version,
                )
            ]
        case _:
            return []


def _complete(command: CompleteTiering, tiering: Tiering) -> Sequence[Event]:
    as_of, currency = command.as_of, command.currency
    match tiering:
        case Running(_, command.as_of, population):
            completed = TieringCompleted(tiering_id=tiering_id(as_of, currency), as_of=as_of, currency=currency)
            return [completed, _scheduled(next_month_end(as_of), currency)] if population else [completed]
        case _:
            return []


def _in_range(day: date) -> date:
    if not FIRST_DAY <= day <= LAST_DAY:
        raise DateOutOfRange(day=day, first=FIRST_DAY, last=LAST_DAY)
    return day


def _scheduled(as_of: date, currency: str) -> TieringScheduled:
    return TieringScheduled(tiering_id=tiering_id(as_of, currency), as_of=as_of, currency=currency)


DECIDER = Decider(
    category="tiering",
    commands=(ExpectTiering, RequestTiering, StartTiering, CompleteTiering),
    stream_id=lambda command: command.currency,
    initial=Resting(),
    evolve=evolve,
    decide=decide,
)
