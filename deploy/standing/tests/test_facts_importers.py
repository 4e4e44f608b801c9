"""The public data sets, counted again with nothing but the csv module; and what becomes of bad rows."""

import csv
import json
from collections import Counter, defaultdict
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from contracts import erp
from standing.facts import IMPORTERS, DataSet, Fact, datasets_folder, supplier_quality

EVENT_OF = {event.TYPE: event for event in erp.EVENTS}
FOLDER = datasets_folder()
needs_files = pytest.mark.skipif(
    FOLDER is None,
    reason="the public data sets are not in the repository: name their folder in STANDING_DATASETS",
)


def folder(name: str) -> Path:
    assert FOLDER is not None
    return FOLDER / name


def records(name: str, file: str) -> list[dict[str, str]]:
    with (folder(name) / file).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def data_of(facts: Iterable[Fact], type: str) -> list[dict[str, Any]]:
    return [json.loads(fact.data) for fact in facts if fact.type == type]


def assert_accounted(data_set: DataSet) -> None:
    for tally in data_set.files.values():
        assert tally.rows == tally.rows_in_facts + sum(tally.without_fact.values())
    assert data_set.rows == sum(tally.rows for tally in data_set.files.values())
    assert len(data_set.facts) == sum(tally.facts for tally in data_set.files.values())


@needs_files
@pytest.mark.parametrize("name", IMPORTERS)
def test_every_row_is_accounted_for_and_every_fact_is_valid_unique_and_in_order(name: str) -> None:
    data_set = IMPORTERS[name](folder(name))
    assert_accounted(data_set)
    assert len({(fact.source, fact.id) for fact in data_set.facts}) == len(data_set.facts)
    assert [fact.time for fact in data_set.facts] == sorted(fact.time for fact in data_set.facts)
    for fact in data_set.facts:
        event = EVENT_OF[fact.type].model_validate_json(fact.data)
        assert type(event) in erp.TOPICS[fact.topic]
        assert fact.key in (getattr(event, "supplier_id", None), getattr(event, "customer_id", None))
    assert IMPORTERS[name](folder(name)) == data_set


@needs_files
def test_each_defect_record_is_one_inspection() -> None:
    rows = records("supplier-quality", "metrics.csv")
    data_set = IMPORTERS["supplier-quality"](folder("supplier-quality"))
    assert data_set.rows == len(data_set.facts) == len(rows) == 6145
    inspections = data_of(data_set.facts, "erp.InspectionCompleted")
    severities = {"4.0": "critical", "3.0": "major", "1.0": "minor"}
    assert Counter(i["defects"][0]["severity"] for i in inspections) == Counter(
        severities[row["Defect Type ID"]] for row in rows
    )
    assert sum(i["line_stop_minutes"] for i in inspections) == sum(float(row["Downtime min"]) for row in rows)
    assert sum(int(i["lot_quantity"]) for i in inspections) == sum(float(row["Defect Qty"]) for row in rows)
    names = supplier_quality.names(folder("supplier-quality"))
    assert len(names) == 328
    assert {fact.key for fact in data_set.facts} <= set(names)


@needs_files
def test_an_inspection_leads_back_to_its_line() -> None:
    data_set = IMPORTERS["supplier-quality"](folder("supplier-quality"))
    fact = next(fact for fact in data_set.facts if fact.id == "metrics.csv#17")
    row = records("supplier-quality", "metrics.csv")[16]
    assert json.loads(fact.data)["inspection_id"] == "SQ-000017"
    assert json.loads(fact.data)["inspected_on"] == row["Date"] == fact.time.date().isoformat()
    assert fact.key == f"V-{float(row['Vendor ID']):.0f}"


@needs_files
def test_each_invoice_is_issued_and_settled_in_full() -> None:
    rows = records("accounts-receivable", "invoices.csv")
    data_set = IMPORTERS["accounts-receivable"](folder("accounts-receivable"))
    invoices = data_of(data_set.facts, "erp.InvoiceIssued")
    payments = data_of(data_set.facts, "erp.PaymentReceived")
    assert data_set.rows == len(rows) == len(invoices) == 2466
    assert len(payments) == sum(row["SettledDate"] != "" for row in rows)
    total = sum(Decimal(row["InvoiceAmount"]) for row in rows)
    assert sum(Decimal(invoice["amount"]) for invoice in invoices) == total
    assert {payment["invoice_id"]: payment["amount"] for payment in payments} == {
        row["invoiceNumber"]: row["InvoiceAmount"] for row in rows
    }


@needs_files
def test_olist_orders_payments_and_reviews_are_all_told() -> None:
    orders, items = records("olist", "orders.csv"), records("olist", "order_items.csv")
    payments, reviews = records("olist", "order_payments.csv"), records("olist", "order_reviews.csv")
    data_set = IMPORTERS["olist"](folder("olist"))
    sent = Counter(fact.type for fact in data_set.facts)
    assert sent["erp.OrderSubmitted"] == len(orders) == 8135
    assert sent["erp.OrderDelivered"] == sum(order["order_delivered_customer_date"] != "" for order in orders)
    assert sent["erp.OrderCancelled"] == sum(order["order_status"] in ("canceled", "unavailable") for order in orders)
    assert sent["erp.SurveyAnswered"] == len(reviews)
    approved = {order["order_id"] for order in orders if order["order_approved_at"]}
    paying = [p for p in payments if Decimal(p["payment_value"]) > 0]
    assert sent["erp.PaymentReceived"] == sum(p["order_id"] in approved for p in paying)
    assert sent["erp.InvoiceIssued"] == len({p["order_id"] for p in paying} & approved)
    without = data_set.files["order_payments.csv"].without_fact
    assert sorted(without.values()) == sorted(
        (len(payments) - len(paying), sum(p["order_id"] not in approved for p in paying))
    )
    lines = [line for order in data_of(data_set.facts, "erp.OrderSubmitted") for line in order["lines"]]
    assert len(lines) == len(items)
    assert sum(Decimal(line["unit_price"]) for line in lines) == sum(Decimal(item["price"]) for item in items)


