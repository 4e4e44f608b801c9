"""What a customer orders, and the facts of an order and of its money."""

from dataclasses import dataclass
from decimal import Decimal
from random import Random

from contracts import Event, erp
from standing.facts.demo.calendar import date_of, sent_at
from standing.facts.demo.cast import CNY_PER_USD, PRODUCTS, Customer
from standing.facts.fact import Fact, fact_of

SOURCE = "/demo/erp"
FINANCE_SOURCE = "/demo/finance"
SURVEY_SOURCE = "/demo/crm"
CENT = Decimal("0.01")
COST_SHARE = Decimal("0.7")
RATINGS = {0: (1, 2, 6, 31, 60), 1: (12, 20, 34, 24, 10)}
"""Weights of the ratings 1–5 of an order that came in time (0) and of one that came late (1)."""
CSI_TOPICS = ("product", "service", "purchase", "price", "supply")


@dataclass(frozen=True, slots=True)
class Order:
    """An order of the demo; ``total`` in the customer's currency, ``ordered`` and ``requested`` are day numbers."""

    id: str
    customer: Customer
    lines: tuple[erp.OrderLine, ...]
    ordered: int
    requested: int

    @property
    def total(self) -> Decimal:
        return sum((line.quantity * line.unit_price for line in self.lines), Decimal(0))

    @property
    def invoice_id(self) -> str:
        return self.id.replace("SO-", "INV-")


def new_order(customer: Customer, number: int, day: int, random: Random) -> Order:
    """An order of around the customer's usual value: one to four products, in whole units."""
    products = random.sample(PRODUCTS, random.randint(1, 4))
    value = customer.size.order * random.lognormvariate(-0.06, 0.35)
    lines = []
    for product in products:
        price = product.price if customer.currency == "CNY" else (product.price / CNY_PER_USD).quantize(CENT)
        units = max(1, round(value / len(products) / float(product.price)))
        cost = (price * COST_SHARE).quantize(CENT)
        lines.append(erp.OrderLine(item_id=product.id, quantity=Decimal(units), unit_price=price, unit_cost=cost))
    id = f"SO-{customer.id.removeprefix('C-')}-{number:04d}"
    return Order(id, customer, tuple(lines), day, requested=day + random.randint(4, 12))


class Clerk:
    """Writes the facts of one customer, each sent in the working hours of its day; ``facts`` are not sorted."""

    def __init__(self, customer: Customer, random: Random) -> None:
        self.customer = customer
        self.random = random
        self.facts: list[Fact] = []

    def submitted(self, order: Order) -> None:
        event = erp.OrderSubmitted(
            order_id=order.id,
            customer_id=self.customer.id,
            ordered_on=date_of(order.ordered),
            currency=self.customer.currency,
            lines=order.lines,
            total=order.total,
            requested_on=date_of(order.requested),
            region=self.customer.region,
        )
        self._send(event, SOURCE, f"{order.id}-submitted", order.ordered)

    def delivered(self, order: Order, day: int) -> None:
        event = erp.OrderDelivered(order_id=order.id, customer_id=self.customer.id, delivered_on=date_of(day))
        self._send(event, SOURCE, f"{order.id}-delivered", day)

    def cancelled(self, order: Order, day: int) -> None:
        event = erp.OrderCancelled(order_id=order.id, customer_id=self.customer.id, cancelled_on=date_of(day))
        self._send(event, SOURCE, f"{order.id}-cancelled", day)

    def invoiced(self, order: Order, day: int) -> None:
        event = erp.InvoiceIssued(
            invoice_id=order.invoice_id,
            customer_id=self.customer.id,
            order_id=order.id,
            issued_on=date_of(day),
            due_on=date_of(day + self.customer.size.terms),
            amount=order.total,
            currency=self.customer.currency,
        )
        self._send(event, FINANCE_SOURCE, order.invoice_id, day)

    def returned(self, order: Order, amount: Decimal, day: int) -> None:
        event = erp.OrderReturned(
            return_id=f"RET-{order.id.removeprefix('SO-')}",
            order_id=order.id,
            customer_id=self.customer.id,
            returned_on=date_of(day),
            amount=amount,
            currency=self.customer.currency,
            reason="does not fit",
        )
        self._send(event, SOURCE, event.return_id, day)

    def credited(self, order: Order, amount: Decimal, day: int) -> None:
        event = erp.CreditNoteIssued(
            credit_note_id=order.invoice_id.replace("INV-", "CN-"),
            customer_id=self.customer.id,
            invoice_id=order.invoice_id,
            issued_on=date_of(day),
            amount=amount,
            currency=self.customer.currency,
            reason="returned goods",
        )
        self._send(event, FINANCE_SOURCE, event.credit_note_id, day)

    def paid(self, payment_id: str, amount: Decimal, day: int, method: str, invoice_id: str | None) -> None:
        event = erp.PaymentReceived(
            payment_id=payment_id,
            customer_id=self.customer.id,
            invoice_id=invoice_id,
            amount=amount,
            currency=self.customer.currency,
            paid_on=date_of(day),
            method=method,
        )
        self._send(event, FINANCE_SOURCE, payment_id, day)

    def bounced(self, payment_id: str, face_amount: Decimal, day: int) -> None:
        event = erp.ChequeBounced(
            payment_id=payment_id,
            customer_id=self.customer.id,
            bounced_on=date_of(day),
            face_amount=face_amount,
            currency=self.customer.currency,
        )
        self._send(event, FINANCE_SOURCE, f"{payment_id}-bounced", day)

    def refunded(self, payment_id: str, amount: Decimal, day: int) -> None:
        event = erp.PaymentRefunded(
            refund_id=payment_id.replace("PAY-", "RF-"),
            customer_id=self.customer.id,
            payment_id=payment_id,
            amount=amount,
            currency=self.customer.currency,
            refunded_on=date_of(day),
            reason="paid twice",
        )
        self._send(event, FINANCE_SOURCE, event.refund_id, day)

    def rated(self, order: Order, day: int, late: bool) -> None:
        score = self.random.choices(range(1, 6), RATINGS[late])[0]
        event = erp.SurveyAnswered(
            survey_id=f"RATE-{order.id.removeprefix('SO-')}",
            customer_id=self.customer.id,
            answered_on=date_of(day),
            kind="rating",
            answers={"rating": Decimal(score)},
            order_id=order.id,
        )
        self._send(event, SURVEY_SOURCE, event.survey_id, day)

    def surveyed(self, day: int) -> None:
        """A customer satisfaction survey: each topic of the indicator tree on 1–10."""
        event = erp.SurveyAnswered(
            survey_id=f"CSI-{self.customer.id.removeprefix('C-')}-{date_of(day):%Y%m}",
            customer_id=self.customer.id,
            answered_on=date_of(day),
            kind="csi",
            answers={topic: Decimal(self.random.randint(5, 10)) for topic in CSI_TOPICS},
        )
        self._send(event, SURVEY_SOURCE, event.survey_id, day)

    def _send(self, event: Event, source: str, id: str, day: int) -> None:
        self.facts.append(fact_of(event, source, id, self.customer.id, sent_at(day, self.random)))
