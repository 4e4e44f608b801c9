"""Which ids are one customer. Stream ``identities-all``: merges are rare, so all of them are one history.

A merged id keeps its own streams; a question about a customer reads all its ids together, so its history follows a merge,
and goes back with a split, without a fact being written twice.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import assert_never

from immutables import Map

from chassis.domain import Decider, Refusal
from chassis.policies import PolicyBook
from contracts import Event
from contracts.customer import CustomersMerged, CustomerSplit

# State


@dataclass(frozen=True, slots=True)
class Identities:
    """``survivors``: merged id → the id that it is now; ``came_with``: merged id → the ids that its merge moved."""

    survivors: Map[str, str]
    came_with: Map[str, tuple[str, ...]]

    def resolve(self, customer_id: str) -> str:
        return self.survivors.get(customer_id, customer_id)

    def merged_into(self, customer_id: str) -> tuple[str, ...]:
        """The ids that are this customer beside its own, in order."""
        return tuple(sorted(merged for merged, survivor in self.survivors.items() if survivor == customer_id))


# Evolve


def evolve(identities: Identities, event: Event) -> Identities:
    match event:
        case CustomersMerged():
            survivors = identities.survivors.update(dict.fromkeys(event.moved, event.customer_id))
            return Identities(survivors, identities.came_with.set(event.merged_id, event.moved))
        case CustomerSplit():
            survivors = identities.survivors.delete(event.split_id)
            others = [moved for moved in event.moved if moved != event.split_id]
            return Identities(
                survivors.update(dict.fromkeys(others, event.split_id)), identities.came_with.delete(event.split_id)
            )
    return identities


# Commands


@dataclass(frozen=True, slots=True)
class MergeCustomers:
    """``merged_id`` is the same customer as ``customer_id``, which stays."""

    customer_id: str
    merged_id: str
    because: str
    merged_on: date
    by: str


@dataclass(frozen=True, slots=True)
class SplitCustomer:
    split_id: str
    because: str
    split_on: date
    by: str


IdentityCommand = MergeCustomers | SplitCustomer


# Decide


class SameCustomer(Refusal):
    """{customer_id} cannot be merged with itself; name two different ids."""

    status = 422


class MergedAlready(Refusal):
    """{customer_id} is merged into {survivor} already; use {survivor}, or split it first."""


class NotMerged(Refusal):
    """{customer_id} is not merged into another customer, so there is nothing to split."""


def decide(command: IdentityCommand, identities: Identities, _: PolicyBook) -> Sequence[Event]:
    match command:
        case MergeCustomers():
            return _merge(command, identities)
        case SplitCustomer():
            return _split(command, identities)
        case _:
            assert_never(command)


def _merge(command: MergeCustomers, identities: Identities) -> Sequence[Event]:
    customer_id, merged_id = command.customer_id, command.merged_id
    if customer_id == merged_id:
        raise SameCustomer(customer_id=customer_id)
    if identities.survivors.get(merged_id) == customer_id:
        return []
    for named in (customer_id, merged_id):
        if named in identities.survivors:
            raise MergedAlready(customer_id=named, survivor=identities.survivors[named])
    return [
        CustomersMerged(
            customer_id=customer_id,
            merged_id=merged_id,
            moved=(merged_id, *identities.merged_into(merged_id)),
            because=command.because,
            merged_on=command.merged_on,
            by=command.by,
        )
    ]


def _split(command: SplitCustomer, identities: Identities) -> Sequence[Event]:
    split_id = command.split_id
    survivor = identities.survivors.get(split_id)
    if survivor is None:
        raise NotMerged(customer_id=split_id)
    came = identities.came_with.get(split_id, ())
    others = (each for each in came if each != split_id and identities.survivors.get(each) == survivor)
    return [
        CustomerSplit(
            customer_id=survivor,
            split_id=split_id,
            moved=(split_id, *others),
            because=command.because,
            split_on=command.split_on,
            by=command.by,
        )
    ]


DECIDER = Decider(
    category="identities",
    commands=(MergeCustomers, SplitCustomer),
    stream_id=lambda _: "all",
    initial=Identities(Map(), Map()),
    evolve=evolve,
    decide=decide,
)
