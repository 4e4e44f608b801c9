"""Facts that other enterprise systems (ERP, MES, WMS, finance) put on the ``erp.*`` topics."""

from decimal import Decimal
from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, ValidationInfo, model_validator

from contracts.envelope import Event, Part
from contracts.erp_contracts import ContractCancelled as ContractCancelled
from contracts.erp_contracts import ContractChanged as ContractChanged
from contracts.erp_contracts import ContractInstalment as ContractInstalment
from contracts.erp_contracts import ContractSigned as ContractSigned
from contracts.erp_invoices import Instalment as Instalment
from contracts.erp_invoices import InvoiceIssued as InvoiceIssued
from contracts.erp_lines import OrderLine as OrderLine
from contracts.erp_service import ServiceFeeCharged as ServiceFeeCharged
from contracts.fields import (
    NO_CONTROLS,
    Amount,
    AmountNotNegative,
    Answer,
    Count,
    Currency,
    Day,
    Id,
    PositiveAmount,
    Quantity,
    Text,
)
from contracts.lots import LotBuilt as LotBuilt
from contracts.lots import LotQuantity as LotQuantity
from contracts.lots import LotRef as LotRef
from contracts.lots import SubLot as SubLot
from contracts.money_fact import MoneyFact, refuse_worth

Severity = Literal["critical", "major", "minor"]
Responsibility = Literal["supplier", "own", "undetermined"]
ClearedBy = Literal["offset", "payment", "cancelled"]
"""How finance cleared a note: against invoices, by a payment, or not at all because it was cancelled."""
CaseKind = Literal["uncooperative", "criticism", "site_criticism"]
"""How a supplier failed to cooperate: it did not cooperate, was criticised formally, or criticised on site."""


class GoodsReceived(MoneyFact):
    """A lot arrived from a supplier (erp.deliveries); a ``quantity`` of 0 tells a reversal, which is no lot.

    ``ordered_quantity`` is what was ordered for the promised day; a smaller ``quantity`` is a part of it. ``sub_lots`` are the lots of
    the supplier's own suppliers that it was made of, as far as the supplier names them.
    """

    TYPE: ClassVar[str] = "erp.GoodsReceived"
    DATED: ClassVar[str] = "received_on"
    delivery_id: Id
    supplier_id: Id
    item_id: Id
    lot_id: Id
    quantity: Quantity
    promised_on: Day
    received_on: Day
    unit_price: Amount
    standard_price: Amount | None = None
    currency: Currency
    plant_id: Id | None = None
    lowest_price: Annotated[Amount | None, Field(description="the lowest price of any source of the item")] = None
    ordered_quantity: Quantity | None = None
    sub_lots: tuple[SubLot, ...] = ()

    @model_validator(mode="after")
    def _worth_fits(self, info: ValidationInfo) -> Self:
        for price in (self.unit_price, self.standard_price, self.lowest_price):
            refuse_worth(self.quantity, price or Decimal(0), info)
        return self


class Defect(Part):
    code: Id
    severity: Severity
    quantity: Quantity
    responsibility: Responsibility


class InspectionCompleted(Event):
    """A lot was inspected, at any stage from incoming to the field (erp.inspections)."""

    TYPE: ClassVar[str] = "erp.InspectionCompleted"
    inspection_id: Id
    supplier_id: Id
    item_id: Id
    lot_id: Id
    stage: Literal["incoming", "in_process", "final", "field"]
    lot_quantity: Quantity
    result: Literal["accepted", "rejected", "concession"]
    defects: tuple[Defect, ...] = ()
    line_stop_minutes: Count = 0
    inspected_on: Day
    plant_id: Id | None = None


class SupplierCaseReported(Event):
    """A supplier did not cooperate or was criticised (erp.inspections)."""

    TYPE: ClassVar[str] = "erp.SupplierCaseReported"
    case_id: Id
    supplier_id: Id
    kind: CaseKind
    happened_on: Day
    item_id: Id | None = None
    plant_id: Id | None = None
    note: Text = ""


class SupplierNoteCleared(MoneyFact):
    """Finance cleared a note of a supplier, or a part of it (erp.payables), at the latest on the day of the message's ``ce_time``."""

    TYPE: ClassVar[str] = "erp.SupplierNoteCleared"
    DATED: ClassVar[str] = "cleared_on"
    note_id: Annotated[str, Field(min_length=1, max_length=120, pattern=NO_CONTROLS)]
    supplier_id: Id
    cleared_on: Day
    amount: PositiveAmount
    currency: Currency
    how: ClearedBy


class OrderSubmitted(MoneyFact):
    """A customer ordered (erp.orders); as many lines as fit into a message."""

    TYPE: ClassVar[str] = "erp.OrderSubmitted"
    DATED: ClassVar[str] = "ordered_on"
    order_id: Id
    customer_id: Id
    ordered_on: Day
    currency: Currency
    lines: tuple[OrderLine, ...] = ()
    total: AmountNotNegative
    requested_on: Day | None = None
    region: Id | None = None


