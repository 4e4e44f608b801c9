"""Any table by a mapping file: every row is taken, repeated or refused with a reason, and a second reading gives the same facts."""

import csv
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts import erp
from standing.facts import DataSet
from standing.facts.mapping import facts_of, read_mapping
from standing.facts.mapping.cells import value_of
from standing.facts.mapping.reader import NOT_MEANT, REPEATED
from standing.facts.mapping.spec import Number, Value
from standing.fault import Fault

MAPPINGS = Path(__file__).parents[2] / "mappings"
DELIVERIES, RETAIL = MAPPINGS / "supply-chain-deliveries.yaml", MAPPINGS / "online-retail.yaml"
SUPPLY_CHAIN = [
    "ID", "Country", "Scheduled Delivery Date", "Delivered to Client Date", "Vendor", "Item Description", "ASN/DN #",
    "Line Item Quantity", "Unit Price",
]  # fmt: skip
LINES = ["InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID", "Country"]
EVENT_OF = {event.TYPE: event for event in erp.EVENTS}


def delivered(id: str, **changes: str) -> dict[str, str]:
    plain = {
        "ID": id, "Country": "Zambia", "Scheduled Delivery Date": "2-Jun-06", "Delivered to Client Date": "5-Jun-06",
        "Vendor": "Aurora Labs", "Item Description": "Test kit, 20 pieces", "ASN/DN #": f"ASN-{id}",
        "Line Item Quantity": "1,250", "Unit Price": "0.97",
    }  # fmt: skip
    return {**plain, **changes}


def line(
    invoice: str, code: str = "85123A", quantity: str = "6", price: str = "2.55", **changes: str
) -> dict[str, str]:
    plain = dict(
        zip(LINES, [invoice, code, "a lamp", quantity, "12/1/2010 8:26", price, "17850.0", "France"], strict=True)
    )
    return {**plain, **changes}


def table(folder: Path, rows: list[dict[str, str]], columns: list[str], name: str = "table.csv") -> Path:
    with (folder / name).open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        writer.writerows(rows)
    return folder / name


def data_of(data_set: DataSet) -> list[dict[str, Any]]:
    for fact in data_set.facts:
        assert fact.topic in erp.TOPICS
        EVENT_OF[fact.type].model_validate_json(fact.data)
    return [json.loads(fact.data) for fact in data_set.facts]


def assert_accounted(data_set: DataSet, rows: int) -> None:
    [tally] = data_set.files.values()
    assert tally.rows == rows == tally.rows_in_facts + sum(tally.without_fact.values())
    assert len(data_set.left_out) == sum(tally.without_fact.values())


def test_a_table_of_deliveries_becomes_received_goods(tmp_path: Path) -> None:
    rows = [
        delivered("1"), delivered("2", Vendor="SCMS from RDC"), delivered("3", **{"Delivered to Client Date": ""}),
        delivered("1"), delivered("1", **{"Unit Price": "0.99"}), delivered("4", **{"Scheduled Delivery Date": "soon"}),
        delivered("5", **{"Line Item Quantity": "many"}), delivered("6", Vendor=""), delivered(""),
        delivered("7", **{"Item Description": "x" * 101}),
    ]  # fmt: skip
    found = facts_of(read_mapping(DELIVERIES), table(tmp_path, rows, SUPPLY_CHAIN))
    assert_accounted(found, len(rows))
    [received] = data_of(found)
    assert received == {
        "delivery_id": "SC-1", "supplier_id": "Aurora Labs", "item_id": "Test kit, 20 pieces", "lot_id": "ASN-1",
        "quantity": "1250", "promised_on": "2006-06-02", "received_on": "2006-06-05", "unit_price": "0.97",
        "currency": "USD", "plant_id": "Zambia",
    }  # fmt: skip
    assert found.facts[0].key == "Aurora Labs"
    assert found.left_out == {
        2: "comes from the buyer's own warehouse, which is no supplier",
        3: "was not delivered yet",
        4: REPEATED,
        5: "another row of the same ID has other contents (Unit Price '0.99' instead of '0.97'; row 1)",
        6: "Scheduled Delivery Date 'soon' is not written like %d-%b-%y or %m/%d/%y or %Y-%m-%d",
        7: "Line Item Quantity 'many' is no number with '.' before decimals and ',' between thousands",
        8: "supplier_id is needed and empty (column Vendor)",
        9: "ID is empty, which names the fact",
        10: "item_id (column Item Description): String should have at most 100 characters",
    }


