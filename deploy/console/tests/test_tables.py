"""Tables whose order, filter and page stand in the address, and what one takes along of them, before invented services."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from html import unescape
from typing import Any

import pytest

from standing_console.screens import parked

from .conftest import Visitor
from .invented import BEGAN, Invented, parked_message, progress

PATIENCE_S = 60.0
RIGHTS = ("admin.parked.read", "admin.progress.read", "admin.projections.read", "audit.read")


@pytest.fixture(autouse=True)
def slow_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """How fast panels are is not what is tried here."""
    for bound in ("pages.PANEL_S", "services.LOOK_S", "visit.EACH_S"):
        monkeypatch.setattr(f"standing_console.{bound}", PATIENCE_S)


def build(number: int, name: str, taken: int, status: str = "live", fault: str | None = None) -> dict[str, Any]:
    return {
        "build": number, "name": name, "version": 2, "status": status, "fault": fault, "positions": {"0": taken},
    }  # fmt: skip


def action(number: int, actor: str, what: str) -> dict[str, Any]:
    return {
        "operator_action_id": number, "done_at": BEGAN.replace(minute=number).isoformat(), "kind": "act", "action": what,
        "things": [f"parked/{number}"], "actor": actor, "subject": None, "client": "console", "address": "10.0.0.1",
        "agent": None, "reason": "a reason", "detail": {}, "before": None, "after": None,
    }  # fmt: skip


@pytest.fixture
async def services() -> dict[str, Invented]:
    """Three hundred messages of two types, of which the last came first; three read models; four acts."""
    messages = [
        parked_message(n, f"K-{n % 7}", type="a.Paid" if n % 3 else "a.Due", attempt_count=301 - n)
        for n in range(1, 301)
    ]
    models = [
        build(1, "page", 7), build(2, "balance", 10), build(3, "stock", 2, fault="=1+1"),
        build(4, "page", 5, status="building"),
    ]  # fmt: skip
    acts = [action(1, "tang", "retry"), action(2, "luo", "edit"), action(3, "tang", "discard"), action(4, "an", "edit")]
    a = Invented(
        parked=messages,
        things={
            "/v1/admin/progress": progress(heads={"0": 10}),
            "/v1/admin/projections": {"items": models, "next": None},
            "/v1/admin/actions": {"items": acts, "next": None},
        },
        rights=RIGHTS,
    )
    return {"a-svc": a}


def column(text: str, number: int) -> list[str]:
    """The texts of a column of the first table."""
    rows = re.findall(r"<tr[^>]*>(.*?)</tr>", text.partition("<tbody>")[2].partition("</tbody>")[0], re.DOTALL)
    cells = [re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", row, re.DOTALL) for row in rows]
    return [unescape(re.sub(r"<[^>]+>", "", row[number])).strip() for row in cells]


def table(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def heads(text: str) -> dict[str, tuple[str, str]]:
    """Title → order and address of each head of a column that has an order."""
    found = re.findall(r'<th scope="col"[^>]*?(?:aria-sort="(\w+)")?><a class="order" href="([^"]+)">([^<]+)', text)
    return {title.strip(): (order, unescape(href)) for order, href, title in found}


async def test_messages_come_in_the_order_of_the_address_and_a_head_turns_it_round(operator: Visitor) -> None:
    usual = (await operator.get("/parked/a-svc/-/messages")).text
    assert column(usual, 0)[:3] == ["1", "2", "3"]
    order, href = heads(usual)["Tries"]
    assert (order, href) == ("", "/parked/a-svc?sort=-attempt_count")
    least = (await operator.get("/parked/a-svc/-/messages?sort=attempt_count&type=a.Due")).text
    assert column(least, 0)[:3] == ["300", "297", "294"]
    assert heads(least)["Tries"] == ("ascending", "/parked/a-svc?type=a.Due&sort=-attempt_count")


async def test_the_usual_order_pages_at_the_service_and_another_one_over_what_was_looked_through(
    operator: Visitor,
) -> None:
    usual = (await operator.get("/parked/a-svc/-/messages?status=parked")).text
    assert len(column(usual, 0)) == 200
    assert 'href="/parked/a-svc?status=parked&amp;after=200"' in usual
    second = (await operator.get("/parked/a-svc/-/messages?sort=-parked_id&page=2")).text
    assert column(second, 0)[0] == "100"
    assert "page 2 of 2" in second
    assert 'href="/parked/a-svc?sort=-parked_id&amp;page=1"' in second


async def test_an_order_over_a_part_of_the_messages_says_so(
    operator: Visitor, monkeypatch: pytest.MonkeyPatch, services: dict[str, Invented]
) -> None:
    monkeypatch.setattr(parked, "SORTED_MAX", 500)
    services["a-svc"].parked += [parked_message(n, "K") for n in range(301, 900)]
    shown = (await operator.get("/parked/a-svc/-/messages?sort=key")).text
    assert "Only the first 500 messages are put in this order" in shown


@pytest.mark.parametrize("path", ["/parked/a-svc/-/messages", "/read-models/-/builds", "/audit/-/actions"])
async def test_an_order_that_there_is_not_is_said(operator: Visitor, path: str) -> None:
    assert "There is no such order." in (await operator.get(f"{path}?service=a-svc&sort=colour")).text


@pytest.mark.parametrize("path", ["/parked/a-svc/-/messages?sort=-key", "/audit/-/actions?service=a-svc"])
async def test_a_page_that_is_no_number_is_said(operator: Visitor, path: str) -> None:
    assert "There is no such page." in (await operator.get(f"{path}&page=x")).text


async def test_messages_are_taken_along_with_the_filter_and_order_in_force(
    operator: Visitor, services: dict[str, Invented]
) -> None:
    shown = (await operator.get("/parked/a-svc/-/messages?type=a.Due&sort=attempt_count")).text
    address = unescape(re.findall(r'href="(/parked/a-svc/export.csv[^"]+)"', shown)[0])
    file = await operator.get(address)
    assert 'filename="parked-a-svc.csv"' in file.headers["content-disposition"]
    rows = table(file.content)
    assert len(rows) == 100
    assert [row["parked_id"] for row in rows][:3] == ["300", "297", "294"]
    assert {row["type"] for row in rows} == {"a.Due"}
    assert "value" not in rows[0], "what is in a message stays where a look at it is on record"
    book = await operator.get(address.replace(".csv", ".xlsx"))
    assert zipfile.ZipFile(io.BytesIO(book.content)).testzip() is None
    assert (await operator.get(address.replace(".csv", ".exe"))).status_code == 404


async def test_more_messages_than_a_table_takes_are_refused(operator: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("standing_console.viewer.PAGE", 100)
    monkeypatch.setattr(parked, "ROWS_MAX", 150)
    refused = await operator.get("/parked/a-svc/export.csv")
    assert refused.status_code == 422
    assert "choose fewer by the filter" in refused.text


async def test_groups_are_ordered_and_taken_along(operator: Visitor, services: dict[str, Invented]) -> None:
    common = {"source": "a.events", "code": "x", "key_count": 1, "first_parked_at": BEGAN.isoformat()}
    services["a-svc"].things["/v1/admin/parked/summary"] = {
        "items": [
            {**common, "type": type, "message_count": count} for type, count in (("a.Paid", 2), ("a.Due", 9), (None, 1))
        ]
    }
    assert column((await operator.get("/parked/-/groups?service=a-svc")).text, 4) == ["9", "2", "1"]
    by_type = (await operator.get("/parked/-/groups?service=a-svc&sort=type")).text
    assert column(by_type, 2) == ["a.Due", "a.Paid", "without a type"]
    rows = table((await operator.get("/parked/export.csv?service=a-svc&sort=type")).content)
    assert [row["type"] for row in rows] == ["a.Due", "a.Paid", ""]


async def test_read_models_are_filtered_ordered_and_taken_along(operator: Visitor) -> None:
    async def names(query: str) -> list[str]:
        return column((await operator.get(f"/read-models/-/builds?service=a-svc&{query}")).text, 1)

    assert await names("") == ["balance", "page", "stock"]
    assert await names("sort=-behind") == ["stock", "page", "balance"]
    assert await names("name=A&sort=-name") == ["page", "balance"]
    assert await names("state=behind") == ["page", "stock"]
    assert await names("state=building") == ["page"]
    assert await names("state=faulty") == ["stock"]
    assert "There is no such choice." in (await operator.get("/read-models/-/builds?state=odd")).text
    rows = table((await operator.get("/read-models/export.csv?service=a-svc&state=behind&sort=-behind")).content)
    assert [(row["name"], row["behind"], row["built_percent"]) for row in rows] == [
        ("stock", "8", ""),
        ("page", "3", "50"),
    ]
    assert rows[0]["fault"] == "'=1+1", "no cell is a formula"


async def test_the_audit_is_ordered_as_the_address_says_also_where_it_is_taken_along(operator: Visitor) -> None:
    async def actors(sort: str) -> list[str]:
        found = await operator.get(f"/audit/-/actions?service=a-svc&since=2025-01-01&until=2026-01-01&sort={sort}")
        return column(found.text, 2)

    assert await actors("") == ["an", "tang", "luo", "tang"]
    assert await actors("actor") == ["an", "luo", "tang", "tang"]
    rows = table((await operator.get("/audit/export.csv?service=a-svc&since=2025-01-01&sort=actor")).content)
    assert [row["actor"] for row in rows] == ["an", "luo", "tang", "tang"]
    assert rows[0]["things"] == "parked/4"


async def test_a_table_with_a_service_missing_is_not_given_out_as_whole(
    operator: Visitor, services: dict[str, Invented]
) -> None:
    services["a-svc"].things["/v1/admin/parked/summary"] = {"items": []}
    for path in ("/parked/export.csv", "/read-models/export.csv", "/audit/export.csv"):
        refused = await operator.get(path)
        assert refused.status_code == 502, path
        assert "gone-svc does not answer" in refused.text
