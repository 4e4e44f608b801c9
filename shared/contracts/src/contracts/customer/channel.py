"""The sales channel: rebates of distributors, and goods diverted to other regions."""

from typing import ClassVar, Literal

from pydantic import Field

from contracts.envelope import Event
from contracts.fields import Amount, Count, Currency, Day, Id, Percent, PositiveAmount, Text

DiversionKind = Literal["natural", "benign", "malicious"]
RebateForm = Literal["price", "goods"]


class DistributorAuthorised(Event):
    """A customer may sell in these regions."""

    TYPE: ClassVar[str] = "customer.DistributorAuthorised"
    customer_id: Id
    regions: tuple[Id, ...]
    region_manager: Id
    authorised_on: Day
    rebate_due_on: Day | None = None


class UnitShipped(Event):
    """A coded unit was shipped to a distributor for its region; it may not be sold below ``floor_price``.

    ``lot_id`` of ``item_id`` is the lot that it is of, where that is known.
    """

    TYPE: ClassVar[str] = "customer.UnitShipped"
    unit_code: Id
    customer_id: Id
    region: Id
    shipped_on: Day
    region_manager: Id
    floor_price: Amount | None = None
    currency: Currency | None = None
    item_id: Id | None = None
    lot_id: Id | None = None


class UnitScanned(Event):
    """A coded unit was scanned in its own region; ``tampered`` is None for scans that do not say so."""

    TYPE: ClassVar[str] = "customer.UnitScanned"
    scan_id: Id
    unit_code: Id
    customer_id: Id | None = None
    region: Id
    scanned_on: Day
    tampered: bool | None = None
    price: Amount | None = None
    currency: Currency | None = None


class DiversionSuspected(Event):
    """A unit was scanned outside the region it was shipped for; ``kind`` by rule, ``repeats`` within 12 months.

    ``tampered`` and the ``price`` it sold for are None for scans that do not say so.
    """

    TYPE: ClassVar[str] = "customer.DiversionSuspected"
    scan_id: Id
    unit_code: Id
    customer_id: Id
    authorised_region: Id
    scanned_in: Id
    scanned_on: Day
    kind: DiversionKind
    because: Text
    region_manager: Id
    repeats: Count
    policy_version: int
    tampered: bool | None = None
    price: Amount | None = None
    currency: Currency | None = None


class RebateAccrued(Event):
    """The rebate that a distributor's purchases of a period earned, before it is known how fast they are paid."""

    TYPE: ClassVar[str] = "customer.RebateAccrued"
    rebate_id: Id
    customer_id: Id
    period: Id
    period_ends_on: Day
    purchases: Amount
    rate: Percent
    amount: Amount
    currency: Currency
    form: RebateForm
    because: Text
    policy_version: int
    next_due_on: Day | None = None


class RebatePaid(Event):
    """The part of an accrued rebate that is paid out, by the days of collection; 0 when the payment came too late."""

    TYPE: ClassVar[str] = "customer.RebatePaid"
    rebate_id: Id
    customer_id: Id
    accrued: PositiveAmount
    collection_days: int = Field(ge=0)
    payout: Percent
    amount: Amount
    currency: Currency
    paid_on: Day
    because: Text
    policy_version: int


EVENTS: tuple[type[Event], ...] = (
    DistributorAuthorised,
    UnitShipped,
    UnitScanned,
    DiversionSuspected,
    RebateAccrued,
    RebatePaid,
)