def test_a_table_of_invoice_lines_becomes_orders_and_returns_without_an_order(tmp_path: Path) -> None:
    rows = [
        line("536365"), line("536365", "71053", "2", "3.39"), line("C536379", "D", "-1", "27.50"),
        line("536366", CustomerID=""), line("A563185", price="11062.06"), line("536589", quantity="-10"),
        line("C536380", price="0"),
    ]  # fmt: skip
    found = facts_of(read_mapping(RETAIL), table(tmp_path, rows, LINES))
    assert_accounted(found, len(rows))
    order, returned = data_of(found)
    assert (order["order_id"], order["customer_id"], order["total"], order["ordered_on"]) == (
        "536365", "17850", "22.08", "2010-12-01",
    )  # fmt: skip
    assert [each["item_id"] for each in order["lines"]] == ["85123A", "71053"]
    assert (returned["return_id"], returned["amount"], "order_id" in returned) == ("C536379", "27.50", False)
    assert sorted(found.left_out) == [4, 5, 6, 7]


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from("1234"), st.sampled_from(["5-Jun-06", "", "2006-13-40"]), st.sampled_from("AB")),
        max_size=12,
    )
)
def test_every_row_is_accounted_for_and_a_second_reading_gives_the_same_facts(
    tmp_path_factory: pytest.TempPathFactory, cells: list[tuple[str, str, str]]
) -> None:
    rows = [delivered(id, **{"Delivered to Client Date": on, "Vendor": vendor}) for id, on, vendor in cells]
    path = table(tmp_path_factory.mktemp("mapping"), rows, SUPPLY_CHAIN)
    first, second = facts_of(read_mapping(DELIVERIES), path), facts_of(read_mapping(DELIVERIES), path)
    assert_accounted(first, len(rows))
    assert first == second
    assert len({(fact.source, fact.id) for fact in first.facts}) == len(first.facts)


def test_a_corrected_row_is_another_message_about_the_same_delivery(tmp_path: Path) -> None:
    mapping = read_mapping(DELIVERIES)
    [first] = facts_of(mapping, table(tmp_path, [delivered("1")], SUPPLY_CHAIN)).facts
    changed = delivered("1", **{"Scheduled Delivery Date": "3-Jun-06"})
    [second] = facts_of(mapping, table(tmp_path, [changed], SUPPLY_CHAIN)).facts
    assert first.id != second.id
    assert first.id.rpartition(":")[0] == second.id.rpartition(":")[0] == "GoodsReceived:1"


def test_a_row_that_no_fact_is_about_is_counted_so(tmp_path: Path) -> None:
    text = RETAIL.read_text().replace("starts_not_with: C}]\n    time", "starts_with: X}]\n    time")
    (tmp_path / "m.yaml").write_text(text)
    found = facts_of(read_mapping(tmp_path / "m.yaml"), table(tmp_path, [line("536365")], LINES))
    assert (found.left_out, found.facts) == ({1: NOT_MEANT}, [])


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("facts: [", "is no YAML"),
        ("- a", "is no mapping"),
        ("name: x\nfile: t.csv\nfacts: []", "facts: Tuple should have at least 1 item"),
        ("name: x\nfile: t.csv\nfacts: [{type: erp.Nothing, one_per: ID, time: {column: D, date: '%Y'}, fields: {}}]",
         "there is no fact erp.Nothing; there are erp.GoodsReceived"),
        ("name: x\nfile: t.csv\nfacts: [{type: erp.OrderCancelled, one_per: ID, time: {column: D, date: '%Y'}, fields: "
         "{order_id: {column: ID}}}]", "erp.OrderCancelled needs customer_id, cancelled_on"),
        ("name: x\nfile: t.csv\nfacts: [{type: erp.OrderCancelled, one_per: ID, time: {column: D}, fields: {colour: {column: A, "
         "value: B}}}]", "fields.colour: name one of column, value, sum_of and rows"),
        ("name: x\nfile: t.csv\nrefuse: [{when: [{column: A}], reason: why not}]\nfacts: []", "name a test beside the column"),
        ("name: x\nfile: t.csv\ncolour: red\nfacts: []", "colour: Extra inputs are not permitted"),
    ],
)  # fmt: skip
def test_a_mapping_that_cannot_be_followed_is_refused_with_the_place_and_the_rule(
    tmp_path: Path, text: str, sentence: str
) -> None:
    (tmp_path / "m.yaml").write_text(text)
    with pytest.raises(Fault) as refused:
        read_mapping(tmp_path / "m.yaml")
    assert sentence in str(refused.value)


