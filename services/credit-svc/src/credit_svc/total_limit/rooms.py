"""Room for orders within the total, while the policy holds them: granted here before the account counts the order."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from immutables import Map

from contracts.credit import (
    TotalAmount,
    TotalLimitMeasured,
    TotalLimitSet,
    TotalLimitUseReached,
    TotalRoomAnswered,
    TotalRoomAwaited,
    TotalRoomGranted,
)
from credit_svc.policies.total_limit import TotalLimitPolicy
from credit_svc.receivables.facts import NOTHING
from credit_svc.total_limit.state import Promised, TotalDecision, granted, used

DAY_MINUTES = 24 * 60


@dataclass(frozen=True, slots=True)
class RequestRoom:
    """``priority``: of orders that wait the higher one is first."""

    order_id: str
    customer_id: str
    amount: Decimal
    currency: str
    priority: int
    on: date


@dataclass(frozen=True, slots=True)
class ConfirmRoom:
    """The account has heard whether its order has room."""

    order_id: str
    customer_id: str


@dataclass(frozen=True, slots=True)
class MeasureTotal:
    """What the accounts have together, and which claims and orders are in that.

    ``measurements``: how many there were before; where there are more by now, this one is out of date and changes nothing.
    """

    amounts: tuple[TotalAmount, ...]
    had_claims: tuple[str, ...]
    had_orders: tuple[str, ...]
    measurements: int
    on: date


def request_room(decision: TotalDecision, command: RequestRoom) -> None:
    """While no total is in force there is room for everything; an order without a rate counts nowhere, and has room too."""
    order_id, total, found = command.order_id, decision.state, decision.rates(command.on)
    wants, known, waits = (command.amount, command.currency), total.rooms.get(order_id), total.waiting.get(order_id)
    if known is not None and not known.is_settled and (known.amount, known.currency) == wants:
        return
    if waits is not None and (waits.order.amount, waits.order.currency) == wants:
        return
    if found is not None:
        in_force, rates = found
        takes, have = rates.converted(*wants), used(total, rates)
        if known is not None:
            have -= rates.converted(known.amount, known.currency) or NOTHING
        if takes is not None and (not total.measurements or have + takes > in_force.amount):
            decision.emit(_awaited(command, in_force, have))
            return
    _grant(decision, order_id, command.customer_id, *wants, command.on)
    notice_use(decision, command.on)


def _awaited(command: RequestRoom, in_force: TotalLimitSet, have: Decimal) -> TotalRoomAwaited:
    return TotalRoomAwaited(
        order_id=command.order_id,
        customer_id=command.customer_id,
        amount=command.amount,
        currency=command.currency,
        priority=command.priority,
        used=have,
        total=in_force.amount,
        free=max(NOTHING, in_force.amount - have),
        total_currency=in_force.currency,
        awaited_on=command.on,
    )


def confirm_room(decision: TotalDecision, command: ConfirmRoom) -> None:
    """Recorded for every answer, so that the to-do list is done."""
    decision.emit(TotalRoomAnswered(order_id=command.order_id, customer_id=command.customer_id))


def measure(decision: TotalDecision, command: MeasureTotal) -> None:
    """Room that came free goes to the orders that wait, by priority and then by age; one that does not fit lets others pass."""
    total, on = decision.state, command.on
    if command.measurements != total.measurements or not total.sets:
        return
    in_force = total.on(on) or total.sets[-1]  # one that begins later is measured until then
    policy, rates = decision.policy(TotalLimitPolicy, on).document, decision.rates_into(in_force.currency, on)
    measured = TotalLimitMeasured(
        amounts=command.amounts,
        granted=NOTHING,
        used=NOTHING,
        currency=in_force.currency,
        measured_on=on,
        reached_percent=0,
        look_again_minutes=policy.look_again_minutes if total.waiting or total.rooms else DAY_MINUTES,
        had_claims=_had(command.had_claims, total.claims, on),
        had_orders=_had(command.had_orders, total.rooms, on),
        unquoted=tuple(each.currency for each in command.amounts if rates.converted(NOTHING, each.currency) is None),
    )
    after = decision.evolve(total, measured)
    use = used(after, rates)
    # What was recorded is not recorded again before the use has fallen below it.
    reached = min(total.reached, _reached(use, in_force.amount, policy.notice_percents))
    sums = {"granted": granted(after, rates), "used": use, "reached_percent": reached}
    decision.emit(measured.model_copy(update=sums))
    _give_room(decision, on)
    notice_use(decision, on)


def _had(listed: tuple[str, ...], promised: Map[str, Promised], on: date) -> tuple[str, ...]:
    """What is listed, and what nobody heard of for a day: a request that was broken off, an account that went into another one."""
    old = (key for key, each in promised.items() if (on - each.on).days > 1)
    return tuple(sorted({*listed, *old}))


def _give_room(decision: TotalDecision, on: date) -> None:
    found, policy = decision.rates(on), decision.policy(TotalLimitPolicy, on).document
    for waiting in sorted(decision.state.waiting.values(), key=lambda each: each.rank):
        order = waiting.order
        if found is not None and policy.on_full == "hold":
            in_force, rates = found
            wanted = rates.converted(order.amount, order.currency)
            if wanted is not None and used(decision.state, rates) + wanted > in_force.amount:
                continue
        _grant(decision, order.order_id, order.customer_id, order.amount, order.currency, on)


def _grant(decision: TotalDecision, order_id: str, customer_id: str, amount: Decimal, currency: str, on: date) -> None:
    decision.emit(
        TotalRoomGranted(order_id=order_id, customer_id=customer_id, amount=amount, currency=currency, granted_on=on)
    )


def notice_use(decision: TotalDecision, on: date) -> None:
    """Record each percentage that the use has come to and that was not recorded since it was below it, in order."""
    if (found := decision.rates(on)) is None:
        return
    in_force, rates = found
    use = used(decision.state, rates)
    for percent in decision.policy(TotalLimitPolicy, on).document.notice_percents:
        if percent > decision.state.reached and _is_reached(use, in_force.amount, percent):
            decision.emit(
                TotalLimitUseReached(
                    percent=percent, used=use, amount=in_force.amount, currency=in_force.currency, reached_on=on
                )
            )


def _reached(use: Decimal, amount: Decimal, percents: tuple[int, ...]) -> int:
    return max((percent for percent in percents if _is_reached(use, amount, percent)), default=0)


def _is_reached(use: Decimal, amount: Decimal, percent: int) -> bool:
    return use > 0 and use * 100 >= amount * percent
