"""Real data, a few months of each set: every record accounted for, figures checked by hand from the files, nothing new twice.

The files lie outside the project (STANDING_DATASETS, or a folder shared/datasets beside it); without them these tests skip.
"""

import csv
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from standing import tally
from standing.facts import IMPORTERS, DataSet, datasets_folder
from standing.installation import Installation
from standing.run import feed, verify

from .conftest import Start
from .state import events

FOLDER = datasets_folder()
pytestmark = pytest.mark.skipif(
    FOLDER is None, reason="the real data sets are not here; name their folder in STANDING_DATASETS"
)

POINTS = {"Rejected": 5, "Impact": 3, "No Impact": 1}
UNTIL = {"accounts-receivable": date(2012, 3, 31), "supplier-quality": date(2013, 2, 28), "olist": date(2017, 1, 31)}


def beginning_of(name: str) -> DataSet:
    """The facts of a data set up to its day in UNTIL."""
    assert FOLDER is not None
    data = IMPORTERS[name](FOLDER / name)
    end = datetime.combine(UNTIL[name], datetime.max.time(), tzinfo=UTC)
    return replace(data, facts=[fact for fact in data.facts if fact.time <= end])


def rows(path: str) -> list[dict[str, str]]:
    assert FOLDER is not None
    with (FOLDER / path).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def american(text: str) -> date:
    month, day, year = map(int, text.split("/"))
    return date(year, month, day)


@pytest.fixture(scope="module")
async def installation(installations: Start) -> Installation:
    """One installation that lived through all three, in the order of their years."""
    started = await installations()
    for name in UNTIL:
        assert await feed(started, beginning_of(name), Console(width=140)), f"{name} does not add up"
    return started


async def test_every_record_was_taken_and_none_had_to_be_parked(installation: Installation) -> None:
    counts = (await tally.counts(installation.clients)).values()
    assert sum(count.recorded for count in counts) == sum(len(beginning_of(name).facts) for name in UNTIL)
    assert sum(count.repeated + count.parked for count in counts) == 0


async def test_points_of_each_vendor_and_month_are_those_of_the_file(installation: Installation) -> None:
    kinds = {row["Defect Type ID"]: row["Defect Type"] for row in rows("supplier-quality/defect_type.csv")}
    expected: Counter[tuple[str, str]] = Counter()
    for row in rows("supplier-quality/metrics.csv"):
        if date.fromisoformat(row["Date"]) <= UNTIL["supplier-quality"]:
            vendor = f"V-{int(float(row['Vendor ID']))}"
            expected[vendor, row["Date"][:7]] += POINTS[kinds[row["Defect Type ID"]]]
    client, found = installation.client("supplier-svc"), {}
    for vendor in {vendor for vendor, _ in expected}:
        for month in await client.pages(f"/v1/suppliers/{vendor}/grades"):
            if month["points"] and month["track"] == "operational":
                found[vendor, month["period"]] = month["points"]
    assert found == dict(expected)


async def test_days_late_of_each_invoice_are_those_of_the_file(installation: Installation) -> None:
    until = UNTIL["accounts-receivable"]
    expected = {
        row["invoiceNumber"]: int(row["DaysLate"])
        for row in rows("accounts-receivable/invoices.csv")
        if american(row["InvoiceDate"]) <= until and american(row["SettledDate"]) <= until
    }
    invoices = await installation.client("credit-svc").pages("/v1/invoices", currency="USD", status="settled")
    assert {invoice["invoice_id"]: invoice["days_late"] for invoice in invoices} == expected
    assert len(expected) > 100


async def test_an_invoice_is_told_overdue_when_the_file_says_it_was_late(installation: Installation) -> None:
    until = UNTIL["accounts-receivable"]
    late = {
        row["invoiceNumber"]
        for row in rows("accounts-receivable/invoices.csv")
        if american(row["InvoiceDate"]) <= until and (int(row["DaysLate"]) > 0 or american(row["SettledDate"]) > until)
    }
    notices = await installation.client("notify-svc").pages("/v1/notifications", rule="payment-overdue")
    assert {notice["about"] for notice in notices if notice["happened_at"] < "2014"} == late


# What was owed at the end of March 2012, computed from the file alone

RECEIVABLES_DAY = UNTIL["accounts-receivable"]


def owed() -> list[tuple[date, date, date, Decimal]]:
    """Of each invoice up to the day: issued, due and settled on, and its amount."""
    found = [
        (
            american(row["InvoiceDate"]), american(row["DueDate"]), american(row["SettledDate"]),
            Decimal(row["InvoiceAmount"]),
        )
        for row in rows("accounts-receivable/invoices.csv")
    ]  # fmt: skip
    return [each for each in found if each[0] <= RECEIVABLES_DAY]


async def test_ageing_is_that_of_the_file(installation: Installation) -> None:
    expected: Counter[str] = Counter()
    for _, due_on, settled_on, amount in owed():
        if settled_on > RECEIVABLES_DAY:
            days = (RECEIVABLES_DAY - due_on).days
            name = (
                "not_due" if days <= 0 else "days_1_30" if days <= 30 else "days_31_60" if days <= 60 else "days_61_90"
            )
            expected[name] += amount  # type: ignore[assignment]
    found = await installation.client("credit-svc").get(
        "/v1/reports/ageing", currency="USD", as_of=RECEIVABLES_DAY.isoformat()
    )
    assert {name: Decimal(amount) for name, amount in found["buckets"].items() if Decimal(amount)} == expected
    assert Decimal(found["balance"]) == sum(expected.values())


