"""The answer to an order that waits for room within the total of all customers."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from credit_svc.account.decision import AccountDecision, Handlers
from credit_svc.account.orders import approval, hold, look_at
from credit_svc.orders.total_room import awaited
from credit_svc.policies.credit import CreditPolicy


@dataclass(frozen=True, slots=True)
class NoRoom:
    """Of the total so much is used and free, in its currency."""

    used: Decimal
    total: Decimal
    free: Decimal
    currency: str


@dataclass(frozen=True, slots=True)
class AnswerRoom:
    """``missing`` None: there is room, and the total counts the order already."""

    customer_id: str
    order_id: str
    on: date
    missing: NoRoom | None = None


def _answer(decision: AccountDecision, command: AnswerRoom) -> None:
    """Never refused: an order that needs no room any more leaves it, and the total has it again when it is measured."""
    order, on = decision.state.orders.held.get(command.order_id), decision.day(command.on)
    if order is None or order.total_room is None:
        return
    policy = decision.policy(CreditPolicy, on)
    position, found = look_at(decision, order, on, policy)
    if not found.approved:
        decision.emit(hold(decision, order, on, position, found, policy))
    elif command.missing is None:
        decision.emit(approval(decision, order, on, position, found, policy))
    elif order.total_room == "requested":
        none = awaited(
            found, command.missing.used, command.missing.total, command.missing.free, command.missing.currency
        )
        decision.emit(hold(decision, order, on, position, none, policy))


DECIDE: Handlers = {AnswerRoom: _answer}
