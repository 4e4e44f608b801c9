"""The population of a tiering run, by the orders: who takes part, with which figures, in which rank.

PostgreSQL finds it once, holds it for the queries of a run, and hands it over through a cursor, so that a million customers
are never in memory.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    FromClause,
    Integer,
    Numeric,
    Select,
    and_,
    case,
    cast,
    false,
    func,
    literal,
    or_,
    select,
)

from contracts.customer import ScoreBorders
from customer_svc.policies.tiering import Bins, TieringPolicy
from customer_svc.read_models import relationship
from customer_svc.read_models.alias import resolved
from customer_svc.read_models.customer import holders
from customer_svc.reports.turnover import turnover


@dataclass(frozen=True)
class Population:
    """Who is ranked in a currency as of a day: those with enough orders in the window, and those who hold a tier to lose.

    Of a customer that is only here to lose its tier, the last order may lie before the window, and has been cancelled
    where no other is left. The orders of merged customers are those of the customer that they are now.
    """

    currency: str
    since: date
    as_of: date
    policy: TieringPolicy

    def members(self) -> Select[Any]:
        """customer_id, orders, amount, last_order_on, key_account, box."""
        of = turnover(self.as_of)
        counts = and_(of.c.day >= self.since, of.c.stands)
        # First by the ids that the orders name, which is the work; what is merged is few rows then.
        named = (
            select(
                of.c.customer_id,
                func.coalesce(func.sum(of.c.orders).filter(counts), 0).label("orders"),
                func.sum(of.c.amount).filter(counts).label("amount"),
                func.max(of.c.ordered_on).filter(of.c.stands).label("stood_on"),
                func.max(of.c.ordered_on).label("ordered_on"),
            )
            .where(of.c.currency == self.currency, of.c.day <= self.as_of)
            .group_by(of.c.customer_id)
            .subquery()
        )
        found, customer_id = resolved(named)
        orders = cast(func.sum(named.c.orders), BigInteger)
        ordered = (
            select(
                customer_id.label("customer_id"),
                orders.label("orders"),
                func.coalesce(func.sum(named.c.amount), 0).label("amount"),
                func.coalesce(func.max(named.c.stood_on), func.max(named.c.ordered_on)).label("last_order_on"),
            )
            .select_from(found)
            .group_by(customer_id)
            .having(
                func.max(named.c.ordered_on).is_not(None),  # who only brought something back ranks nowhere
                or_(orders >= self.policy.min_orders, customer_id.in_(holders(self.currency))),
            )
            .subquery()
        )
        near = relationship.TABLE
        return select(ordered, func.coalesce(near.c.key_account, false()).label("key_account"), near.c.box).select_from(
            ordered.outerjoin(near, near.c.customer_id == ordered.c.customer_id)
        )


@dataclass(frozen=True)
class Members:
    """The queries of a run on the population that was found: ``table`` has its rows."""

    table: FromClause
    policy: TieringPolicy
    as_of: date

    def fifths(self, measure: str) -> Select[Any]:
        """Bands of one measure among those who ordered in the window, best first: value, customers, population."""
        members = self.table
        value = members.c[measure].label("value")
        return (
            select(value, func.count().label("customers"), _all(func.count()).label("population"))
            .where(members.c.orders > 0)
            .group_by(value)
            .order_by(value.desc())
        )

    def amounts(self) -> Select[Any]:
        """Bands of amount, largest first: amount, customers, and what all customers bring."""
        members = self.table
        customers = func.count()
        sales = func.sum(members.c.amount * customers).over().label("sales")
        amount = members.c.amount
        return select(amount, customers.label("customers"), sales).group_by(amount).order_by(amount.desc())

    def bands(self, borders: ScoreBorders | None) -> Select[Any]:
        """Bands of worth, best first: index, amount, customers, and population and how many of it earn."""
        members = self.table
        index = self._index(members, borders).label("index")
        customers = func.count()
        earning = or_(index > 0, members.c.amount > 0)
        return (
            select(
                index,
                members.c.amount,
                customers.label("customers"),
                _all(customers).label("population"),
                _all(customers.filter(earning)).label("earning"),
            )
            .group_by(index, members.c.amount)
            .order_by(index.desc(), members.c.amount.desc())
        )

    def ranked(self, borders: ScoreBorders | None) -> Select[Any]:
        """The members, best first; those of equal worth by id."""
        members = self.table
        index = self._index(members, borders)
        order = [members.c.amount.desc(), members.c.customer_id]
        return select(members).order_by(*([index.desc(), *order] if self.policy.rank_by == "index" else order))

    def _index(self, members: FromClause, borders: ScoreBorders | None) -> ColumnElement[Any]:
        """As value.index_of, of a score as value.scores."""
        if self.policy.rank_by == "amount":
            return literal(Decimal(0), Numeric)
        weights, columns = self.policy.weights, members.c
        if borders is None:
            months = (self.as_of.year * 12 + self.as_of.month) - (
                func.extract("year", columns.last_order_on) * 12 + func.extract("month", columns.last_order_on)
            )
            recency = _binned(self.policy.recency_months, months, less=True)
            frequency = _binned(self.policy.frequency, columns.orders)
            monetary = _binned(self.policy.monetary, columns.amount)
        else:
            recency = _within(borders.recency, columns.last_order_on)
            frequency = _within(borders.frequency, columns.orders)
            monetary = _within(borders.monetary, columns.amount)
        total = weights.recency + weights.frequency + weights.monetary
        weighted = weights.recency * recency + weights.frequency * frequency + weights.monetary * monetary
        return case((columns.orders == 0, literal(Decimal(0), Numeric)), else_=func.round(weighted / total, 6))


def _all(count: Any) -> ColumnElement[int]:
    return cast(func.sum(count).over(), Integer)


def _binned(bins: Bins, value: ColumnElement[Any], less: bool = False) -> ColumnElement[Any]:
    """As Bins.score and Bins.score_of_less."""
    best = value < bins.beyond if less else value > bins.beyond
    rest = [
        (value <= border if less else value >= border, score)
        for score, border in zip((4, 3, 2), bins.reaching, strict=True)
    ]
    return cast(case((best, 5), *rest, else_=1), Numeric)


def _within(borders: tuple[Any, ...], value: ColumnElement[Any]) -> ColumnElement[Any]:
    """As value.score_within."""
    reached = [(value >= border, score) for score, border in zip((5, 4, 3, 2), borders, strict=True)]
    return cast(case(*reached, else_=1), Numeric)
