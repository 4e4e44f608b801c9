"""Where a customer stands: its tier in each currency it orders in, and how a run moves it. Pure.

A promotion holds at once; a demotion only after a grace period in which every run
confirms it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Literal

from immutables import Map

from chassis.calendar import month_end_after
from chassis.policies import PolicyBook
from contracts import Event
from contracts.currencies import money
from contracts.customer import (
    CustomerShadowTiered,
    CustomerTier,
    CustomerTierChanged,
    CustomerTiered,
    SurveyRecorded,
    TierFactor,
    ValueScores,
)
from customer_svc.policies.tiering import tiering_policy
from customer_svc.sentences import Sentences
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
    surveys: Map[str, SurveyRecorded]


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
            shadowed = replace(known, shadowed=event.shadow)
            return Customer(customer.standings.set(event.currency, shadowed), customer.surveys)
        case SurveyRecorded():
            return Customer(customer.standings, customer.surveys.set(event.survey_id, event))
    return customer


# Commands


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
    """What the customer would deserve under candidate number ``shadow``; sent after the run has decided."""

    customer_id: str
    tiering_id: str
    as_of: date
    currency: str
    would_deserve: CustomerTier
    shadow: int


# Decide


def tier(command: TierCustomer, customer: Customer, policies: PolicyBook) -> Sequence[Event]:
    """The tier that holds after a run; nothing where the same run, or a later one, has decided already."""
    standing = customer.standings.get(command.value.currency)
    if standing is not None and command.as_of <= standing.as_of:
        return []
    return [_tiered(command, standing, policies)]


def _tiered(command: TierCustomer, standing: Standing | None, policies: PolicyBook) -> Event:
    policy = tiering_policy(policies, command.policy_version)
    if standing is None:
        return _changed(command, None, _because(command, "FIRST_TIER"))
    if is_better(command.deserved, standing.tier):
        return _changed(command, standing.tier, _because(command, "PROMOTED"))
    if command.deserved == standing.tier:
        return _confirmed(command, standing.tier, None)
    if policy.grace_months == 0:
        return _changed(command, standing.tier, _because(command, "DEMOTED"))
    due_on = standing.demotion_due_on or month_end_after(command.as_of, policy.grace_months)
    if standing.demotion_due_on is None or command.as_of < due_on:
        return _confirmed(command, standing.tier, due_on)
    return _changed(command, standing.tier, _because(command, "GRACE_OVER", due_on=due_on))


def _because(
    command: TierCustomer, move: Literal["FIRST_TIER", "PROMOTED", "DEMOTED", "GRACE_OVER"], **more: object
) -> str:
    """The sentence of a move that names the factors which lifted the customer, if any."""
    place = {
        "rank": command.rank,
        "population": command.population,
        "amount": money(command.value.amount, command.value.currency),
    }
    for factor in command.factors:
        if factor.name == "key_account":
            more["tier"] = factor.tier
        else:
            more |= {"box": factor.value, "box_tier": factor.tier}
    sentence = Sentences["_".join((move, *(factor.name.upper() for factor in command.factors)))]
    return sentence(**place, **more)


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


def tier_in_shadow(command: TierInShadow, customer: Customer) -> Sequence[Event]:
    """Published only where the candidate differs from what the live policy found in the same run, and once."""
    standing = customer.standings.get(command.currency)
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
