"""Facts that no service can take, one of each kind, and why each must be parked.

Each has a partner of its own: what is parked holds back the later facts of its key, and these shall hold back nobody.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

from contracts import Event, erp
from standing.facts.demo.calendar import date_of, sent_at
from standing.facts.fact import TOPIC_OF, Fact

SOURCE = "/demo/legacy"
Values = dict[str, Any]
"""The data of an event before it is JSON."""


@dataclass(frozen=True, slots=True)
class Flaw:
    """``spoil`` turns the data of a good ``event`` into the bytes sent; ``type`` is sent instead of its own."""

    reason: str
    event: type[Event]
    spoil: Callable[[Values], bytes]
    type: str | None = None


def _json(values: Any) -> bytes:
    return json.dumps(values).encode()


def _with(**changes: Any) -> Callable[[Values], bytes]:
    return lambda values: _json(values | changes)


FLAWS = (
    Flaw("The data is not JSON: it ends in the middle of the object.", erp.GoodsReceived, lambda v: _json(v)[:-12]),
    Flaw("The data is not text in UTF-8.", erp.InspectionCompleted, lambda v: b"\xff\xfe" + _json(v)),
    Flaw("The data is a list, not an object.", erp.OrderSubmitted, lambda v: _json([v])),
    Flaw(
        "The field supplier_id is missing.",
        erp.GoodsReceived,
        lambda v: _json({name: value for name, value in v.items() if name != "supplier_id"}),
    ),
    Flaw("No event type is called erp.GoodsTeleported.", erp.GoodsReceived, _json, type="erp.GoodsTeleported"),
    Flaw("The lot_quantity is a list, not a decimal number.", erp.InspectionCompleted, _with(lot_quantity=["12"])),
    Flaw(
        "The severity catastrophic is none of critical, major, minor.",
        erp.InspectionCompleted,
        _with(defects=[{"code": "D-X", "severity": "catastrophic", "quantity": "1", "responsibility": "supplier"}]),
    ),
    Flaw("The order_id holds a NUL character.", erp.OrderDelivered, _with(order_id="SO-9\x00")),
    Flaw("The survey_id is empty.", erp.SurveyAnswered, _with(survey_id="")),
    Flaw("The amount is NaN, not a number.", erp.InvoiceIssued, _with(amount="NaN")),
    Flaw("QQQ is not an ISO 4217 currency code.", erp.InvoiceIssued, _with(currency="QQQ")),
    Flaw("The paid_on 2013-02-30 is not a date.", erp.PaymentReceived, _with(paid_on="2013-02-30")),
    Flaw("The amount of a payment must be greater than 0.", erp.PaymentReceived, _with(amount="-50.00")),
)  # fmt: skip


def facts(days: int, seed: str) -> Iterator[tuple[Fact, str]]:
    """Every flaw once, spread evenly over the days, with the sentence that says why it must be parked."""
    random = Random(f"{seed}:malformed")
    for number, flaw in enumerate(FLAWS, start=1):
        day = days * number // (len(FLAWS) + 1)
        key = f"X-{number:03d}"
        data = flaw.spoil(good_values(flaw.event, key, date_of(day)))
        type = flaw.type or flaw.event.TYPE
        yield (
            Fact(TOPIC_OF[flaw.event.TYPE], f"malformed-{number:03d}", SOURCE, type, key, sent_at(day, random), data),
            flaw.reason,
        )


def good_values(event: type[Event], partner: str, on: date) -> Values:
    """Valid data for ``event``, about ``partner``, so that nothing but the flaw is wrong with it."""
    day, due = on.isoformat(), (on + timedelta(days=30)).isoformat()
    money = {"amount": "1200.00", "currency": "CNY"}
    lot = {"item_id": "MAT-01", "lot_id": f"LOT-{partner}"}
    order_line = {"item_id": "PRD-01", "quantity": "2", "unit_price": "45.00"}
    supplier, customer = {"supplier_id": partner}, {"customer_id": partner}
    good: dict[type[Event], Values] = {
        erp.GoodsReceived: supplier
        | lot
        | {"delivery_id": f"DEL-{partner}", "quantity": "100", "unit_price": "4.20", "currency": "CNY"}
        | {"promised_on": day, "received_on": day},
        erp.InspectionCompleted: supplier
        | lot
        | {"inspection_id": f"INS-{partner}", "stage": "incoming", "lot_quantity": "100", "result": "accepted"}
        | {"inspected_on": day},
        erp.OrderSubmitted: customer
        | {"order_id": f"SO-{partner}", "ordered_on": day, "currency": "CNY", "lines": [order_line], "total": "90.00"},
        erp.OrderDelivered: customer | {"order_id": f"SO-{partner}", "delivered_on": day},
        erp.SurveyAnswered: customer
        | {"survey_id": f"RATE-{partner}", "answered_on": day, "kind": "rating", "answers": {"rating": "4"}},
        erp.InvoiceIssued: customer | money | {"invoice_id": f"INV-{partner}", "issued_on": day, "due_on": due},
        erp.PaymentReceived: customer
        | money
        | {"payment_id": f"PAY-{partner}", "invoice_id": None, "paid_on": day, "method": "transfer"},
    }
    return good[event]
