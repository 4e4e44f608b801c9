"""The demo's year: the same every time, valid but for what is spoilt on purpose, and with the cast it promises."""

import json
from collections import Counter, defaultdict
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError

from contracts import erp
from standing.facts import DataSet, Fact
from standing.facts.demo import demo, malformed

EVENT_OF = {event.TYPE: event for event in erp.EVENTS}
OWN_DATE = (
    "received_on",
    "inspected_on",
    "ordered_on",
    "delivered_on",
    "cancelled_on",
    "answered_on",
    "issued_on",
    "paid_on",
    "bounced_on",
    "returned_on",
    "refunded_on",
    "happened_on",
)


@pytest.fixture(scope="module")
def year() -> DataSet:
    return demo()


def sound(data_set: DataSet) -> list[Fact]:
    return [fact for fact in data_set.facts if fact.id not in data_set.park_reasons]


def values_of(fact: Fact) -> dict[str, Any]:
    values: dict[str, Any] = json.loads(fact.data)
    return values


def own_date(fact: Fact) -> date:
    values = values_of(fact)
    return next(date.fromisoformat(values[name]) for name in OWN_DATE if name in values)


def test_the_demo_is_the_same_every_time() -> None:
    assert demo(days=60, scale=0.3) == demo(days=60, scale=0.3)


def test_a_partner_does_the_same_at_every_scale() -> None:
    few, many = ({(f.source, f.id, f.data) for f in sound(demo(days=40, scale=scale))} for scale in (0.1, 1.0))
    assert few < many


BY_ACTORS = {"erp.contracts", "erp.stock", "erp.payables", "erp.service"}
"""What departments tell over HTTP in the demo: what they sign, build and clear follows on what the services say."""


def test_the_year_has_at_least_twenty_thousand_facts_over_all_topics_but_those_of_actors(year: DataSet) -> None:
    assert len(year.facts) >= 20_000
    assert {fact.topic for fact in year.facts} == set(erp.TOPICS) - BY_ACTORS
    assert {fact.type for fact in sound(year)} == {
        event.TYPE for topic in set(erp.TOPICS) - BY_ACTORS for event in erp.TOPICS[topic]
    }


def test_facts_are_sorted_and_lie_inside_the_year(year: DataSet) -> None:
    times = [fact.time for fact in year.facts]
    assert times == sorted(times)
    assert datetime(2024, 1, 1, tzinfo=UTC) <= times[0]
    assert times[-1] < datetime(2025, 1, 1, tzinfo=UTC)


def test_every_fact_that_is_not_spoilt_is_a_valid_event_on_its_topic_under_its_partners_key(year: DataSet) -> None:
    for fact in sound(year):
        event = EVENT_OF[fact.type].model_validate_json(fact.data)
        assert type(event) in erp.TOPICS[fact.topic]
        assert fact.key in (getattr(event, "supplier_id", None), getattr(event, "customer_id", None))


def test_repeats_are_counted_and_repeat_the_very_bytes(year: DataSet) -> None:
    first: dict[tuple[str, str], Fact] = {}
    repeats = 0
    for fact in year.facts:
        earlier = first.setdefault((fact.source, fact.id), fact)
        if earlier is not fact:
            repeats += 1
            assert (earlier.topic, earlier.type, earlier.key, earlier.data) == (
                fact.topic,
                fact.type,
                fact.key,
                fact.data,
            )
    assert repeats == year.expected_repeats
    assert 0.004 < repeats / len(year.facts) < 0.006
    assert year.rows == len(first)


def test_late_facts_tell_of_days_before_they_were_sent(year: DataSet) -> None:
    distinct = {(fact.source, fact.id): fact for fact in reversed(sound(year))}
    late = [fact for fact in distinct.values() if fact.time.date() - own_date(fact) >= timedelta(days=2)]
    assert len(late) == year.late
    assert 0.008 < year.late / year.rows < 0.012
    assert any(own_date(fact).month != fact.time.month for fact in late)


def test_every_spoilt_fact_is_refused_by_its_contract_and_has_a_reason(year: DataSet) -> None:
    spoilt = [fact for fact in year.facts if fact.id in year.park_reasons]
    assert len(spoilt) == year.malformed == len(malformed.FLAWS)
    assert all(reason.endswith(".") for reason in year.park_reasons.values())
    for fact in spoilt:
        if fact.type in EVENT_OF:
            with pytest.raises(ValidationError):
                EVENT_OF[fact.type].model_validate_json(fact.data)


def test_what_is_spoilt_was_good_before() -> None:
    for flaw in malformed.FLAWS:
        flaw.event.model_validate_json(json.dumps(malformed.good_values(flaw.event, "X-1", date(2024, 1, 1))))


def test_a_spoilt_fact_shares_its_key_with_no_other(year: DataSet) -> None:
    keys = Counter(fact.key for fact in year.facts)
    assert all(keys[fact.key] == 1 for fact in year.facts if fact.id in year.park_reasons)


