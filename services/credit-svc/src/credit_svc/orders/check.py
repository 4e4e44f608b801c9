"""The order check: may this customer owe the amount of one more order? Pure.

Source: the rules page, "Order check": exposure = open receivables + approved orders − security, an order for what
of it is not invoiced; approve when exposure + order ≤ limit. Statuses: ok, watch, hold, stop.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from contracts.credit import BehaviourClass, CollectionStep, CreditClass, CreditStatus, Exposure, Rate
from contracts.currencies import money as money
from credit_svc.orders.advance import Advance
from credit_svc.policies.credit import CreditPolicy
from credit_svc.sentences import Sentences

TotalRoom = Literal["requested", "waiting"]


@dataclass(frozen=True)
class Position:
    """An account on a day.

    ``holding_step`` is the collection step that holds new credit, ``stopped_because`` why nothing is delivered. ``support``: of new
    orders, what the payment plan ``plan_id`` lets through although something is overdue.
    """

    exposure: Exposure
    oldest_overdue: str | None = None
    days_past_due: int = 0
    holding_step: CollectionStep | None = None
    credit_class: CreditClass | None = None
    behaviour: BehaviourClass = "A"
    stopped_because: str | None = None
    plan_id: str | None = None
    support: Decimal = Decimal(0)


@dataclass(frozen=True)
class Hold:
    """One reason against an order, and what would remove it; sentences with the numbers in them.

    Of a hold by the limit also the numbers: what must leave the exposure, or the limit that would be enough, in ``currency``; of
    one by an invoice that is too old the first of these.
    """

    reason: str
    releases_at: str
    currency: str | None = None
    excess: Decimal | None = None
    enough: Decimal | None = None
    invoice_id: str | None = None


@dataclass(frozen=True)
class Check:
    """The answer. ``status`` is the account's with the order in it; ``total_room``: it is held only for want of room in the total;
    ``advance``: what of the order is paid in advance; ``plan_id``: the payment plan whose support lets it through.
    """

    status: CreditStatus
    holds: tuple[Hold, ...] = ()
    advance: Advance | None = None
    total_room: TotalRoom | None = None
    plan_id: str | None = None

    @property
    def approved(self) -> bool:
        return not self.holds

    @property
    def reason(self) -> str:
        return " ".join(hold.reason for hold in self.holds)

    @property
    def releases_at(self) -> str:
        return " ".join(hold.releases_at for hold in self.holds)


def check(
    position: Position,
    amount: Decimal,
    currency: str,
    policy: CreditPolicy,
    rate: Rate | None = None,
    advance: Advance | None = None,
) -> Check:
    """An order of an amount against a position; an amount of 0 gives the account's own status.

    ``rate`` turns an order in another currency into the account's; ``advance`` is what of it must have come before. What is overdue
    holds no order that the support of a payment plan covers; the class of the customer and its limit do all the same.
    """
    if rate is not None and currency != position.exposure.currency:
        amount, currency = rate.converted(amount), position.exposure.currency
    overdue, pursued = tuple(_too_old(position, policy)), tuple(_collection(position))
    plan_id = None
    if (overdue or pursued) and 0 < amount <= position.support and currency == position.exposure.currency:
        overdue, pursued, plan_id = (), (), position.plan_id
    stopped = (*_stop(position, policy), *overdue)
    holds = (*stopped, *pursued, *_advance(advance), *_limit(position, amount, currency))
    if stopped:
        return Check("stop", holds, advance)
    if holds:
        return Check("hold", holds, advance)
    used = position.exposure.total + amount
    is_watched = used * 100 > position.exposure.limit * policy.watch_above_percent
    return Check("watch" if is_watched else "ok", advance=advance, plan_id=plan_id)


def _stop(position: Position, policy: CreditPolicy) -> Iterator[Hold]:
    if position.behaviour in policy.stop_behaviour:
        yield Hold(
            Sentences.NO_CREDIT_FOR_CLASS(behaviour=position.behaviour),
            Sentences.RELEASED_BY_BETTER_CLASS(),
        )


def _too_old(position: Position, policy: CreditPolicy) -> Iterator[Hold]:
    days = policy.stops_after(position.credit_class)
    if position.days_past_due > days:
        yield Hold(
            Sentences.INVOICE_TOO_OLD(invoice_id=position.oldest_overdue, days=position.days_past_due, days_max=days),
            Sentences.RELEASED_BY_PAYING_OLD_INVOICES(days_max=days, invoice_id=position.oldest_overdue),
            invoice_id=position.oldest_overdue,
        )


def _collection(position: Position) -> Iterator[Hold]:
    if position.stopped_because is not None:
        yield Hold(
            f"{Sentences.DELIVERIES_STOPPED()} {position.stopped_because}",
            Sentences.RELEASED_BY_RESUMED_DELIVERIES(),
        )
    if position.holding_step is not None:
        yield Hold(
            Sentences.CREDIT_HELD_SINCE_STEP(step=position.holding_step),
            Sentences.RELEASED_BY_CLOSED_CASE(),
        )


def _advance(advance: Advance | None) -> Iterator[Hold]:
    if advance is not None and advance.missing:
        yield Hold(advance.reason, advance.releases_at)


def _limit(position: Position, amount: Decimal, currency: str) -> tuple[Hold, ...]:
    exposure = position.exposure
    if currency != exposure.currency:
        return (
            Hold(
                Sentences.NO_RATE_FOR_ORDER(currency=currency, account_currency=exposure.currency),
                Sentences.RELEASED_IN_ACCOUNT_CURRENCY(account_currency=exposure.currency),
            ),
        )
    needed = exposure.total + amount
    excess = needed - exposure.limit
    if excess <= 0:
        return ()
    return (
        Hold(
            Sentences.OVER_LIMIT(
                exposure=money(exposure.total, currency),
                order=money(amount, currency),
                total=money(needed, currency),
                excess=money(excess, currency),
                limit=money(exposure.limit, currency),
            ),
            Sentences.RELEASED_WITHIN_LIMIT(excess=money(excess, currency), enough=money(needed, currency)),
            currency,
            excess,
            needed,
        ),
    )