@needs_files
def test_olist_totals_are_price_and_freight_or_what_was_paid_where_there_are_no_items() -> None:
    expected = defaultdict[str, Decimal](Decimal)
    for item in records("olist", "order_items.csv"):
        expected[item["order_id"]] += Decimal(item["price"]) + Decimal(item["freight_value"])
    with_items = set(expected)
    for payment in records("olist", "order_payments.csv"):
        if payment["order_id"] not in with_items:
            expected[payment["order_id"]] += Decimal(payment["payment_value"])
    orders = data_of(IMPORTERS["olist"](folder("olist")).facts, "erp.OrderSubmitted")
    assert {order["order_id"]: Decimal(order["total"]) for order in orders} == dict(expected)


BAD_INVOICES = """customerID,invoiceNumber,InvoiceDate,DueDate,InvoiceAmount,SettledDate,PaperlessBill
C-1,I-1,1/2/2013,2/1/2013,55.94,,Paper
C-1,I-2,2/30/2013,3/1/2013,NaN,13/45/2013,Paper
,I-3,1/5/2013,2/4/2013,12.00
"""


def test_bad_rows_are_sent_as_they_are(tmp_path: Path) -> None:
    (tmp_path / "invoices.csv").write_text(BAD_INVOICES, encoding="utf-8")
    data_set = IMPORTERS["accounts-receivable"](tmp_path)
    assert_accounted(data_set)
    facts = {fact.id: fact for fact in data_set.facts}
    assert set(facts) == {
        "invoices.csv#1:issued",
        "invoices.csv#2:issued",
        "invoices.csv#2:settled",
        "invoices.csv#3:issued",
    }
    erp.InvoiceIssued.model_validate_json(facts.pop("invoices.csv#1:issued").data)
    assert json.loads(facts["invoices.csv#2:issued"].data)["issued_on"] == "2/30/2013"
    assert facts["invoices.csv#3:issued"].key == "invoices.csv#3:issued"
    for fact in facts.values():
        with pytest.raises(ValidationError):
            EVENT_OF[fact.type].model_validate_json(fact.data)


OLIST_FILES = {
    "orders.csv": "order_id,customer_id,order_status,order_purchase_timestamp,order_approved_at,"
    "order_delivered_carrier_date,order_delivered_customer_date,order_estimated_delivery_date\n"
    "O-1,c1,delivered,2017-07-09 21:57:05,2017-07-09 22:10:13,,soon,2017-08-01 00:00:00\n"
    "O-2,nobody,canceled,2017-07-10 10:00:00,,2017-07-12 00:00:00,,2017-08-01 00:00:00\n",
    "order_items.csv": "order_id,product_id,price,freight_value\nO-1,p,ten,1.00\nO-9,p,1.00,1.00\n",
    "order_payments.csv": "order_id,payment_sequential,payment_type,payment_value\n"
    "O-1,1,voucher,0.00\nO-1,2,boleto,8.00\nO-1,3,boleto,much\nO-2,1,boleto,3.00\nO-9,1,boleto,1.00\n",
    "order_reviews.csv": "review_id,order_id,review_score,review_answer_timestamp\nR-1,O-9,4,2017-08-15 04:10:37\n",
    "customers.csv": "customer_id,customer_unique_id,customer_state\nc1,C-1,SP\nc2,C-2,RJ\n",
}


def test_rows_that_belong_to_nothing_are_counted_with_a_reason(tmp_path: Path) -> None:
    for name, text in OLIST_FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    data_set = IMPORTERS["olist"](tmp_path)
    assert_accounted(data_set)
    assert data_set.files["order_items.csv"].without_fact == {"its order is not in orders.csv": 1}
    assert data_set.files["customers.csv"].without_fact == {"no order in orders.csv uses this row": 1}
    assert data_set.files["order_payments.csv"].without_fact == {
        "nothing to pay: the value is 0": 1,
        "the order was never approved, so nothing was collected": 1,
        "its order is not in orders.csv": 1,
    }
    valid = []
    for fact in data_set.facts:
        try:
            EVENT_OF[fact.type].model_validate_json(fact.data)
        except ValidationError:
            continue
        valid.append(fact.id)
    assert valid == ["orders.csv#1:InvoiceIssued", "order_payments.csv#2:PaymentReceived"]
    cancelled = next(fact for fact in data_set.facts if fact.type == "erp.OrderCancelled")
    assert json.loads(cancelled.data)["cancelled_on"] == "2017-07-12"


def test_a_file_with_other_columns_is_refused_by_their_names(tmp_path: Path) -> None:
    (tmp_path / "invoices.csv").write_text("customer,invoice\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"invoices\.csv has no column DueDate, InvoiceAmount"):
        IMPORTERS["accounts-receivable"](tmp_path)


def test_the_folder_of_the_data_sets_can_be_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STANDING_DATASETS", str(tmp_path))
    assert datasets_folder() == tmp_path
    monkeypatch.setenv("STANDING_DATASETS", str(tmp_path / "missing"))
    with pytest.raises(FileNotFoundError, match="which is not a folder"):
        datasets_folder()
