"""When an invoice is overdue, what that costs, and rates between currencies."""

from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, ValidationInfo, model_validator

from chassis.policies import Policy, PolicyPart
from contracts.credit import BehaviourClass
from contracts.fields import Count, Currency, Day, Percent, Quantity, is_stored

AGEING_BUCKETS = 6
"""Not due, 1–30, 31–60, 61–90, 91–120 and more than 120 days past due."""


ABOUT_ONE_EURO = {
    "0.025": "CLF", "0.300": "BHD KWD OMR", "0.700": "JOD", "3": "LTL TND", "5": "CNY LYD", "6": "FRF", "7": "DKK HRK", "8": "GTQ HKD MOP",
    "10": "NOK SEK", "15": "ATS BWP EEK ERN GHS MVR SCR", "20": "LSL MXN NAD SLE SZL ZAR", "25": "CUP CZK HNL STN ZMW", "30": "SKK",
    "40": "BEF LUF MRU NIO SRD THB TRY TWD UAH UYU", "50": "EGP INR MUR", "60": "DOP MKD MZN PHP", "75": "AFN GMD",
    "100": "ALL BDT CVE ETB HTG ISK JPY KGS RSD RUB VUV XPF", "150": "ADP DZD ESP JMD KES NPR", "200": "DJF GYD LRD PTE SIT",
    "250": "YER", "300": "GRD HUF LKR PKR", "400": "AMD", "500": "CRC KMF KZT", "600": "SDG SOS XAF XOF",
    "1000": "AOA ARS CLP KRW", "1500": "IQD NGN RWF", "2000": "ITL MMK MWK", "3000": "BIF CDF TZS", "4000": "COP KHR MNT UGX",
    "5000": "MGA ZMK", "8000": "PYG", "10000": "GHC GNF IDR MGF SYP UZS", "20000": "BYR LAK SLL STD VND", "30000": "ROL",
    "50000": "IRR", "100000": "LBP", "1500000": "TRL",
}  # fmt: skip
"""What a letter about it costs more than: amount → currencies. Without an entry one unit is worth between a half and three euros.

It is the order of magnitude that matters: the smallest thing that can be paid with BIF, GNF, UGX or XOF is many units, so that one of
them would pursue every difference. A business in one of these currencies publishes its own.
"""


def _small_differences() -> dict[str, Decimal]:
    return {code: Decimal(amount) for amount, codes in ABOUT_ONE_EURO.items() for code in codes.split()}


DaysBefore = Annotated[tuple[Annotated[int, Field(ge=0, le=366)], ...], Field(max_length=12)]


class ReceivablesPolicy(Policy):
    """When an invoice is overdue, what is expected to be lost, the gates of the credit standard, and reminders before the due date."""

    NAME: ClassVar[str] = "receivables"

    grace_days: Count = 0
    """Days after the due date that are not yet held against the customer."""
    allowance_percents: tuple[Percent, ...] = Field(
        default=(Decimal(1), Decimal("1.5"), Decimal(5), Decimal(50), Decimal(50), Decimal(50)),
        min_length=AGEING_BUCKETS,
        max_length=AGEING_BUCKETS,
    )
    """Expected loss by ageing bucket, not due first."""
    cheque_claim_percent: Percent = Decimal(2)
    """What the holder of a bounced cheque may claim of its face."""
    cheque_cancels_line: bool = True
    bad_debt_max_percent: Percent = Decimal(2)
    """The gate: written off, of credit sales."""
    dso_over_terms_max_days: Count = 15
    """The gate: days of sales outstanding beyond the credit period."""
    small_difference: Quantity = Decimal(1)
    """What is open of an invoice past due, at most this, is written off by rule and not pursued; 0 pursues everything."""
    small_differences: dict[Currency, Quantity] = Field(default_factory=_small_differences)
    """The same in currencies where that would be nothing, or much."""
    remind_before_days: DaysBefore = (3,)
    """So many days before the due date a customer is reminded of it, once for each number; none: nobody is."""
    remind_behaviour: tuple[BehaviourClass, ...] = ("B", "C")
    """Who is reminded, besides customers of class A who have not paid an invoice yet: A pays without it, D is pursued."""
    remind_min: Quantity = Decimal(0)
    """What comes to less on a due date, in its currency, is not worth a reminder."""
    remind_discount_days: DaysBefore = ()
    """So many days before a cash discount ends the same customers are reminded of that."""

    @model_validator(mode="before")
    @classmethod
    def _as_before(cls, document: Any, info: ValidationInfo) -> Any:
        """A document that was stored before there were reminders goes on without them."""
        return {"remind_before_days": [], **document} if is_stored(info) and isinstance(document, dict) else document

    def tolerance(self, currency: str) -> Decimal:
        """Up to which amount nothing is pursued."""
        return self.small_differences.get(currency, self.small_difference)


