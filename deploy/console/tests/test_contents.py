"""A parked message as people read and edit it, and a table as they take it along."""

import csv
import io
import json
import zipfile

import pytest

from standing_console.exports import as_csv, as_xlsx, exported
from standing_console.faults import Misused, NotFound
from standing_console.screens.message import Message, readable

CAME = {"headers": {"ce_id": "1", "ce_type": "erp.Paid"}, "value": '{"amount": 100.10, "note": "a, {b}: [c]"}'}


def test_json_is_shown_in_lines_with_every_figure_as_it_came() -> None:
    value = '{"amount":100.10,"big":12345678901234567890.0,"none":{},"list":[1,{"a":"}\\"{"}],"empty":[]}'
    shown = readable(value)
    assert json.loads(shown) == json.loads(value)
    assert '  "amount": 100.10,' in shown.splitlines()
    assert "12345678901234567890.0" in shown
    assert '  "none": {},' in shown.splitlines()


@pytest.mark.parametrize("value", ["", "no json", '{"open": "', "\ufffd{}", "\x00"])
def test_what_is_no_json_is_shown_as_it_came(value: str) -> None:
    assert readable(value) == value


def test_the_difference_has_what_went_and_what_came() -> None:
    edited = {"headers": {"ce_id": "1", "ce_type": "erp.Paid"}, "value": CAME["value"].replace("100.10", "99")}
    lines = Message({**CAME, "edited": edited}).difference
    assert [(line.mark, line.text) for line in lines if line.mark != "same"] == [
        ("gone", '  "amount": 100.10,'),
        ("new", '  "amount": 99,'),
    ]
    assert Message(CAME).difference == []


def test_a_form_sets_and_removes_headers_and_leaves_the_others() -> None:
    message = Message(CAME)
    assert message.changed_headers(message.headers_text) == {}
    assert message.changed_headers("ce_id: 1\n CE_Time: 2025-01-01T00:00:00Z \n") == {
        "ce_time": "2025-01-01T00:00:00Z",
        "ce_type": None,
    }
    with pytest.raises(Misused):
        message.changed_headers("no colon")


HOSTILE = ["=1+1", "+49", "-1", "@cmd", "\tx", "<script>", "名称", 'a"b,c\nd']


def test_no_cell_of_a_table_is_a_formula() -> None:
    text = as_csv(["name", "count"], [[each, 3] for each in HOSTILE]).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text, newline="")))
    assert rows[0] == ["name", "count"]
    assert [row[0].removeprefix("'") for row in rows[1:]] == HOSTILE
    assert not any(row[0].startswith(("=", "+", "-", "@", "\t")) for row in rows)
    book = zipfile.ZipFile(io.BytesIO(as_xlsx(["name", "count"], [[each, 3] for each in HOSTILE])))
    sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert sheet.count("<v>3</v>") >= len(HOSTILE)
    assert "名称" in book.read("xl/sharedStrings.xml").decode()


def test_a_table_has_two_kinds() -> None:
    assert exported("audit", "csv", ["a"], []).headers["content-disposition"] == 'attachment; filename="audit.csv"'
    with pytest.raises(NotFound):
        exported("audit", "exe", ["a"], [])