async def test_days_of_sales_outstanding_are_those_of_the_file(installation: Installation) -> None:
    begin = RECEIVABLES_DAY - timedelta(days=90)
    sales = sum(amount for issued_on, _, _, amount in owed() if issued_on > begin)
    receivable = sum(amount for _, _, settled_on, amount in owed() if settled_on > RECEIVABLES_DAY)
    found = await installation.client("credit-svc").get(
        "/v1/reports/dso", currency="USD", as_of=RECEIVABLES_DAY.isoformat(), days=90
    )
    assert (Decimal(found["sales"]), Decimal(found["receivable"])) == (sales, receivable)
    assert Decimal(found["average"]) == round(receivable / sales * 90, 2)


async def test_another_credit_period_of_the_year_is_that_of_the_file(installation: Installation) -> None:
    """Each customer with its own terms and its own lateness; 45 days and a fifth more sold."""
    sales, terms, late, paid = (Counter[str]() for _ in range(4))
    names = [
        row["customerID"]
        for row in rows("accounts-receivable/invoices.csv")
        if american(row["InvoiceDate"]) <= RECEIVABLES_DAY
    ]
    year_ago = RECEIVABLES_DAY.replace(year=RECEIVABLES_DAY.year - 1)
    for name, (issued_on, due_on, settled_on, amount) in zip(names, owed(), strict=True):
        if issued_on <= year_ago:
            continue
        sales[name] += amount  # type: ignore[assignment]
        terms[name] += amount * (due_on - issued_on).days  # type: ignore[assignment]
        if settled_on <= RECEIVABLES_DAY or due_on < RECEIVABLES_DAY:
            paid[name] += amount  # type: ignore[assignment]
            late[name] += amount * (min(settled_on, RECEIVABLES_DAY) - due_on).days  # type: ignore[assignment]
    whole = Decimal(sum(sales.values()))
    usual = Decimal(sum(late.values())) / Decimal(sum(paid.values()))
    lateness = sum(sales[n] * (Decimal(late[n]) / paid[n] if paid[n] else usual) for n in sales) / whole
    found = await installation.client("credit-svc").get(
        "/v1/reports/credit-period/what-if", currency="USD", as_of=RECEIVABLES_DAY.isoformat(), credit_days=45,
        sales_change_percent=20,
    )  # fmt: skip
    assert found["customer_count"] == len(sales)
    assert Decimal(found["before"]["credit_days"]) == round(Decimal(sum(terms.values())) / whole, 2)
    assert Decimal(found["before"]["lateness_days"]) == round(lateness, 2)
    assert Decimal(found["after"]["payment_days"]) == round(45 + lateness, 2)
    assert Decimal(found["after"]["sales"]) == round(whole * Decimal("1.2"), 2)


async def test_rfm_of_each_customer_is_that_of_the_file(installation: Installation) -> None:
    """Twelve months to the end of January 2017: orders, amount, and recency by calendar months (< 1, ≤ 3, ≤ 6, ≤ 9)."""
    as_of = UNTIL["olist"]
    persons = {row["customer_id"]: row["customer_unique_id"] for row in rows("olist/customers.csv")}
    items: dict[str, Decimal] = {}
    for row in rows("olist/order_items.csv"):
        items[row["order_id"]] = (
            items.get(row["order_id"], Decimal(0)) + Decimal(row["price"]) + Decimal(row["freight_value"])
        )
    payments: dict[str, Decimal] = {}
    for row in rows("olist/order_payments.csv"):
        payments[row["order_id"]] = payments.get(row["order_id"], Decimal(0)) + Decimal(row["payment_value"])
    value: dict[str, tuple[int, Decimal, date]] = {}
    for row in rows("olist/orders.csv"):
        on = date.fromisoformat(row["order_purchase_timestamp"][:10])
        if on > as_of or on < date(2016, 2, 1) or _cancelled_by(row, as_of):
            continue
        person = persons[row["customer_id"]]
        orders, amount, last = value.get(person, (0, Decimal(0), on))
        total = items.get(row["order_id"], payments.get(row["order_id"], Decimal(0)))
        value[person] = (orders + 1, amount + total, max(last, on))
    client = installation.client("customer-svc")
    for person, (orders, amount, last) in sorted(value.items())[:150]:
        standing = (await client.get(f"/v1/customers/{person}"))["standings"][0]
        months = (as_of.year - last.year) * 12 + as_of.month - last.month
        recency = 5 if months < 1 else 4 if months <= 3 else 3 if months <= 6 else 2 if months <= 9 else 1
        found: tuple[Any, ...] = (standing["order_count"], Decimal(standing["amount"]), standing["code"][0])
        assert found == (orders, amount, str(recency)), person
    assert len(value) > 100


def _cancelled_by(row: dict[str, str], as_of: date) -> bool:
    """An order counts until it is cancelled; the file tells when only by the last thing that happened to the order."""
    if row["order_status"] not in ("canceled", "unavailable"):
        return False
    stamps = [
        row[name] for name in row if name.endswith(("timestamp", "_at", "carrier_date", "customer_date")) and row[name]
    ]
    return date.fromisoformat(max(stamps)[:10]) <= as_of


async def test_a_second_import_changes_nothing(installation: Installation, console: Console) -> None:
    before, counted = await events(installation), await tally.counts(installation.clients)
    grades = await installation.client("supplier-svc").pages("/v1/suppliers")
    data = beginning_of("supplier-quality")
    assert await feed(installation, data, console)
    again = await tally.counts(installation.clients)
    assert again["supplier-svc", "erp.inspections"] - counted["supplier-svc", "erp.inspections"] == tally.Count(
        0, len(data.facts), 0
    )
    assert await events(installation) == before
    assert await installation.client("supplier-svc").pages("/v1/suppliers") == grades
    assert await verify(installation, console)


def test_the_folder_of_the_data_sets_is_never_inside_the_project() -> None:
    assert FOLDER is not None
    assert Path(__file__).parents[2] not in FOLDER.parents