def test_a_table_that_cannot_be_read_is_refused_with_what_to_do(tmp_path: Path) -> None:
    mapping = read_mapping(DELIVERIES)
    with pytest.raises(Fault, match=r"table\.csv has no column ID, Country; it has Vendor"):
        facts_of(mapping.model_copy(update={"facts": mapping.facts}), _without(tmp_path, "ID", "Country"))
    with pytest.raises(Fault, match="cannot be read: No such file"):
        facts_of(mapping, tmp_path / "nothing.csv")
    (tmp_path / "latin.csv").write_bytes(b"ID,Vendor\n1,Caf\xe9\n")
    with pytest.raises(Fault, match="is not written in utf-8"):
        facts_of(mapping.model_copy(update={"encoding": "utf-8"}), tmp_path / "latin.csv")


def _without(folder: Path, *columns: str) -> Path:
    kept = ["Vendor", *(each for each in SUPPLY_CHAIN if each not in (*columns, "Vendor"))]
    return table(folder, [{name: delivered("1")[name] for name in kept}], kept)


def test_the_mapping_of_the_guide_reads_a_table(tmp_path: Path) -> None:
    guide = (Path(__file__).parents[3] / "docs/importing.md").read_text(encoding="utf-8")
    (tmp_path / "m.yaml").write_text(guide.split("```yaml\n")[1].split("```")[0], encoding="utf-8")
    (tmp_path / "payments.csv").write_text(
        "Number;State;Amount;Booked;Customer;Currency;Kind\n"
        "7;booked;1.234,50;31.03.2025;17850.0;;UEW\n8;void;1,00;31.03.2025;17850;EUR;SCH\n9;booked;0;31.03.2025;1;EUR;SCH\n"
    )
    found = facts_of(read_mapping(tmp_path / "m.yaml"), tmp_path / "payments.csv")
    [payment] = data_of(found)
    assert payment == {
        "payment_id": "B-7", "customer_id": "17850", "amount": "1234.50", "currency": "EUR", "paid_on": "2025-03-31",
        "method": "transfer",
    }  # fmt: skip
    assert found.left_out == {2: "was never booked", 3: NOT_MEANT}
    assert found.facts[0].source == "/import/bank"


PAYMENTS = """
name: payments
file: payments.csv
delimiter: ";"
facts:
  - type: erp.PaymentReceived
    one_per: Number
    when: [{column: Amount, above: 0, number: {decimal: ",", thousands: "."}}]
    time: {column: Booked, date: ["%d.%m.%Y", "%Y-%m-%dT%H:%M:%S%z"]}
    fields:
      payment_id: {column: Number}
      customer_id: {column: Customer, id_number: true}
      amount: {column: Amount, number: {decimal: ",", thousands: "."}}
      currency: {value: EUR}
      paid_on: {column: Booked, date: ["%d.%m.%Y", "%Y-%m-%dT%H:%M:%S%z"]}
      method: {value: transfer}
"""
HEADER = "Number;Customer;Amount;Booked"


def payments(folder: Path, *lines: str, header: str = HEADER, encoding: str = "utf-8") -> DataSet:
    (folder / "m.yaml").write_text(PAYMENTS, encoding="utf-8")
    (folder / "payments.csv").write_bytes("\r\n".join([header, *lines, ""]).encode(encoding))
    return facts_of(read_mapping(folder / "m.yaml"), folder / "payments.csv")


