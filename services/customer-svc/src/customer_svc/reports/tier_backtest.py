"""What tiers customers would have had under another tiering policy: history replayed month end by month end. Pure.

Both policies are applied to the same orders; grace periods and guarantees that depend on decisions of people are left
out, so that the difference is that of the policies alone.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from chassis.backtests import Backtest, Trial
from chassis.calendar import is_month_end
from chassis.policies import PolicyBook
from contracts import Envelope, Event
from contracts.customer import (
    CustomersMerged,
    CustomerSplit,
    CustomerTier,
    GoodsReturned,
    OrderCancelled,
    OrderDelivered,
    OrderEndRecorded,
    OrderPlaced,
    OrderReturned,
    OrderReturnRefused,
)
from contracts.figures import PlainModel
from customer_svc.files import identities
from customer_svc.orders.stages import Closing, closing_of
from customer_svc.orders.worth import CameBack, left, stands
from customer_svc.policies.tiering import TieringPolicy
from customer_svc.tiers.run import Rule, tiers_of
from customer_svc.tiers.value import CustomerValue
from customer_svc.tiers.window import next_month_end, window_start

EXAMPLES_MAX = 100
HANDLES = (
    OrderPlaced,
    OrderCancelled,
    OrderDelivered,
    OrderEndRecorded,
    OrderReturned,
    OrderReturnRefused,
    GoodsReturned,
    CustomersMerged,
    CustomerSplit,
)


@dataclass(slots=True)
class Sale:
    """An order as far as its value goes, with its ends and what came back of it; ``placed`` once the order itself came."""

    placed: OrderPlaced | None = None
    ends: set[Closing] = field(default_factory=set)
    returns: dict[str, OrderReturned] = field(default_factory=dict)

    def left(self, on: date) -> Decimal:
        assert self.placed is not None
        currency = self.placed.currency
        came_back = (
            CameBack(each.returned_on, each.amount) for each in self.returns.values() if each.currency == currency
        )
        return left(self.placed.total, came_back, on)


class Difference(PlainModel):
    """A customer that would have had another tier."""

    customer_id: str
    live: CustomerTier
    candidate: CustomerTier


class MonthReport(PlainModel):
    """The run of a month end: who moves where (``live>candidate``: how many), and the first of them."""

    currency: str
    as_of: date
    customers: int
    different: int
    moves: dict[str, int]
    examples: list[Difference]


class TierReport(PlainModel):
    """Every month end of the period with orders, in each currency."""

    policy: str
    starts_on: date
    ends_on: date
    decided: int
    different: int
    months: list[MonthReport]


@dataclass
class TierReplay:
    """Collects the orders, and ranks their customers under both policy books at the end."""

    trial: Trial
    sales: defaultdict[str, Sale] = field(default_factory=lambda: defaultdict(Sale))
    returns: list[GoodsReturned] = field(default_factory=list)
    merges: identities.Identities = identities.DECIDER.initial

    def take(self, event: Event, _: Envelope) -> None:
        match event:
            case OrderPlaced():
                self.sales[event.order_id].placed = event
            case OrderCancelled() | OrderDelivered():
                self.sales[event.order_id].ends.add(closing_of(event))
            case OrderEndRecorded():
                self.sales[event.order_id].ends.add(Closing(event.ended_on, event.cancelled))
            case OrderReturned():
                self.sales[event.order_id].returns[event.return_id] = event
            case OrderReturnRefused():
                self.sales[event.order_id].returns.pop(event.return_id, None)
            case GoodsReturned():
                self.returns.append(event)
            case CustomersMerged() | CustomerSplit():
                self.merges = identities.evolve(self.merges, event)

    def report(self) -> TierReport:
        months = [
            month
            for currency in sorted({sale.placed.currency for sale in self.sales.values() if sale.placed})
            for as_of in _month_ends(self.trial.starts_on, self.trial.ends_on)
            if (month := self._month(currency, as_of)).customers
        ]
        return TierReport(
            policy=self.trial.name,
            starts_on=self.trial.starts_on,
            ends_on=self.trial.ends_on,
            decided=sum(month.customers for month in months),
            different=sum(month.different for month in months),
            months=months,
        )

    def _month(self, currency: str, as_of: date) -> MonthReport:
        live = self._tiers(self.trial.live, currency, as_of)
        candidate = self._tiers(self.trial.candidate, currency, as_of)
        # Who is ranked by one policy alone stands at the bottom of the other.
        found = [
            Difference(customer_id=each, live=live.get(each, "small"), candidate=candidate.get(each, "small"))
            for each in sorted(live.keys() | candidate.keys())
        ]
        moved = [each for each in found if each.live != each.candidate]
        return MonthReport(
            currency=currency,
            as_of=as_of,
            customers=len(found),
            different=len(moved),
            moves=dict(sorted(Counter(f"{each.live}>{each.candidate}" for each in moved).items())),
            examples=moved[:EXAMPLES_MAX],
        )

    def _tiers(self, book: PolicyBook, currency: str, as_of: date) -> dict[str, CustomerTier]:
        dated = book.at(TieringPolicy, as_of)
        policy = dated.document
        since = window_start(as_of, policy.window_months)
        values: dict[str, CustomerValue] = {}
        for sale in self.sales.values():
            placed = sale.placed
            if placed is None or placed.currency != currency or not since <= placed.ordered_on <= as_of:
                continue
            if not stands(sale.ends, as_of):
                continue
            customer_id = self.merges.resolve(placed.customer_id)
            known = values.get(customer_id, CustomerValue(customer_id, 0, Decimal(0), placed.ordered_on))
            last = max(known.last_order_on, placed.ordered_on)
            amount = known.amount + sale.left(as_of)
            values[customer_id] = CustomerValue(customer_id, known.orders + 1, amount, last)
        for returned in self.returns:
            customer_id = self.merges.resolve(returned.customer_id)
            if returned.currency == currency and since <= returned.returned_on <= as_of and customer_id in values:
                known = values[customer_id]
                values[customer_id] = replace(known, amount=known.amount - returned.amount)
        population = [value for value in values.values() if value.orders >= policy.min_orders]
        return tiers_of(currency, as_of, population, Rule(policy, dated.version))


def _month_ends(starts_on: date, ends_on: date) -> Iterator[date]:
    as_of = starts_on if is_month_end(starts_on) else next_month_end(starts_on)
    while as_of <= ends_on:
        yield as_of
        as_of = next_month_end(as_of)


BACKTEST = Backtest(TieringPolicy, HANDLES, TierReplay)
