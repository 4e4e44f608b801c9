"""Values that no event accepts, and the words in which they are refused."""

import json
import re
import unicodedata
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from contracts import EVENTS, Event, credit, erp, notify, supplier
from contracts.currencies import FORMER
from contracts.digits import NOT_PLAIN
from contracts.fields import INVISIBLE, STORED, Day
from contracts.personal import IN_CLEAR

from .golden_files import name_of, sample_of


def refusal(event: type[Event], **changes: Any) -> str:
    """The field and the message with which a golden sample is refused after some changes."""
    document = json.loads(sample_of(event).read_text(encoding="utf-8")) | changes
    with pytest.raises(ValidationError) as refused:
        event.model_validate_json(json.dumps(document))
    (error,) = refused.value.errors()
    return f"{'.'.join(map(str, error['loc']))}: {error['msg']}"


@pytest.mark.parametrize(
    ("amount", "expected"),
    [
        ("NaN", f"amount: {NOT_PLAIN}"),
        (float("nan"), f"amount: {NOT_PLAIN}"),
        ("Infinity", f"amount: {NOT_PLAIN}"),
        (float("-inf"), f"amount: {NOT_PLAIN}"),
        ("0.00", "amount: Input should be greater than 0"),
        ("-50.00", "amount: Input should be greater than 0"),
        ("0.0000001", "amount: Decimal input should have no more than 6 decimal places"),
        ("123456789012345", "amount: Decimal input should have no more than 14 digits before the decimal point"),
        ("1,200.00", f"amount: {NOT_PLAIN}"),
        ("", f"amount: {NOT_PLAIN}"),
        (True, f"amount: {NOT_PLAIN}"),
        (["12"], f"amount: {NOT_PLAIN}"),
        (None, f"amount: {NOT_PLAIN}"),
    ],
)
def test_an_amount_is_a_finite_decimal_above_zero(amount: Any, expected: str) -> None:
    assert refusal(erp.PaymentReceived, amount=amount) == expected


@pytest.mark.parametrize("currency", ["QQQ", "XXX", "cny", "EURO", "", "€"])
def test_a_currency_is_one_that_people_invoice_in(currency: str) -> None:
    assert refusal(erp.InvoiceIssued, currency=currency) == (
        f"currency: Value error, {currency!r} is not an ISO 4217 currency code"
    )


@pytest.mark.parametrize("currency", ["XCG", "HRK", "ZWG", "DEM", "BGN"])
def test_a_currency_of_today_is_taken_always_and_one_of_the_past_within_its_years(currency: str) -> None:
    last = FORMER[currency][1] if currency in FORMER else date(2026, 1, 1)
    text = json.dumps(
        json.loads(sample_of(erp.PaymentReceived).read_text(encoding="utf-8"))
        | {"currency": currency, "paid_on": str(last)}
    )
    assert erp.PaymentReceived.model_validate_json(text).currency == currency
    too_late = text.replace(str(last), str(last + timedelta(days=1)))
    assert erp.PaymentReceived.from_log(too_late).currency == currency, "what a log holds is read"
    if currency in FORMER:
        with pytest.raises(ValidationError, match=f"{currency} was a currency from .* to {last}, not on"):
            erp.PaymentReceived.model_validate_json(too_late)
    else:
        assert erp.PaymentReceived.model_validate_json(too_late).currency == currency


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2013-02-30", "day value is outside expected range"),
        ("2024-13-01", "month value is outside expected range"),
        ("0000-00-00", "month value is outside expected range"),
        ("00000000", "paid_on: Input should be a valid date"),
        ("0", "paid_on: Input should be a valid date"),
        ("1720656000", "paid_on: Input should be a valid date"),
        (1720656000, "paid_on: Input should be a valid date"),
        ("20240711", "paid_on: Input should be a valid date"),
        ("11.07.2024", "paid_on: Input should be a valid date"),
        ("2024-07-11T00:00:00Z", "paid_on: Input should be a valid date"),
        (None, "paid_on: Input should be a valid date"),
        ("0001-01-01", "paid_on: Input should be a day from 1900-01-01 to 2999-12-31"),
        ("1899-12-31", "paid_on: Input should be a day from 1900-01-01 to 2999-12-31"),
        ("3000-01-01", "paid_on: Input should be a day from 1900-01-01 to 2999-12-31"),
        ("9999-12-31", "paid_on: Input should be a day from 1900-01-01 to 2999-12-31"),
    ],
)
def test_a_day_is_a_calendar_date_in_iso_format(day: Any, expected: str) -> None:
    assert expected in refusal(erp.PaymentReceived, paid_on=day)


