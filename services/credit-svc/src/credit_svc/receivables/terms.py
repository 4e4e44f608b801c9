"""Terms of payment: how long a customer may owe, and what paying early is worth. Pure.

Source: the rules page, "Terms": 2/10 n/30.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from chassis.calendar import add_days
from contracts.currencies import rounded


@dataclass(frozen=True, slots=True)
class Terms:
    """``credit_days`` from the invoice on; ``discount_percent`` less when paid within ``discount_days``.

    ``interest_percent``: a year's rate beyond the due date, None for the policy's. ``has_arbitration_clause``: likewise.
    ``prepayment_percent``: what of each order is paid before it is approved.
    """

    credit_days: int
    discount_days: int = 0
    discount_percent: Decimal = Decimal(0)
    interest_percent: Decimal | None = None
    has_arbitration_clause: bool | None = None
    valid_from: date = date.min
    prepayment_percent: Decimal = Decimal(0)

    def discount_until(self, issued_on: date) -> date:
        """The last day on which the discount is earned."""
        return add_days(issued_on, self.discount_days)

    def discount_on(self, amount: Decimal, currency: str) -> Decimal:
        """What of an amount need not be paid, in the smallest unit of the currency: 3 % of 200,000 are 6,000."""
        return rounded(amount * self.discount_percent / 100, currency)


def to_pay(amount: Decimal, currency: str, terms: Terms, issued_on: date, paid_on: date) -> Decimal:
    """What settles an invoice when it is paid on a day: 200,000 with 3 % for paying now → 194,000."""
    if paid_on <= terms.discount_until(issued_on):
        return amount - terms.discount_on(amount, currency)
    return amount


def simple_annual_cost(
    discount_percent: Decimal, discount_days: int, credit_days: int, year_days: int = 360
) -> Decimal:
    """What forgoing the discount costs in percent of a year, without compounding: 2/10 n/30 → 36.73, of 365 days 37.24."""
    discount = discount_percent / 100
    return discount / (1 - discount) * year_days / (credit_days - discount_days) * 100


def effective_annual_cost(discount_percent: Decimal, discount_days: int, credit_days: int) -> Decimal:
    """The same with compounding over a year of 365 days: 2/10 n/30 → 44.59."""
    discount = discount_percent / 100
    periods = Decimal(365) / (credit_days - discount_days)
    return ((1 + discount / (1 - discount)) ** periods - 1) * 100