def test_suppliers_months_spread_over_all_grades(year: DataSet) -> None:
    lots, points = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for fact in sound(year):
        values = values_of(fact)
        if fact.type == "erp.GoodsReceived":
            lots[fact.key, values["received_on"][:7]] += 1
        elif fact.type == "erp.InspectionCompleted":
            for defect in values["defects"]:
                if defect["responsibility"] == "supplier":
                    weight = {"critical": 5, "major": 3, "minor": 1}[defect["severity"]]
                    points[fact.key, values["inspected_on"][:7]] += weight
    grades = Counter(
        "insufficient" if count < 5 else next(g for g, most in zip("ABCD", (5, 15, 30, 1e9), strict=True) if p <= most)
        for month, count in lots.items()
        for p in [points[month] * 100 / count]
    )
    assert len({supplier for supplier, _ in lots}) >= 20
    assert all(grades[grade] >= 20 for grade in "ABCD")
    assert grades["insufficient"] > 0


def test_the_defects_are_not_all_the_suppliers(year: DataSet) -> None:
    inspections = (values_of(fact) for fact in sound(year) if fact.type == "erp.InspectionCompleted")
    found = Counter(defect["responsibility"] for values in inspections for defect in values["defects"])
    assert found["supplier"] > found["own"] > 0
    assert found["undetermined"] > 0


def test_customers_order_in_two_currencies_and_some_reach_the_default_limit(year: DataSet) -> None:
    orders = [values_of(fact) for fact in sound(year) if fact.type == "erp.OrderSubmitted"]
    assert len({order["customer_id"] for order in orders}) >= 60
    currencies = Counter(order["currency"] for order in orders)
    assert currencies["CNY"] > 10 * currencies["USD"] > 0
    for order in orders:
        lines = (Decimal(line["quantity"]) * Decimal(line["unit_price"]) for line in order["lines"])
        assert Decimal(order["total"]) == sum(lines)


def test_payments_come_early_late_in_parts_before_their_invoice_without_one_and_bounce(year: DataSet) -> None:
    events = {(f.source, f.id): EVENT_OF[f.type].model_validate_json(f.data) for f in sound(year)}.values()
    invoices = {event.invoice_id: event for event in events if isinstance(event, erp.InvoiceIssued)}
    payments = [event for event in events if isinstance(event, erp.PaymentReceived)]
    parts = Counter(payment.invoice_id for payment in payments if payment.invoice_id)
    paid = [(payment, invoices[payment.invoice_id]) for payment in payments if payment.invoice_id in invoices]
    assert sum(payment.paid_on < invoice.issued_on for payment, invoice in paid) > 5
    assert sum(payment.paid_on < invoice.due_on - timedelta(days=10) for payment, invoice in paid) > 100
    assert sum(payment.paid_on > invoice.due_on for payment, invoice in paid) > 500
    assert sum(payment.paid_on > invoice.due_on + timedelta(days=45) for payment, invoice in paid) > 20
    assert sum(number > 1 for number in parts.values()) > 100
    assert sum(payment.invoice_id is None for payment in payments) > 50
    assert any(isinstance(event, erp.ChequeBounced) for event in events)


@pytest.mark.parametrize(("days", "scale"), [(366, 1.0), (366, 0.5), (200, 1.0)])
def test_what_was_paid_twice_is_paid_back_after_it_came(days: int, scale: float) -> None:
    facts = sound(demo(days, scale))
    refunds = {fact.id: fact for fact in facts if fact.type == erp.PaymentRefunded.TYPE}
    assert len(refunds) >= 2
    for refund in (values_of(fact) | {"sent": fact.time} for fact in refunds.values()):
        payments = [(values_of(fact), fact.time) for fact in facts if fact.id == refund["payment_id"]]
        came = payments[0][0]
        assert (came["amount"], came["customer_id"]) == (refund["amount"], refund["customer_id"])
        paid = [p for f in facts if (p := values_of(f)).get("invoice_id") == came["invoice_id"] and "paid_on" in p]
        assert len({each["payment_id"] for each in paid}) == 2
        assert min(time for _, time in payments) < refund["sent"]


def test_one_customer_stops_paying_and_stays_overdue_for_more_than_half_a_year(year: DataSet) -> None:
    due, last_paid = defaultdict(list), dict[str, date]()
    for fact in sound(year):
        if fact.type == "erp.InvoiceIssued":
            due[fact.key].append(date.fromisoformat(values_of(fact)["due_on"]))
        elif fact.type == "erp.PaymentReceived":
            last_paid[fact.key] = max(last_paid.get(fact.key, date.min), own_date(fact))
    year_end = date(2024, 12, 31)
    silent = [c for c, days in due.items() if min(days) < year_end and last_paid.get(c, date.min) < date(2024, 4, 1)]
    assert silent == ["C-002"]
    unpaid_since = min(day for day in due["C-002"] if day > last_paid["C-002"])
    assert year_end - unpaid_since > timedelta(days=180)


@pytest.mark.parametrize(("days", "scale"), [(0, 1.0), (367, 1.0), (30, 0.0), (30, -1.0)])
def test_days_and_scales_that_make_no_sense_are_refused(days: int, scale: float) -> None:
    with pytest.raises(ValueError, match="The "):
        demo(days, scale)


def test_one_day_is_a_demo_too() -> None:
    day = demo(days=1, scale=0.1)
    assert day.malformed == len(malformed.FLAWS)
    assert {fact.time.date() for fact in day.facts} == {date(2024, 1, 1)}