class DatedRate(PolicyPart):
    """A rate of a year in percent, from a day on until the next one."""

    from_day: Day
    percent: Quantity


def _published() -> tuple[DatedRate, ...]:
    """The 1-year loan prime rate as published, before it the benchmark lending rate."""
    quoted = {
        "2015-10-24": "4.35", "2019-08-20": "4.25", "2019-09-20": "4.20", "2019-11-20": "4.15", "2020-02-20": "4.05",
        "2020-04-20": "3.85", "2021-12-20": "3.80", "2022-01-20": "3.70", "2022-08-22": "3.65", "2023-06-20": "3.55",
        "2023-08-21": "3.45", "2024-07-22": "3.35", "2024-10-21": "3.10", "2025-05-20": "3.00",
    }  # fmt: skip
    return tuple(DatedRate(from_day=date.fromisoformat(day), percent=Decimal(rate)) for day, rate in quoted.items())


class InterestPolicy(Policy):
    """Penalty interest: the contract's rate, else a published one with a markup; simple, by day."""

    NAME: ClassVar[str] = "interest"

    published: tuple[DatedRate, ...] = Field(default_factory=_published, min_length=1)
    """Oldest first; the first also holds for the days before it."""
    markup_percent: Quantity = Decimal(50)
    """On the published rate; customary are 30 to 50."""
    days_of_year: Literal[360, 365] = 365
    charged: Literal["on_settlement", "on_request"] = "on_settlement"
    smallest_charge: Quantity = Decimal(1)
    """Less than this is not charged: a letter about it costs more."""
    smallest_charges: dict[Currency, Quantity] = Field(default_factory=_small_differences)
    """The same in currencies where that would be nothing, or much."""

    def smallest(self, currency: str) -> Decimal:
        """The smallest charge in a currency."""
        return self.smallest_charges.get(currency, self.smallest_charge)

    @model_validator(mode="after")
    def _dates_rise(self) -> "InterestPolicy":
        if any(later.from_day <= earlier.from_day for earlier, later in pairwise(self.published)):
            raise ValueError("the published rates must stand with the oldest first, one a day")
        return self


class Quotation(PolicyPart):
    """One unit of ``currency`` is ``rate`` units of ``into``, from a day on until the next quotation of the pair."""

    currency: Currency
    into: Currency
    from_day: Day
    rate: Decimal = Field(gt=0, max_digits=28, decimal_places=10)


class ExchangePolicy(Policy):
    """Rates between currencies; without one, amounts of another currency stay outside the exposure."""

    NAME: ClassVar[str] = "exchange"

    quotations: tuple[Quotation, ...] = ()
    settles_other_currencies: bool = True
    """Whether money settles an invoice of another currency that it names, at the rate of its day; else a person decides."""
    difference_max_percent: Percent = Decimal(5)
    """Of what is open: money that differs by at most this settles it, and the difference is an exchange gain or loss."""

    @model_validator(mode="after")
    def _each_once(self) -> "ExchangePolicy":
        keys = [(each.currency, each.into, each.from_day) for each in self.quotations]
        if any(each.currency == each.into for each in self.quotations):
            raise ValueError("a quotation is between two different currencies")
        if len(set(keys)) < len(keys):
            raise ValueError("a pair of currencies is quoted once a day")
        return self
