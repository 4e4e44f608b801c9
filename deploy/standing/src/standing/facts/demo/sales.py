"""The customer side, day by day: orders, the seller's own credit check, deliveries, invoices, payments, surveys.

The demo's seller waits with the delivery of an order that would take the customer over the limit, or of a customer
long overdue, and goes on when payments allow; so the facts are those of a company that follows what Standing decides.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from random import Random

from standing.facts.demo.calendar import is_working, month_of, working
from standing.facts.demo.cast import LARGE, TRENDS, VERY_LARGE, Customer
from standing.facts.demo.orders import CENT, Clerk, Order, new_order
from standing.facts.fact import Fact

LIMIT = Decimal(100_000)
"""The default credit limit of an account, in its currency."""
STOP_AFTER_DAYS = 45
"""Days past due of the oldest invoice from which nothing more is delivered."""
GIVE_UP_AFTER_DAYS = 60
"""Days that an order waits for credit before it is cancelled."""
WORKING_DAYS_A_YEAR = 262
WAITING_MAX = 5
"""Who has so many orders waiting for credit orders no more."""
CANCELLED, RATED, RETURNED = 0.02, 0.2, 0.01
"""Shares of the orders."""
PAID_TWICE = 0.005
"""Of the invoices that are paid at once: the customer's accounts pay them a second time, and the seller pays that back."""
SURVEY_DAYS = (45, 136, 228, 320)
"""When the large customers are asked, once a quarter; each customer answers within the ten days that follow."""


@dataclass(slots=True)
class Book:
    """A customer's account as the seller sees it: order id → what is owed for it, invoices with their due day."""

    exposed: dict[str, Decimal] = field(default_factory=dict)
    due: dict[str, int] = field(default_factory=dict)
    waiting: list[tuple[Order, int]] = field(default_factory=list)

    def allows(self, order: Order, day: int) -> bool:
        overdue = day - min(self.due.values(), default=day)
        return overdue < STOP_AFTER_DAYS and sum(self.exposed.values()) + order.total <= LIMIT

    def pay(self, order: Order, amount: Decimal) -> None:
        left = self.exposed.get(order.id, Decimal(0)) - amount
        if left > 0:
            self.exposed[order.id] = left
        else:
            self.exposed.pop(order.id, None)
            self.due.pop(order.id, None)