@pytest.mark.parametrize(
    ("cell", "amount"),
    [
        ("1.234,50", "1234.50"), ("1234,5", "1234.5"), ("1.234.567", "1234567"), (",5", "0.5"), ("12.34.567,00", "1234567.00"),
        ("99.90", None), ("1.5", None), ("1.2.3,4", None), ("1234.567", None), ("1,234.50", None), ("1,2,3", None),
        ("1_000", None), ("１２", None), ("12,5 EUR", None), ("50,00-", None), ("(50,00)", None), ("", None), (",", None),
        ("Infinity", None), ("NaN", None),
    ],
)  # fmt: skip
def test_a_number_that_is_written_in_another_way_is_refused_and_never_guessed(
    tmp_path: Path, cell: str, amount: str | None
) -> None:
    found = payments(tmp_path, f"1;C-1;{cell};31.03.2025")
    assert [each["amount"] for each in data_of(found)] == ([] if amount is None else [amount])
    assert amount is not None or found.left_out[1].startswith(f"Amount {cell!r} is no number with ',' before decimals")
    assert_accounted(found, 1)


@given(
    st.decimals(min_value="0.001", max_value="99999999999", places=3),
    st.sampled_from([(",", "."), (".", ","), (",", "'"), (".", " "), (",", "")]),
)
def test_a_number_is_read_as_it_was_written(number: Decimal, signs: tuple[str, str]) -> None:
    decimal, thousands = signs
    text = f"{number:,f}".replace(",", "T").replace(".", decimal).replace("T", thousands)
    value = Value(column="A", number=Number(decimal=decimal, thousands=thousands))
    assert value_of(value, [{"A": text}]) == f"{number:f}"


def test_a_quote_that_is_never_closed_swallows_no_rows(tmp_path: Path) -> None:
    plain = "1;C-1;1,00;31.03.2025"
    for lines in (
        (plain, '2;"C-2;1,00;31.03.2025', plain),
        (plain, '2;"C-2;1;31.03.2025', '3;"C-3";1;31.03.2025', plain),
    ):
        with pytest.raises(
            Fault, match=r"payments\.csv cannot be read from line 4 on: .*A cell that begins with a quote"
        ):
            payments(tmp_path, *lines)
    whole = payments(tmp_path, '1;"C ""7""";1,00;31.03.2025')
    assert [each["customer_id"] for each in data_of(whole)] == ['C "7"']


def test_a_row_with_more_cells_than_columns_is_refused(tmp_path: Path) -> None:
    found = payments(tmp_path, "1;C-1;1.000;00;31.03.2025", "2;C-1;1,00;31.03.2025;;", "", "3;C-1;1,00")
    assert [each["payment_id"] for each in data_of(found)] == ["2"], "cells without contents say nothing"
    assert found.left_out == {
        1: "has more cells than the header has columns, by 1",
        3: "Booked is empty, which says when it happened",
    }
    assert_accounted(found, 3)


def test_a_column_that_the_table_has_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Fault, match="more than one column Amount"):
        payments(tmp_path, "1;C-1;1,00;31.03.2025;2,00", header=HEADER + ";Amount")
    assert len(payments(tmp_path, "1;C-1;1,00;31.03.2025;;", header=HEADER + ";;").facts) == 1


def test_a_byte_order_mark_is_no_part_of_the_first_column(tmp_path: Path) -> None:
    (tmp_path / "plain.yaml").write_text(PAYMENTS + "encoding: utf-8\n")
    payments(tmp_path, "1;C-1;1,00;31.03.2025", encoding="utf-8-sig")
    assert len(facts_of(read_mapping(tmp_path / "plain.yaml"), tmp_path / "payments.csv").facts) == 1