class OrderDelivered(Event):
    """An order reached the customer (erp.orders), with these ``lots`` of its items as far as the warehouse knows them."""

    TYPE: ClassVar[str] = "erp.OrderDelivered"
    order_id: Id
    customer_id: Id
    delivered_on: Day
    lots: tuple[LotQuantity, ...] = ()


class OrderCancelled(Event):
    """An order was cancelled (erp.orders)."""

    TYPE: ClassVar[str] = "erp.OrderCancelled"
    order_id: Id
    customer_id: Id
    cancelled_on: Day


class OrderReturned(MoneyFact):
    """Goods of an order were returned (erp.orders); ``amount`` is their sales price.

    ``order_id`` is left out where the till does not know which order they were of, and ``lots`` where nobody looked at their numbers.
    """

    TYPE: ClassVar[str] = "erp.OrderReturned"
    DATED: ClassVar[str] = "returned_on"
    return_id: Id
    order_id: Id | None = None
    customer_id: Id
    returned_on: Day
    amount: PositiveAmount
    currency: Currency
    reason: Id
    lots: tuple[LotQuantity, ...] = ()


class SurveyAnswered(Event):
    """A customer answered a survey or rated an order (erp.surveys). ``answers``: question → score."""

    TYPE: ClassVar[str] = "erp.SurveyAnswered"
    survey_id: Id
    customer_id: Id
    answered_on: Day
    kind: Literal["csi", "servqual", "kano", "rating"]
    answers: dict[Id, Answer]
    order_id: Id | None = None


class Allocation(Part):
    """The part of a payment that goes to one invoice."""

    invoice_id: Id
    amount: PositiveAmount


class CreditNoteIssued(MoneyFact):
    """A customer owes less without a payment: goods were returned or a price was corrected (erp.invoices)."""

    TYPE: ClassVar[str] = "erp.CreditNoteIssued"
    DATED: ClassVar[str] = "issued_on"
    credit_note_id: Id
    customer_id: Id
    invoice_id: Id | None = None
    issued_on: Day
    amount: PositiveAmount
    currency: Currency
    reason: Id | None = None


class PaymentReceived(MoneyFact):
    """A customer paid (erp.payments); money for an ``order_id`` that names no invoice waits for those of the order.

    ``allocations`` name the invoices that it pays; what they leave goes to ``invoice_id``, and without one to the oldest invoices.
    ``agency_payment_id``: of money that a collection agency passed on, the debtor's payment as ``credit.AgencySettled`` told it
    (``payment_id``); it is that payment, and no second one.
    """

    TYPE: ClassVar[str] = "erp.PaymentReceived"
    DATED: ClassVar[str] = "paid_on"
    payment_id: Id
    customer_id: Id
    invoice_id: Id | None = None
    amount: PositiveAmount
    currency: Currency
    paid_on: Day
    method: Id
    allocations: tuple[Allocation, ...] = ()
    order_id: Id | None = None
    agency_payment_id: Id | None = None

    @model_validator(mode="after")
    def _allocations_fit(self) -> Self:
        if (total := sum((each.amount for each in self.allocations), Decimal(0))) > self.amount:
            raise ValueError(f"the allocations add up to {total:f}; the payment is {self.amount:f} {self.currency}")
        if len({each.invoice_id for each in self.allocations}) != len(self.allocations):
            raise ValueError("the allocations name an invoice twice; give each invoice one amount")
        return self


class PaymentRefunded(MoneyFact):
    """Money that a customer had paid too much was paid back to it (erp.payments); ``payment_id``: of which payment, if known."""

    TYPE: ClassVar[str] = "erp.PaymentRefunded"
    DATED: ClassVar[str] = "refunded_on"
    refund_id: Id
    customer_id: Id
    payment_id: Id | None = None
    amount: PositiveAmount
    currency: Currency
    refunded_on: Day
    reason: Id | None = None


class ChequeBounced(MoneyFact):
    """A cheque came back unpaid (erp.payments)."""

    TYPE: ClassVar[str] = "erp.ChequeBounced"
    DATED: ClassVar[str] = "bounced_on"
    payment_id: Id
    customer_id: Id
    bounced_on: Day
    face_amount: PositiveAmount
    currency: Currency


TOPICS: dict[str, tuple[type[Event], ...]] = {
    "erp.deliveries": (GoodsReceived,),
    "erp.inspections": (InspectionCompleted, SupplierCaseReported),
    "erp.stock": (LotBuilt,),
    "erp.orders": (OrderSubmitted, OrderDelivered, OrderCancelled, OrderReturned),
    "erp.surveys": (SurveyAnswered,),
    "erp.invoices": (InvoiceIssued, CreditNoteIssued),
    "erp.payables": (SupplierNoteCleared,),
    "erp.payments": (PaymentReceived, PaymentRefunded, ChequeBounced),
    "erp.contracts": (ContractSigned, ContractChanged, ContractCancelled),
    "erp.service": (ServiceFeeCharged,),
}
EVENTS: tuple[type[Event], ...] = tuple(event for events in TOPICS.values() for event in events)