@pytest.mark.parametrize(
    ("instant", "expected"),
    [
        ("2024-06-01T00:00:00", "retry_at: Input should have timezone info"),
        ("2024-06-01", "retry_at: Input should be a valid datetime"),
        ("1717200000", "retry_at: Input should be a valid datetime"),
        (1717200000, "retry_at: Input should be a valid datetime"),
        ("2024-06-01T25:00:00Z", "retry_at: Input should be a valid datetime"),
        ("0001-01-01T00:00:00Z", "retry_at: Input should be an instant from 1900-01-01 to 2999-12-31 in UTC"),
        ("0001-01-01T00:00:00+08:00", "retry_at: Input should be an instant from 1900-01-01 to 2999-12-31 in UTC"),
        ("1900-01-01T00:00:00+01:00", "retry_at: Input should be an instant from 1900-01-01 to 2999-12-31 in UTC"),
        ("2999-12-31T23:59:59-01:00", "retry_at: Input should be an instant from 1900-01-01 to 2999-12-31 in UTC"),
        ("9999-12-31T23:59:59-08:00", "retry_at: Input should be an instant from 1900-01-01 to 2999-12-31 in UTC"),
    ],
)
def test_an_instant_has_a_time_zone_and_lies_in_the_calendar(instant: Any, expected: str) -> None:
    assert refusal(notify.NotificationAttemptFailed, retry_at=instant).startswith(expected)


EDGES = ("0001-01-01", "1900-01-01", "2999-12-31", "9999-12-31")


@pytest.mark.parametrize("event", EVENTS, ids=name_of)
@pytest.mark.parametrize("day", EDGES)
def test_what_a_log_holds_is_read_whatever_days_it_names_and_no_other_document_may_name_them(
    event: type[Event], day: str
) -> None:
    """The law of bounds: they hold at the door, and no log that is older than they are becomes unreadable."""
    text, moved = with_days(sample_of(event).read_text(encoding="utf-8"), day)
    written = event.from_log(text).model_dump_json(exclude_unset=True, context=IN_CLEAR)
    assert json.loads(written) == json.loads(text)
    if moved and day in (EDGES[0], EDGES[-1]):
        with pytest.raises(ValidationError, match="from 1900-01-01 to 2999-12-31"):
            event.model_validate_json(text)
    else:
        event.model_validate_json(text)


def with_days(sample: str, day: str) -> tuple[str, int]:
    """A golden sample with every day and instant in it moved to one day, and how many there were."""
    return re.subn(r'"\d{4}-\d\d-\d\d(T[^"]*Z)?"', lambda found: f'"{day}{found[1] or ""}"', sample)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("1899-12-31", "a day from 1900-01-01 to 2999-12-31"), ("20240711", "a valid date"), (1720656000, "a valid date")],
)
def test_a_day_of_a_query_is_held_to_the_same_rule(text: Any, expected: str) -> None:
    with pytest.raises(ValidationError, match=expected):
        TypeAdapter(Day).validate_python(text)
    assert TypeAdapter(Day).validate_python("2024-07-11") == date(2024, 7, 11)


def test_a_program_may_compute_a_day_beyond_the_bounds() -> None:
    event = erp.OrderDelivered(order_id="SO-1", customer_id="C-1", delivered_on=date(3001, 1, 1))
    assert erp.OrderDelivered.from_log(event.model_dump_json()) == event


def test_an_instant_is_kept_in_utc() -> None:
    document = json.loads(sample_of(notify.NotificationAttemptFailed).read_text(encoding="utf-8"))
    read = notify.NotificationAttemptFailed.model_validate_json(
        json.dumps(document | {"retry_at": "2024-06-01T08:00:05+08:00"})
    )
    assert json.loads(read.model_dump_json())["retry_at"] == "2024-06-01T00:00:05Z"


@pytest.mark.parametrize("character", ["\x00", "\t", "\n", "\x1b", "\x1f", "\x7f", "\x85", "\x9f"])
def test_an_id_holds_no_control_character(character: str) -> None:
    for order_id in (f"SO-1{character}", f"{character}SO-1", character):
        assert refusal(erp.OrderDelivered, order_id=order_id).startswith("order_id: String should match pattern")


@pytest.mark.parametrize(
    ("order_id", "expected"),
    [
        ("", "order_id: String should have at least 1 character"),
        ("x" * 101, "order_id: String should have at most 100 characters"),
        (7, "order_id: Input should be a valid string"),
        (None, "order_id: Input should be a valid string"),
        (["SO-1"], "order_id: Input should be a valid string"),
    ],
)
def test_an_id_is_a_short_text_and_never_a_number(order_id: Any, expected: str) -> None:
    assert refusal(erp.OrderDelivered, order_id=order_id) == expected


