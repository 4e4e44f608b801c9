"""Caps: the most that may be granted to several customers together, a group of companies or all of them. Pure.

One stream per cap, ``cap-{cap_id}``. A cap is divided into shares, and an account keeps within its shares. A larger share is
granted here before the account accepts it; a smaller one frees the difference here only after the account has accepted it.
So the shares that accounts keep within are never more than the cap, however many change at once.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import assert_never

from immutables import Map

from chassis.domain import Decider, Refusal
from chassis.policies import PolicyBook
from contracts import Event
from contracts.credit import CapSet, CapShareAsked, CapShareGranted, CapShareReturned
from credit_svc.receivables.facts import EMPTY, NOTHING

CapStreamEvent = CapSet | CapShareGranted | CapShareAsked | CapShareReturned

# State


@dataclass(frozen=True)
class Cap:
    """``shares``: customer → what is granted. ``requested``: smaller shares that the accounts have not accepted yet."""

    amount: Decimal = NOTHING
    currency: str | None = None
    shares: Map[str, Decimal] = EMPTY
    requested: Map[str, Decimal] = EMPTY
    recorded: CapSet | None = None

    @property
    def granted(self) -> Decimal:
        return sum(self.shares.values(), NOTHING)


def evolve(cap: Cap, event: CapStreamEvent) -> Cap:
    match event:
        case CapSet() as e:
            return replace(cap, amount=e.amount, currency=e.currency, recorded=e)
        case CapShareGranted(customer_id=customer_id, share=share):
            return replace(
                cap, shares=cap.shares.set(customer_id, share), requested=_without(cap.requested, customer_id)
            )
        case CapShareAsked(customer_id=customer_id, share=share):
            return replace(cap, requested=cap.requested.set(customer_id, share))
        case CapShareReturned(customer_id=customer_id, share=share):
            return replace(
                cap, shares=cap.shares.set(customer_id, share), requested=_without(cap.requested, customer_id)
            )
    assert_never(event)


def _without(known: Map[str, Decimal], key: str) -> Map[str, Decimal]:
    return known.delete(key) if key in known else known


# Commands


@dataclass(frozen=True, slots=True)
class SetCap:
    cap_id: str
    name: str
    amount: Decimal
    currency: str
    reason: str
    by: str


@dataclass(frozen=True, slots=True)
class SetCapShare:
    cap_id: str
    customer_id: str
    share: Decimal
    on: date


@dataclass(frozen=True, slots=True)
class ConfirmCapShare:
    """The account has accepted the share and keeps within it."""

    cap_id: str
    customer_id: str
    share: Decimal
    on: date


Command = SetCap | SetCapShare | ConfirmCapShare


class UnknownCap(Refusal):
    """There is no cap {cap_id}; set it first."""

    status = 404


class CapBelowShares(Refusal):
    """{granted} {currency} of cap {cap_id} are granted; reduce shares before the cap becomes {amount} {currency}."""


class CapInAnotherCurrency(Refusal):
    """Cap {cap_id} is in {own}; shares of it are granted, so it cannot become one in {currency}."""


class CapExceeded(Refusal):
    """Of cap {cap_id} {free} {currency} are free; a share of {share} {currency} for {customer_id} is too much."""


# Decide


def decide(command: Command, cap: Cap, _: PolicyBook) -> Sequence[Event]:
    match command:
        case SetCap():
            return _set(command, cap)
        case SetCapShare():
            return _set_share(command, cap)
        case ConfirmCapShare():
            return _confirm(command, cap)
    assert_never(command)


def _set(command: SetCap, cap: Cap) -> Sequence[Event]:
    if cap.currency is not None and cap.shares and command.currency != cap.currency:
        raise CapInAnotherCurrency(cap_id=command.cap_id, own=cap.currency, currency=command.currency)
    if command.amount < cap.granted:
        raise CapBelowShares(
            cap_id=command.cap_id, granted=cap.granted, currency=command.currency, amount=command.amount
        )
    recorded = CapSet(
        cap_id=command.cap_id,
        name=command.name,
        amount=command.amount,
        currency=command.currency,
        reason=command.reason,
        approved_by=command.by,
    )
    return [] if recorded == cap.recorded else [recorded]


def _set_share(command: SetCapShare, cap: Cap) -> Sequence[Event]:
    if cap.currency is None:
        raise UnknownCap(cap_id=command.cap_id)
    customer_id, share = command.customer_id, command.share
    granted = cap.shares.get(customer_id)
    if share == cap.requested.get(customer_id, granted):
        return []
    if granted is not None and share < granted:
        return [
            CapShareAsked(
                cap_id=command.cap_id, customer_id=customer_id, share=share, currency=cap.currency, asked_on=command.on
            )
        ]
    free = cap.amount - cap.granted + (granted or NOTHING)
    if share > free:
        raise CapExceeded(cap_id=command.cap_id, free=free, share=share, currency=cap.currency, customer_id=customer_id)
    return [
        CapShareGranted(
            cap_id=command.cap_id, customer_id=customer_id, share=share, currency=cap.currency, granted_on=command.on
        )
    ]


def _confirm(command: ConfirmCapShare, cap: Cap) -> Sequence[Event]:
    """Recorded for every share that was accepted, so that the to-do list is done; a share that changed since is not confirmed."""
    wanted = cap.requested.get(command.customer_id, cap.shares.get(command.customer_id))
    if cap.currency is None or wanted != command.share:
        return []
    return [
        CapShareReturned(
            cap_id=command.cap_id,
            customer_id=command.customer_id,
            share=command.share,
            currency=cap.currency,
            returned_on=command.on,
        )
    ]


DECIDER = Decider(
    category="cap",
    commands=(SetCap, SetCapShare, ConfirmCapShare),
    stream_id=lambda command: command.cap_id,
    initial=Cap(),
    evolve=evolve,
    decide=decide,
    names="group",
)
