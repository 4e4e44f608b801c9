"""A customer: its tier in each currency it orders in, and its answers to surveys. Stream ``customer-{customer_id}``.

Source: domain/customer.md, "Tier" and "Satisfaction". A promotion holds at once; a demotion only after a grace period
in which every run confirms it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import assert_never

from immutables import Map

from chassis.domain import Decider
from chassis.policies import PolicyBook
from contracts import Event, erp
from contracts.customer import (
    CustomerShadowTiered,
    CustomerTier,
    CustomerTierChanged,
    CustomerTiered,
    SurveyRecorded,
    TierFactor,
    ValueScores,
)
from customer_svc.months import month_end_after
from customer_svc.policies.tiering import tiering_policy
from customer_svc.satisfaction.scoring import recorded
from customer_svc.tiers.pyramid import is_better

# State


@dataclass(frozen=True, slots=True)
class Standing:
    """The tier in one currency; ``demotion_due_on`` is set while a lower tier is on its grace period.

    ``shadowed`` is the candidate that would have decided otherwise in the run of ``as_of``.
    """

    tier: CustomerTier
    as_of: date
    deserved: CustomerTier
    demotion_due_on: date | None = None
    shadowed: int | None = None


@dataclass(frozen=True, slots=True)
class Customer:
    """``standings`` by currency; ``surveys`` answered, by id."""

    standings: Map[str, Standing]
    surveys: Map[str, date]


# Evolve


def evolve(customer: Customer, event: Event) -> Customer:
    match event:
        case CustomerTiered():
            standing = Standing(event.tier, event.as_of, event.deserved, event.demotion_due_on)
            return Customer(customer.standings.set(event.value.currency, standing), customer.surveys)
        case CustomerTierChanged():
            standing = Standing(event.tier, event.as_of, event.tier)
            return Customer(customer.standings.set(event.value.currency, standing), customer.surveys)
        case CustomerShadowTiered():
            known = customer.standings.get(event.currency)
            if known is None:
                return customer
            told = replace(known, shadowed=event.shadow)
            return Customer(customer.standings.set(event.currency, told), customer.surveys)
        case SurveyRecorded():
            return Customer(customer.standings, customer.surveys.set(event.survey_id, event.answered_on))
    return customer


# Commands


@dataclass(frozen=True, slots=True)
class RecordSurvey:
    fact: erp.SurveyAnswered


@dataclass(frozen=True, slots=True)
class TierCustomer:
    """A run's finding about one customer, to be decided under the policy version that the run started with."""

    customer_id: str
    tiering_id: str
    as_of: date
    value: ValueScores
    index: Decimal
    deserved: CustomerTier
    factors: tuple[TierFactor, ...]
    rank: int
    population: int
    policy_version: int


@dataclass(frozen=True, slots=True)
class TierInShadow:
    """What the customer would deserve under candidate number ``shadow``, told after the run has decided."""

    customer_id: str
    tiering_id: str
    as_of: date
    currency: str
    would_deserve: CustomerTier
    shadow: int


CustomerCommand = RecordSurvey | TierCustomer | TierInShadow


def customer_id_of(command: CustomerCommand) -> str:
    return command.fact.customer_id if isinstance(command, RecordSurvey) else command.customer_id


# Decide


def decide(command: CustomerCommand, customer: Customer, policies: PolicyBook) -> Sequence[Event]:
    match command:
        case RecordSurvey(fact):
            return [] if fact.survey_id in customer.surveys else [recorded(fact, policies)]
        case TierCustomer():
            standing = customer.standings.get(command.value.currency)
            already = standing is not None and command.as_of <= standing.as_of
            return [] if already else [_tiered(command, standing, policies)]
        case TierInShadow():
            return _shadow_tiered(command, customer.standings.get(command.currency))
        case _:
            assert_never(command)


def _tiered(command: TierCustomer, standing: Standing | None, policies: PolicyBook) -> Event:
    policy = tiering_policy(policies, command.policy_version)
    place = f"rank {command.rank} of {command.population} with {command.value.amount} {command.value.currency}"
    if command.factors:
        place += f", {', '.join(f'{factor.value} guarantees {factor.tier}' for factor in command.factors)}"
    if standing is None:
        return _changed(command, None, f"First tier: {place}.")
    if is_better(command.deserved, standing.tier):
        return _changed(command, standing.tier, f"Promoted: {place}.")
    if command.deserved == standing.tier:
        return _confirmed(command, standing.tier, None)
    if policy.grace_months == 0:
        return _changed(command, standing.tier, f"Demoted: {place}.")
    due_on = standing.demotion_due_on or month_end_after(command.as_of, policy.grace_months)
    if standing.demotion_due_on is None or command.as_of < due_on:
        return _confirmed(command, standing.tier, due_on)
    return _changed(command, standing.tier, f"Demoted after the grace period to {due_on}: {place}.")


def _changed(command: TierCustomer, previous: CustomerTier | None, because: str) -> CustomerTierChanged:
    return CustomerTierChanged(
        customer_id=command.customer_id,
        tiering_id=command.tiering_id,
        as_of=command.as_of,
        tier=command.deserved,
        previous=previous,
        rank=command.rank,
        population=command.population,
        value=command.value,
        because=because,
        policy_version=command.policy_version,
        index=command.index,
        factors=command.factors,
    )


def _confirmed(command: TierCustomer, tier: CustomerTier, demotion_due_on: date | None) -> CustomerTiered:
    return CustomerTiered(
        customer_id=command.customer_id,
        tiering_id=command.tiering_id,
        as_of=command.as_of,
        tier=tier,
        deserved=command.deserved,
        rank=command.rank,
        population=command.population,
        value=command.value,
        policy_version=command.policy_version,
        demotion_due_on=demotion_due_on,
        index=command.index,
        factors=command.factors,
    )


def _shadow_tiered(command: TierInShadow, standing: Standing | None) -> Sequence[Event]:
    """Said only where the candidate differs from what the live policy found in the same run, and once."""
    if standing is None or standing.as_of != command.as_of or standing.shadowed == command.shadow:
        return []
    if standing.deserved == command.would_deserve:
        return []
    return [
        CustomerShadowTiered(
            customer_id=command.customer_id,
            tiering_id=command.tiering_id,
            as_of=command.as_of,
            currency=command.currency,
            deserved=standing.deserved,
            would_deserve=command.would_deserve,
            shadow=command.shadow,
        )
    ]


DECIDER = Decider(
    category="customer",
    commands=(RecordSurvey, TierCustomer, TierInShadow),
    stream_id=customer_id_of,
    initial=Customer(Map(), Map()),
    evolve=evolve,
    decide=decide,
)