@pytest.mark.parametrize("order_id", ["SO-1", "订单 815", "a b", "Ü/1:2#3", "x" * 100, "😀"])
def test_an_id_of_another_system_is_taken_as_it_is(order_id: str) -> None:
    document = {"order_id": order_id, "customer_id": "C-1", "delivered_on": "2024-06-07"}
    assert erp.OrderDelivered.model_validate_json(json.dumps(document)).order_id == order_id


@pytest.mark.parametrize(
    ("event", "field", "value", "expected"),
    [
        (erp.InspectionCompleted, "line_stop_minutes", "45", "Input should be a valid integer"),
        (erp.InspectionCompleted, "line_stop_minutes", 45.5, "Input should be a valid integer"),
        (erp.InspectionCompleted, "line_stop_minutes", True, "Input should be a valid integer"),
        (erp.InspectionCompleted, "line_stop_minutes", -1, "Input should be greater than or equal to 0"),
        (erp.InspectionCompleted, "line_stop_minutes", 2**31, "Input should be less than or equal to 2147483647"),
        (erp.InspectionCompleted, "lot_quantity", "-1", "Input should be greater than or equal to 0"),
        (erp.InspectionCompleted, "stage", "outgoing", "Input should be 'incoming', 'in_process', 'final' or 'field'"),
        (erp.InspectionCompleted, "defects", "none", "Input should be a valid array"),
        (erp.OrderSubmitted, "lines", {}, "Input should be a valid array"),
        (erp.SurveyAnswered, "answers", [], "Input should be an object"),
        (supplier.SupplierGraded, "period", "2024-5", "a period is a month"),
        (supplier.SupplierGraded, "grading", "B", "Input should be an object"),
        (notify.NotificationRequested, "body", "a\x00b", "String should match pattern"),
        (notify.NotificationRequested, "channels", ["pigeon"], "Input should be 'inbox', 'email'"),
    ],
)
def test_a_value_of_the_wrong_kind_is_refused_by_name(
    event: type[Event], field: str, value: Any, expected: str
) -> None:
    message = refusal(event, **{field: value})
    assert message.startswith(field)
    assert expected in message


@pytest.mark.parametrize("event", [erp.GoodsReceived, erp.InspectionCompleted, erp.InvoiceIssued], ids=name_of)
def test_a_field_that_is_left_out_is_named(event: type[Event]) -> None:
    document = json.loads(sample_of(event).read_text(encoding="utf-8"))
    for field, each in event.model_fields.items():
        if each.is_required():
            with pytest.raises(ValidationError) as refused:
                event.model_validate_json(
                    json.dumps({name: value for name, value in document.items() if name != field})
                )
            assert [(error["loc"], error["msg"]) for error in refused.value.errors()] == [((field,), "Field required")]


@pytest.mark.parametrize("data", ['{"order_id": "SO-1"', "", "\ufeff{}", '{"order_id": "\\ud800"}'])
def test_invalid_json_is_refused_as_such(data: str) -> None:
    with pytest.raises(ValidationError, match="Invalid JSON"):
        erp.OrderDelivered.model_validate_json(data)


def test_an_unknown_field_is_ignored() -> None:
    document = {"order_id": "SO-1", "customer_id": "C-1", "delivered_on": "2024-06-07", "carrier": "by sea"}
    assert erp.OrderDelivered.model_validate_json(json.dumps(document)).order_id == "SO-1"


MONTHS = [{"due_on": "2024-07-07", "amount": "5502.00"}, {"due_on": "2024-08-07", "amount": "10000.00"}]
INVOICES = [{"invoice_id": "INV-1", "amount": "4500.00"}, {"invoice_id": "INV-2", "amount": "5000.00"}]


def test_instalments_add_up_to_the_invoice() -> None:
    invoice = json.loads(sample_of(erp.InvoiceIssued).read_text(encoding="utf-8")) | {"instalments": MONTHS}
    assert [str(each.due_on) for each in erp.InvoiceIssued.model_validate_json(json.dumps(invoice)).instalments] == [
        "2024-07-07",
        "2024-08-07",
    ]
    assert refusal(erp.InvoiceIssued, instalments=MONTHS[:1]) == (
        ": Value error, the instalments add up to 5502.00; the invoice is 15502.00 CNY"
    )


