"""Part of Olist's marketplace: orders with what was delivered, cancelled, invoiced, paid and rated.

Timestamps carry no zone in the files and are taken as UTC. The customer is ``customer_unique_id``: ``customer_id`` is
new for every order. An order that says both "delivered on" and "canceled" becomes both facts. What was paid becomes
one invoice at the approval of the order, due the same day, and one payment for each payment row. products.csv and
sellers.csv are reference data.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from contracts import Event, erp
from standing.facts.fact import DataSet, Fact, FileTally, fact_as_it_is, in_time_order
from standing.facts.table import Row, date_text, decimal_of, first_of, moment_of, prefixed, rows_of

NAME = "olist"
SOURCE = "/import/olist"
CURRENCY = "BRL"
TIMESTAMP = "%Y-%m-%d %H:%M:%S"
CANCELLED = ("canceled", "unavailable")
PURCHASED, APPROVED, SHIPPED = "order_purchase_timestamp", "order_approved_at", "order_delivered_carrier_date"
DELIVERED, PROMISED = "order_delivered_customer_date", "order_estimated_delivery_date"
COLUMNS = {
    "orders.csv": ("order_id", "customer_id", "order_status", PURCHASED, APPROVED, SHIPPED, DELIVERED, PROMISED),
    "order_items.csv": ("order_id", "product_id", "price", "freight_value"),
    "order_payments.csv": ("order_id", "payment_sequential", "payment_type", "payment_value"),
    "order_reviews.csv": ("review_id", "order_id", "review_score", "review_answer_timestamp"),
    "customers.csv": ("customer_id", "customer_unique_id", "customer_state"),
}

NO_ORDER = "its order is not in orders.csv"
UNUSED_CUSTOMER = "no order in orders.csv uses this row"
NOTHING_TO_PAY = "nothing to pay: the value is 0"
NEVER_APPROVED = "the order was never approved, so nothing was collected"


@dataclass(slots=True)
class Coverage:
    """What became of each row: the references that are part of some fact, and of the others reference → reason."""

    covered: set[str] = field(default_factory=set)
    uncovered: dict[str, str] = field(default_factory=dict)

    def of_file(self, name: str, rows: list[Row], facts: list[Fact]) -> FileTally:
        references = {row.reference for row in rows}
        return FileTally(
            rows=len(rows),
            facts=sum(fact.id.startswith(f"{name}#") for fact in facts),
            rows_in_facts=len(references & self.covered),
            without_fact=Counter(reason for row, reason in self.uncovered.items() if row in references),
        )


@dataclass(frozen=True, slots=True)
class Order:
    """The rows of one order; the customer's id and region are empty where customers.csv does not have it."""

    row: Row
    customer_id: str
    region: str
    items: list[Row]
    payments: list[Row]
    purchased_at: datetime

    def fact(self, type: type[Event], at: str, values: Mapping[str, Any], row: Row | None = None) -> Fact:
        """A fact of this order at the time in column ``at`` (the purchase where that cannot be read)."""
        time = moment_of(self.row[at], TIMESTAMP) or self.purchased_at
        values = {"order_id": self.row["order_id"], "customer_id": self.customer_id, **values}
        id = f"{(row or self.row).reference}:{type.__name__}"
        return fact_as_it_is(type, values, SOURCE, id, self.customer_id, time)


def read(folder: Path) -> DataSet:
    """The data set of the folder that holds the files of COLUMNS; raises FileNotFoundError or ValueError as they do."""
    tables = {name: rows_of(folder / name, columns) for name, columns in COLUMNS.items()}
    coverage = Coverage()
    orders = _orders(tables, coverage)
    facts = [fact for order in orders for fact in _facts(order, coverage)]
    customers = {order.row["order_id"]: order.customer_id for order in orders}
    start = first_of(order.purchased_at for order in orders)
    for review in tables["order_reviews.csv"]:
        coverage.covered.add(review.reference)
        facts.append(_review(review, customers.get(review["order_id"], ""), start))
    facts = in_time_order(facts)
    files = {name: coverage.of_file(name, rows, facts) for name, rows in tables.items()}
    return DataSet(NAME, sum(file.rows for file in files.values()), facts, files)