class Trade:
    """A year with one customer. ``agenda``: day → what will happen then, in the order in which it was arranged."""

    def __init__(self, customer: Customer, days: int, seed: str) -> None:
        self.customer = customer
        self.days = days
        self.random = Random(f"{seed}:{customer.id}")
        self.mistakes = Random(f"{seed}:{customer.id}:mistakes")
        self.clerk = Clerk(customer, self.random)
        self.clerk_of_mistakes = Clerk(customer, self.mistakes)
        self.book = Book()
        self.agenda: dict[int, list[Callable[[int], None]]] = defaultdict(list)
        self.orders = 0
        if customer.size in (LARGE, VERY_LARGE):
            for survey_day in SURVEY_DAYS:
                self._later(survey_day + self.random.randrange(10), self.clerk.surveyed)

    def facts(self) -> list[Fact]:
        """All facts of the first ``days`` days; what would happen after them does not."""
        for day in filter(is_working, range(self.days)):
            for happens in self.agenda.pop(day, ()):
                happens(day)
            self._release(day)
            if len(self.book.waiting) < WAITING_MAX and self.random.random() < self._orders_a_day(day):
                self._order(day)
        return [*self.clerk.facts, *self.clerk_of_mistakes.facts]

    def _later(self, day: int, happens: Callable[[int], None]) -> None:
        self.agenda[working(day)].append(happens)

    def _orders_a_day(self, day: int) -> float:
        begin, end = TRENDS[self.customer.trend]
        return self.customer.size.orders * 12 / WORKING_DAYS_A_YEAR * (begin + (end - begin) * day / 366)

    def _order(self, day: int) -> None:
        self.orders += 1
        order = new_order(self.customer, self.orders, day, self.random)
        self.clerk.submitted(order)
        if not self.book.allows(order, day):
            self.book.waiting.append((order, day))
        elif self.random.random() < CANCELLED:
            self._later(day + self.random.randint(1, 3), lambda on: self.clerk.cancelled(order, on))
        else:
            self._approve(order, day)

    def _release(self, day: int) -> None:
        for order, since in list(self.book.waiting):
            if self.book.allows(order, day):
                self.book.waiting.remove((order, since))
                self._approve(order, day)
            elif day - since > GIVE_UP_AFTER_DAYS:
                self.book.waiting.remove((order, since))
                self.clerk.cancelled(order, day)

    def _approve(self, order: Order, day: int) -> None:
        self.book.exposed[order.id] = order.total
        in_advance = self.random.random() < self.customer.payer.in_advance
        if in_advance:
            self._pay_later(order, day + 1, order.total)
        late = self.random.randint(1, 8) if self.random.random() < 0.12 else -self.random.randint(0, 2)
        self._later(max(day + 2, order.requested + late), lambda on: self._deliver(order, on, in_advance))

    def _deliver(self, order: Order, day: int, paid: bool) -> None:
        self.clerk.delivered(order, day)
        returned = Decimal(0)
        if not paid and self.random.random() < RETURNED:
            returned = (order.total / 5).quantize(CENT)
            self._later(day + 1, lambda on: self.clerk.returned(order, returned, on))
        self._later(day + self.random.randint(0, 2) + 1, lambda on: self._invoice(order, on, paid, returned))
        if self.random.random() < RATED:
            late = day > order.requested
            self._later(day + self.random.randint(1, 9), lambda on: self.clerk.rated(order, on, late))

    def _invoice(self, order: Order, day: int, paid: bool, returned: Decimal) -> None:
        self.clerk.invoiced(order, day)
        if returned:
            self.clerk.credited(order, returned, day)
            self.book.pay(order, returned)
        due = day + self.customer.size.terms
        if not paid:
            self.book.due[order.id] = due
            # Nobody pays before there is an invoice, but for those who pay in advance.
            pays_on = max(day + 1, due + self.random.randint(*self.customer.payer.days))
            self._pay_later(order, pays_on, order.total - returned)

    def _pay_later(self, order: Order, day: int, total: Decimal) -> None:
        payer = self.customer.payer
        payment_id = order.invoice_id.replace("INV-", "PAY-")
        named = None if self.random.random() < payer.unnamed else order.invoice_id
        if self.random.random() < payer.in_parts:
            first = (total * Decimal(self.random.randint(30, 70)) / 100).quantize(CENT)
            self._later(day, lambda on: self._pay(order, f"{payment_id}-1", first, on, named))
            rest = day + self.random.randint(5, 20)
            self._later(rest, lambda on: self._pay(order, f"{payment_id}-2", total - first, on, named))
        elif self.random.random() < payer.bounces:
            self._later(day, lambda on: self._pay(order, f"{payment_id}-1", total, on, named, "cheque"))
            # The cheque comes back: what it had paid is owed again until a transfer replaces it.
            self._later(day + 5, lambda on: self._bounce(order, f"{payment_id}-1", on))
            self._later(
                day + self.random.randint(15, 30), lambda on: self._pay(order, f"{payment_id}-2", total, on, named)
            )
        else:
            self._later(day, lambda on: self._pay(order, f"{payment_id}-1", total, on, named))
            if self.mistakes.random() < PAID_TWICE:
                self._later(day + 3, lambda on: self._pay_again(order, f"{payment_id}-2", total, on))

    def _pay_again(self, order: Order, payment_id: str, amount: Decimal, day: int) -> None:
        if month_of(day) + 1 < self.customer.payer.stops_in:
            clerk = self.clerk_of_mistakes
            clerk.paid(payment_id, amount, day, "transfer", order.invoice_id)
            self._later(day + 9, lambda on: clerk.refunded(payment_id, amount, on))

    def _pay(
        self, order: Order, payment_id: str, amount: Decimal, day: int, named: str | None, method: str = "transfer"
    ) -> None:
        if month_of(day) + 1 < self.customer.payer.stops_in:
            self.book.pay(order, amount)
            self.clerk.paid(payment_id, amount, day, method, named)

    def _bounce(self, order: Order, payment_id: str, day: int) -> None:
        self.book.exposed[order.id] = order.total
        self.book.due[order.id] = day
        self.clerk.bounced(payment_id, order.total, day)