def test_allocations_do_not_exceed_the_payment_and_name_each_invoice_once() -> None:
    payment = json.loads(sample_of(erp.PaymentReceived).read_text(encoding="utf-8")) | {"allocations": INVOICES}
    assert len(erp.PaymentReceived.model_validate_json(json.dumps(payment)).allocations) == 2
    assert refusal(erp.PaymentReceived, allocations=INVOICES, amount="9499.99") == (
        ": Value error, the allocations add up to 9500.00; the payment is 9499.99 CNY"
    )
    assert refusal(erp.PaymentReceived, allocations=INVOICES[:1] * 2) == (
        ": Value error, the allocations name an invoice twice; give each invoice one amount"
    )


def test_an_invoice_of_nothing_is_an_invoice_and_a_payment_of_nothing_is_none() -> None:
    invoice = json.loads(sample_of(erp.InvoiceIssued).read_text(encoding="utf-8")) | {"amount": "0.00"}
    assert erp.InvoiceIssued.model_validate_json(json.dumps(invoice)).amount == 0
    assert refusal(erp.PaymentReceived, amount="0.00") == "amount: Input should be greater than 0"


def test_a_sum_of_the_largest_amounts_breaks_no_contract_of_ours() -> None:
    largest = Decimal("99999999999999.999999")
    payment = json.loads(sample_of(erp.PaymentReceived).read_text(encoding="utf-8")) | {"amount": str(largest)}
    assert erp.PaymentReceived.model_validate_json(json.dumps(payment)).amount == largest
    summed = credit.Exposure(
        currency="EUR",
        limit=Decimal(0),
        receivable=largest * 2,
        approved_orders=largest * 10**6,
        security=Decimal(0),
        overdue=largest,
    )
    assert credit.Exposure.model_validate_json(summed.model_dump_json(), context=STORED) == summed


def test_what_a_quantity_at_its_price_is_worth_fits_into_an_amount() -> None:
    line = {"item_id": "I-1", "quantity": "99999999", "unit_price": "99999999"}
    assert refusal(erp.OrderSubmitted, lines=[line]) == (
        "lines.0: Value error, 99999999 at 99999999 make an amount of more than 14 digits before the decimal point"
    )
    assert "make an amount of more than 14 digits" in refusal(
        erp.GoodsReceived, quantity="99999999", unit_price="99999999"
    )


@pytest.mark.parametrize(
    ("order_id", "expected"),
    [
        ("C-1 ", "begins or ends with a blank"),
        (" C-1", "begins or ends with a blank"),
        ("C-1\u00a0", "begins or ends with a blank"),
        ("\u2003C-1", "begins or ends with a blank"),
        ("C\u200b-1", "holds the invisible character U+200B"),
        ("C-\u202e1", "holds the invisible character U+202E"),
        ("C-1\ufeff", "holds the invisible character U+FEFF"),
        ("C\u00ad-1", "holds the invisible character U+00AD"),
        ("C-1\ufe0f", "holds the invisible character U+FE0F"),
        ("C-1\U000e0041", "holds the invisible character U+E0041"),
        ("Mu\u0308ller", "is not in Unicode's composed form (NFC)"),
        ("\u212b-1", "is not in Unicode's composed form (NFC)"),
    ],
)
def test_ids_that_differ_look_different(order_id: str, expected: str) -> None:
    assert refusal(erp.OrderDelivered, order_id=order_id) == f"order_id: The id {expected}"
    document = json.dumps({"order_id": order_id, "customer_id": "C-1", "delivered_on": "2024-06-07"})
    assert erp.OrderDelivered.from_log(document).order_id == order_id, "what a log holds is read"


@pytest.mark.parametrize("category", ["Cf", "Zl", "Zp"])
def test_no_format_character_is_left_out_of_the_invisible_ones(category: str) -> None:
    visible = {
        *range(0x600, 0x606),
        0x6DD,
        0x70F,
        0x890,
        0x891,
        0x8E2,
        0xFFF9,
        0xFFFA,
        0xFFFB,
        *range(0x13430, 0x13460),
    }
    missed = [
        code
        for code in range(0x110000)
        if unicodedata.category(chr(code)) == category and code not in visible and not INVISIBLE.match(chr(code))
    ]
    assert [f"{code:X}" for code in missed] == []


def test_an_order_has_as_many_lines_as_it_has() -> None:
    order = json.loads(sample_of(erp.OrderSubmitted).read_text(encoding="utf-8"))
    order["lines"] = [{"item_id": f"ART-{n}", "quantity": "1", "unit_price": "2.50"} for n in range(1_114)]
    assert len(erp.OrderSubmitted.model_validate_json(json.dumps(order)).lines) == 1_114