def _orders(tables: dict[str, list[Row]], coverage: Coverage) -> list[Order]:
    items, payments = _by_order(tables["order_items.csv"]), _by_order(tables["order_payments.csv"])
    customers = {row["customer_id"]: row for row in tables["customers.csv"]}
    rows = tables["orders.csv"]
    start = first_of(moment_of(row[PURCHASED], TIMESTAMP) for row in rows)
    orders = []
    for row in rows:
        customer = customers.get(row["customer_id"])
        if customer is not None:
            coverage.covered.add(customer.reference)
        orders.append(
            Order(
                row,
                customer_id=customer["customer_unique_id"] if customer else "",
                region=customer["customer_state"] if customer else "",
                items=items.pop(row["order_id"], []),
                payments=payments.pop(row["order_id"], []),
                purchased_at=moment_of(row[PURCHASED], TIMESTAMP) or start,
            )
        )
    left_over = [row for group in (*items.values(), *payments.values()) for row in group]
    coverage.uncovered.update((row.reference, NO_ORDER) for row in left_over)
    unused = (row.reference for row in tables["customers.csv"] if row.reference not in coverage.covered)
    coverage.uncovered.update((reference, UNUSED_CUSTOMER) for reference in unused)
    return orders


def _facts(order: Order, coverage: Coverage) -> Iterator[Fact]:
    row = order.row
    coverage.covered.update((row.reference, *(item.reference for item in order.items)))
    yield order.fact(erp.OrderSubmitted, PURCHASED, _submitted(order))
    yield from _money(order, coverage)
    if row[DELIVERED]:
        yield order.fact(erp.OrderDelivered, DELIVERED, {"delivered_on": date_text(row[DELIVERED], TIMESTAMP)})
    if row["order_status"] in CANCELLED:
        # The files do not say when: the last thing known to have happened to the order is the closest.
        known = [c for c in (PURCHASED, APPROVED, SHIPPED, DELIVERED) if moment_of(row[c], TIMESTAMP)]
        last = max(known, key=lambda column: row[column], default=PURCHASED)
        yield order.fact(erp.OrderCancelled, last, {"cancelled_on": date_text(row[last], TIMESTAMP)})


def _submitted(order: Order) -> dict[str, Any]:
    values: dict[str, Any] = {
        "ordered_on": date_text(order.row[PURCHASED], TIMESTAMP),
        "currency": CURRENCY,
        "lines": [
            {"item_id": item["product_id"], "quantity": "1", "unit_price": item["price"]} for item in order.items
        ],
        "total": str(
            _sum(order.items, "price") + _sum(order.items, "freight_value")
            if order.items
            else _sum(order.payments, "payment_value")
        ),
        "requested_on": date_text(order.row[PROMISED], TIMESTAMP) or None,
        "region": order.region or None,
    }
    return values


def _money(order: Order, coverage: Coverage) -> Iterator[Fact]:
    """The invoice, and a payment for each row that says more than 0 (or nothing readable, for the service to park)."""
    approved_on = date_text(order.row[APPROVED], TIMESTAMP)
    total = _sum(order.payments, "payment_value")
    invoice_id = prefixed("INV-", order.row["order_id"])
    if approved_on and total > 0:
        values = {"issued_on": approved_on, "due_on": approved_on, "amount": str(total), "currency": CURRENCY}
        yield order.fact(erp.InvoiceIssued, APPROVED, {"invoice_id": invoice_id, **values})
    for row in order.payments:
        if decimal_of(row["payment_value"]) == 0:
            coverage.uncovered[row.reference] = NOTHING_TO_PAY
        elif not approved_on:
            coverage.uncovered[row.reference] = NEVER_APPROVED
        else:
            coverage.covered.add(row.reference)
            values = {
                "payment_id": f"PAY-{order.row['order_id']}-{row['payment_sequential']}",
                "invoice_id": invoice_id,
                "amount": row["payment_value"],
                "currency": CURRENCY,
                "paid_on": approved_on,
                "method": row["payment_type"],
            }
            yield order.fact(erp.PaymentReceived, APPROVED, values, row)


def _review(row: Row, customer_id: str, start: datetime) -> Fact:
    values = {
        # One review id answers for several orders in the files; with the order it is unique.
        "survey_id": f"{row['review_id']}-{row['order_id']}",
        "customer_id": customer_id,
        "answered_on": date_text(row["review_answer_timestamp"], TIMESTAMP),
        "kind": "rating",
        "answers": {"rating": row["review_score"]},
        "order_id": row["order_id"],
    }
    time = moment_of(row["review_answer_timestamp"], TIMESTAMP) or start
    return fact_as_it_is(erp.SurveyAnswered, values, SOURCE, f"{row.reference}:SurveyAnswered", customer_id, time)


def _by_order(rows: list[Row]) -> dict[str, list[Row]]:
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        groups[row["order_id"]].append(row)
    return groups


def _sum(rows: list[Row], column: str) -> Decimal:
    """The sum of the readable numbers; an unreadable one stays in its own fact, for the service to park."""
    return sum((decimal_of(row[column]) or Decimal(0) for row in rows), Decimal(0))
