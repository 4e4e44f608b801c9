"""A distributor: where it may sell, and its rebates. Stream ``distributor-{customer_id}``.

The timer accrues what a period earned; it is paid when it is known how many days
the collection took.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import assert_never

from immutables import Map

from chassis.domain import Decider, Refusal
from chassis.policies import PolicyBook
from contracts import Event
from contracts.currencies import rounded
from contracts.customer import DistributorAuthorised, RebateAccrued, RebatePaid
from customer_svc.channel.rebate import earned, payout, period_end, period_name
from customer_svc.policies.channel import RebatePolicy
from customer_svc.sentences import Sentences

# State


@dataclass(frozen=True, slots=True)
class Distributor:
    """``accrued`` holds the rebates that are not paid yet: id → event."""

    regions: tuple[str, ...] = ()
    region_manager: str = ""
    rebate_due_on: date | None = None
    accrued: Map[str, RebateAccrued] = field(default_factory=Map)


# Evolve


def evolve(distributor: Distributor, event: Event) -> Distributor:
    match event:
        case DistributorAuthorised():
            due_on = distributor.rebate_due_on or event.rebate_due_on
            return replace(
                distributor, regions=event.regions, region_manager=event.region_manager, rebate_due_on=due_on
            )
        case RebateAccrued():
            accrued = distributor.accrued.set(event.rebate_id, event) if event.amount else distributor.accrued
            return replace(distributor, rebate_due_on=event.next_due_on, accrued=accrued)
        case RebatePaid():
            return replace(distributor, accrued=distributor.accrued.delete(event.rebate_id))
    return distributor


# Commands


@dataclass(frozen=True, slots=True)
class AuthoriseDistributor:
    customer_id: str
    regions: tuple[str, ...]
    region_manager: str
    on: date


@dataclass(frozen=True, slots=True)
class AccrueRebate:
    """The timer: a period is over, and these were the purchases."""

    customer_id: str
    period_ends_on: date
    purchases: Decimal


@dataclass(frozen=True, slots=True)
class PayRebate:
    customer_id: str
    rebate_id: str
    collection_days: int
    on: date


DistributorCommand = AuthoriseDistributor | AccrueRebate | PayRebate


# Decide


class NoSuchRebate(Refusal):
    """Distributor {customer_id} has no unpaid rebate {rebate_id}."""

    status = 404


def decide(command: DistributorCommand, distributor: Distributor, policies: PolicyBook) -> Sequence[Event]:
    match command:
        case AuthoriseDistributor(customer_id, regions, manager, on):
            if (regions, manager) == (distributor.regions, distributor.region_manager):
                return []
            return [
                DistributorAuthorised(
                    customer_id=customer_id,
                    regions=regions,
                    region_manager=manager,
                    authorised_on=on,
                    rebate_due_on=distributor.rebate_due_on or period_end(on, policies.at(RebatePolicy, on).document),
                )
            ]
        case AccrueRebate():
            return _accrue(command, distributor, policies)
        case PayRebate():
            return _pay(command, distributor, policies)
        case _:
            assert_never(command)


def _accrue(command: AccrueRebate, distributor: Distributor, policies: PolicyBook) -> Sequence[Event]:
    ends_on = command.period_ends_on
    if distributor.rebate_due_on != ends_on:
        return []
    dated = policies.at(RebatePolicy, ends_on)
    policy = dated.document
    found = earned(command.purchases, policy)
    period = period_name(ends_on, policy)
    return [
        RebateAccrued(
            rebate_id=f"{period}-{policy.currency}",
            customer_id=command.customer_id,
            period=period,
            period_ends_on=ends_on,
            purchases=command.purchases,
            rate=found.rate,
            amount=found.amount,
            currency=policy.currency,
            form=policy.form,
            because=found.because,
            policy_version=dated.version,
            next_due_on=period_end(ends_on + timedelta(days=1), policy),
        )
    ]


def _pay(command: PayRebate, distributor: Distributor, policies: PolicyBook) -> Sequence[Event]:
    known = distributor.accrued.get(command.rebate_id)
    if known is None:
        raise NoSuchRebate(customer_id=command.customer_id, rebate_id=command.rebate_id)
    dated = policies.at(RebatePolicy, known.period_ends_on)
    percent = payout(command.collection_days, dated.document)
    return [
        RebatePaid(
            rebate_id=known.rebate_id,
            customer_id=command.customer_id,
            accrued=known.amount,
            collection_days=command.collection_days,
            payout=percent,
            amount=rounded(known.amount * percent / 100, known.currency),
            currency=known.currency,
            paid_on=command.on,
            because=Sentences.REBATE_PAID(days=command.collection_days, percent=percent),
            policy_version=dated.version,
        )
    ]


DECIDER = Decider(
    category="distributor",
    commands=(AuthoriseDistributor, AccrueRebate, PayRebate),
    stream_id=lambda command: command.customer_id,
    initial=Distributor(),
    evolve=evolve,
    decide=decide,
    names="customer",
)