def test_an_id_that_no_program_wrote_as_a_number_stays_as_it_is(tmp_path: Path) -> None:
    ids = {"17850.0": "17850", "17850": "17850", "00123": "00123", "12E3": "12E3", "1_0.0": "1_0.0", "C-1.0": "C-1.0"}
    found = payments(tmp_path, *(f"{n};{id};1,00;31.03.2025" for n, id in enumerate(ids)))
    assert [each["customer_id"] for each in data_of(found)] == list(ids.values())


def test_an_instant_with_a_time_zone_has_its_own_day_and_its_moment_in_utc(tmp_path: Path) -> None:
    found = payments(tmp_path, "1;C-1;1,00;2025-03-31T22:30:00-05:00")
    [payment] = data_of(found)
    assert (payment["paid_on"], found.facts[0].time.isoformat()) == ("2025-03-31", "2025-04-01T03:30:00+00:00")


def test_rows_of_one_order_that_name_different_customers_are_refused(tmp_path: Path) -> None:
    rows = [
        line("1"),
        line("1", CustomerID="17851"),
        line("2"),
        line("2", CustomerID="17850", InvoiceDate="12/1/10 8:27"),
    ]
    found = facts_of(read_mapping(RETAIL), table(tmp_path, rows, LINES))
    assert [each["order_id"] for each in data_of(found)] == ["2"], (
        "17850.0 and 17850 are one, and so are minutes of a day"
    )
    assert set(found.left_out.values()) == {"CustomerID is not the same in all rows of the fact: '17850' and '17851'"}
    assert_accounted(found, 4)


def test_names_of_several_columns_are_never_taken_for_each_other(tmp_path: Path) -> None:
    (tmp_path / "m.yaml").write_text(PAYMENTS.replace("one_per: Number", "one_per: [Number, Customer]"))
    (tmp_path / "payments.csv").write_text(f"{HEADER}\n1/2;3;1,00;31.03.2025\n1;2/3;1,00;31.03.2025\n")
    ids = [
        fact.id.rpartition(":")[0]
        for fact in facts_of(read_mapping(tmp_path / "m.yaml"), tmp_path / "payments.csv").facts
    ]
    assert ids == ["PaymentReceived:1%2F2/3", "PaymentReceived:1/2%2F3"]


ORDERS_IN_FILS = """
name: orders
file: orders.csv
delimiter: ";"
facts:
  - type: erp.OrderSubmitted
    one_per: Order
    time: {column: Day, date: "%d.%m.%Y"}
    fields:
      order_id: {column: Order}
      customer_id: {column: Customer}
      ordered_on: {column: Day, date: "%d.%m.%Y"}
      currency: {column: Currency}
      total: {sum_of: [Quantity, Price], number: {decimal: ",", thousands: "."}}
      lines:
        rows:
          item_id: {column: Item}
          quantity: {column: Quantity, number: {decimal: ",", thousands: "."}}
          unit_price: {column: Price, number: {decimal: ",", thousands: "."}}
"""


@pytest.mark.parametrize(
    ("currency", "prices", "total"),
    [
        ("KWD", ("1.234,567", "0,125"), "3703.826"),
        ("JPY", ("1.234", "125"), "3827"),
        ("CLF", ("0,0375", "1,0001"), "1.1126"),
    ],
)
def test_amounts_of_a_currency_with_three_or_four_decimals_or_none_are_read_and_added_up_to_the_last_digit(
    tmp_path: Path, currency: str, prices: tuple[str, str], total: str
) -> None:
    (tmp_path / "m.yaml").write_text(ORDERS_IN_FILS, encoding="utf-8")
    lines = [
        "Order;Customer;Day;Currency;Item;Quantity;Price",
        f"O-1;C-1;31.03.2025;{currency};A;3;{prices[0]}",
        f"O-1;C-1;31.03.2025;{currency};B;1;{prices[1]}",
    ]
    (tmp_path / "orders.csv").write_text("\n".join(lines), encoding="utf-8")
    [order] = data_of(facts_of(read_mapping(tmp_path / "m.yaml"), tmp_path / "orders.csv"))
    assert (order["total"], order["currency"]) == (total, currency)
    read = [price.replace(".", "").replace(",", ".") for price in prices]
    assert [each["unit_price"] for each in order["lines"]] == read
