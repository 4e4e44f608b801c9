"""The rounds of care, one after the other. Stream ``care-all``.

A round looks at how every customer buys; the ``care`` policy has the days between two rounds. The first order schedules
the first round; a round that finds customers schedules the next one, and after a silence the next order does.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import assert_never

from chassis.domain import Decider
from chassis.policies import PolicyBook
from contracts import Event
from contracts.customer import CareRoundCompleted, CareRoundScheduled
from customer_svc.policies.care import CarePolicy
from customer_svc.tiers.window import FIRST_DAY, LAST_DAY

# State


@dataclass(frozen=True, slots=True)
class Rounds:
    """``due`` is the day of the round that is scheduled, ``last`` of the last one."""

    due: date | None = None
    last: date | None = None


# Evolve


def evolve(rounds: Rounds, event: Event) -> Rounds:
    match event:
        case CareRoundScheduled():
            return Rounds(event.as_of, rounds.last)
        case CareRoundCompleted():
            return Rounds(None, event.as_of)
    return rounds


# Commands


@dataclass(frozen=True, slots=True)
class ExpectRound:
    """An order came, so a round is due in which its customer is looked at with all others."""

    ordered_on: date


@dataclass(frozen=True, slots=True)
class CompleteRound:
    as_of: date
    customers: int
    warned: int
    policy_version: int


RoundCommand = ExpectRound | CompleteRound


# Decide


def decide(command: RoundCommand, rounds: Rounds, policies: PolicyBook) -> Sequence[Event]:
    match command:
        case ExpectRound(ordered_on):
            if not FIRST_DAY <= ordered_on <= LAST_DAY:
                return []
            wanted = ordered_on + _pause(policies, ordered_on)
            if rounds.last is not None:
                wanted = max(wanted, rounds.last + _pause(policies, rounds.last))
            if rounds.due is not None and rounds.due <= wanted:
                return []
            return [_scheduled(wanted)]
        case CompleteRound():
            if rounds.due != command.as_of:
                return []
            completed = CareRoundCompleted(
                round_id=f"{command.as_of}",
                as_of=command.as_of,
                customers=command.customers,
                warned=command.warned,
                policy_version=command.policy_version,
            )
            if not command.customers:
                return [completed]
            return [completed, _scheduled(command.as_of + _pause(policies, command.as_of))]
        case _:
            assert_never(command)


def _pause(policies: PolicyBook, on: date) -> timedelta:
    return timedelta(days=policies.at(CarePolicy, on).document.every_days)


def _scheduled(as_of: date) -> CareRoundScheduled:
    return CareRoundScheduled(round_id=f"{as_of}", as_of=as_of)


DECIDER = Decider(
    category="care",
    commands=(ExpectRound, CompleteRound),
    stream_id=lambda _: "all",
    initial=Rounds(),
    evolve=evolve,
    decide=decide,
)
