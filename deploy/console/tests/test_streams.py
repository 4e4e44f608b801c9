"""One thing by itself: its events in order, the state after each, and what differs; as known now, or as known then."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from html import unescape
from typing import Any
from urllib.parse import urlencode

import pytest

from standing_console.screens import streams

from .conftest import HOSTILE, Visitor
from .invented import BEGAN, DAY, Invented, event

PATIENCE_S = 120.0
ACCOUNT = {"service": "a-svc", "stream": "account-K-9"}


@pytest.fixture(autouse=True)
def slow_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """How fast panels are is not what is tried here."""
    for bound in ("pages.PANEL_S", "services.LOOK_S", "visit.EACH_S"):
        monkeypatch.setattr(f"standing_console.{bound}", PATIENCE_S)


@pytest.fixture(autouse=True)
def account(services: dict[str, Invented]) -> Invented:
    """An account whose limit was set, raised a day later, and closed a day after that."""
    found = services["a-svc"]
    found.events += list(
        history("account-K-9", {"limit": "100"}, {"limit": "250", "notes": ["raised"]}, {"closed": True})
    )
    return found


def history(stream: str, *data: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for n, each in enumerate(data, 1):
        yield event(f"k-{n}", f"a.Step{n}", stream, n * DAY, data=each, journey=f"J-9{n}", version=n, position=90 + n)


async def shown(operator: Visitor, panel: str = "events", **query: Any) -> str:
    response = await operator.get(f"/streams/-/{panel}?{urlencode(query)}")
    assert response.status_code == 200
    return response.text


def words(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", html)).split())


async def test_a_service_offers_the_kinds_of_its_things_and_an_id_leads_to_the_stream(operator: Visitor) -> None:
    text = await shown(operator)
    assert re.findall(r"<option>(\w+)", text) == ["invoice", "account", "case"]
    assert 'href="?service=b-svc"' in text
    assert "Choose a service and the kind of a thing" in text
    chosen = await shown(operator, service="a-svc", kind="account", id="K-9")
    assert "account-K-9 · 3 events" in words(chosen)
    assert chosen == await shown(operator, **ACCOUNT)


async def test_the_events_of_a_thing_stand_in_order_and_each_leads_to_its_journey_and_the_state_after_it(
    operator: Visitor,
) -> None:
    text = await shown(operator, **ACCOUNT)
    assert re.findall(r">(Step\d)</a>", text) == ["Step1", "Step2", "Step3"]
    assert "/journey/event?id=J-92&amp;event=k-2" in text
    assert 'href="?service=a-svc&amp;stream=account-K-9&amp;version=2"' in text
    assert "2025-02-03 08:30:00" in text
    assert "2025-02-03 08:29:59" in text
    assert "&#34;limit&#34;: &#34;250&#34;" in text


async def test_the_state_after_an_event_is_shown_and_what_that_event_changed(operator: Visitor) -> None:
    newest = words(await shown(operator, "state", **ACCOUNT))
    assert "After version 3 of 3" in newest
    assert '"closed": true' in newest
    state = words(await shown(operator, "state", **ACCOUNT, version=2))
    assert '"limit": "250"' in state
    assert "closed" not in state
    changed = words(await shown(operator, "difference", **ACCOUNT, version=2))
    assert "Version 1 Version 2 limit 100 250" in changed
    first = words(await shown(operator, "difference", **ACCOUNT, version=1))
    assert "There is nothing before the first event." in first


async def test_any_two_versions_are_compared(operator: Visitor) -> None:
    text = words(await shown(operator, "difference", **ACCOUNT, since=1, version=3))
    assert "Version 1 Version 3" in text
    assert {"limit 100 250", "closed nothing true"} <= set(re.findall(r"limit 100 250|closed nothing true", text))
    same = words(await shown(operator, "difference", **ACCOUNT, since=3, version=3))
    assert "They are the same." in same


async def test_as_known_at_an_instant_there_is_only_what_was_recorded_until_then(
    operator: Visitor, account: Invented
) -> None:
    then = {**ACCOUNT, "as_known_at": (BEGAN + 2 * DAY).strftime("%Y-%m-%dT%H:%M")}
    text = await shown(operator, **then)
    assert re.findall(r">(Step\d)</a>", text) == ["Step1", "Step2"]
    assert "as known at 2025-02-03T08:30:00+00:00 as known now" in words(text)
    assert "version=1&" not in text.partition("as_known_at=2025-02-03T08%3A30%3A00%2B00%3A00")[0]
    assert "After version 2 of 2" in words(await shown(operator, "state", **then))
    assert ("/v1/admin/streams/kinds", {}) in account.taken
    await shown(operator, **ACCOUNT, as_known_at="2025-02-09T00:00:00+08:00")
    assert account.taken[-1][1]["as_known_at"] == "2025-02-09T00:00:00+08:00"


async def test_a_long_stream_is_shown_a_page_at_a_time(operator: Visitor, account: Invented) -> None:
    account.events += list(history("log-L", *({"n": n} for n in range(250))))
    long = {"service": "a-svc", "stream": "log-L"}
    first = await shown(operator, **long)
    assert len(re.findall(r">Step\d+</a>", first)) == streams.PAGE
    assert "1 to 100 of 250" in words(first)
    assert 'href="?service=a-svc&amp;stream=log-L&amp;after=100"' in first
    last = await shown(operator, **long, after=200)
    assert "201 to 250 of 250" in words(last)
    assert "Next page" not in last
    assert 'href="?service=a-svc&amp;stream=log-L&amp;after=100"' in last


async def test_the_events_and_the_state_are_taken_along_whole(operator: Visitor, account: Invented) -> None:
    account.events += list(history("log-L", *({"n": n} for n in range(450))))
    response = await operator.get("/streams/export.csv?service=a-svc&stream=log-L")
    rows = list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert [row["version"] for row in rows] == [str(n) for n in range(1, 451)]
    assert rows[449]["data"] == '{"n": 449}'
    state = await operator.get("/streams/state.csv?" + urlencode({**ACCOUNT, "version": 2}))
    assert list(csv.reader(io.StringIO(state.content.decode("utf-8-sig")))) == [
        ["place", "value"], ["/limit", "250"], ["/notes/0", "raised"],
    ]  # fmt: skip
    assert (await operator.get("/streams/export.xlsx?" + urlencode(ACCOUNT))).is_success


async def test_what_a_service_cut_is_said_beside_what_is_shown_and_beside_what_differs(
    operator: Visitor, account: Invented
) -> None:
    account.cut = [{"place": "/invoices", "shown_count": 1000, "whole_count": 4321}]
    text = words(await shown(operator, "state", **ACCOUNT))
    assert "Not everything is shown of: /invoices (1,000 of 4,321)" in text
    text = words(await shown(operator, "difference", **ACCOUNT))
    assert "What differs in the parts that are not shown is not seen: /invoices" in text


async def test_a_stream_that_there_is_not_is_said_so_beside_the_form(operator: Visitor) -> None:
    text = await shown(operator, service="a-svc", kind="account", id="K-0")
    assert "There is no such stream." in text
    assert 'name="id" value="K-0"' in text
    assert 'href="/find?id=K-0"' in text
    assert "There is no version 9." in await shown(operator, "state", **ACCOUNT, version=9)


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({"version": "x"}, "There is no such version."),
        ({"since": "-1"}, "There is no such version."),
        ({"after": "9" * 20}, "There is no such version."),
        ({"as_known_at": "yesterday"}, "Write a day or a time as"),
        ({"stream": "a-\x00"}, "This cannot be the name of a stream."),
        ({"stream": "a-" + "x" * 500}, "This cannot be the name of a stream."),
        ({"service": "none-svc"}, "There is nothing at this address."),
    ],
)
async def test_what_no_address_of_this_page_has_reaches_no_service(
    operator: Visitor, account: Invented, query: dict[str, str], sentence: str
) -> None:
    for panel in ("events", "state", "difference"):
        assert sentence in await shown(operator, panel, **{**ACCOUNT, **query})
    assert not account.taken


async def test_names_in_a_stream_are_shown_and_never_run(operator: Visitor, account: Invented) -> None:
    stream = f"account-{HOSTILE}"
    account.events += list(history(stream, {HOSTILE: HOSTILE}, {HOSTILE: "other", "because": HOSTILE}))
    for panel in ("events", "state", "difference"):
        text = await shown(operator, panel, service="a-svc", stream=stream)
        assert HOSTILE not in text
        assert "&lt;script&gt;" in text


async def test_who_may_not_read_the_log_is_told_so(operator: Visitor, account: Invented) -> None:
    account.rights = ()
    for panel in ("events", "state", "difference"):
        assert "You lack the right log.read at a-svc." in await shown(operator, panel, **ACCOUNT)


async def test_a_step_of_a_journey_and_an_id_that_was_found_lead_to_the_stream(operator: Visitor) -> None:
    step = (await operator.get("/journey/event/-/event?id=J-92&event=k-2")).text
    table = (await operator.get("/journey/-/steps?id=J-92&view=table")).text
    for text in (step, table):
        assert 'href="/streams?service=a-svc&amp;stream=account-K-9&amp;version=2"' in text
    for id in ("J-92", "k-2", "250"):
        text = (await operator.get(f"/find/-/found?{urlencode({'id': id})}")).text
        assert 'href="/streams?service=a-svc&amp;stream=account-K-9"' in text


async def test_who_looked_at_a_stream_leads_there_from_the_audit(operator: Visitor, account: Invented) -> None:
    look = {
        "operator_action_id": 1, "done_at": BEGAN.isoformat(), "kind": "look",
        "action": "stream read", "things": ["streams/account-K-9", "log/0"], "actor": "ann",
        "subject": None, "client": None, "address": None, "agent": None, "reason": "", "before": None, "after": None, "detail": {},
    }  # fmt: skip
    account.things["/v1/admin/actions"] = {"items": [look], "next": None}
    text = (await operator.get("/audit/-/actions?service=a-svc&since=2025-01-01T00:00")).text
    assert '<a href="/streams?service=a-svc&amp;stream=account-K-9">streams/account-K-9</a>' in text
    assert "<bdi>log/0</bdi>" in text


async def test_the_page_has_all_of_it_without_scripts_too(operator: Visitor) -> None:
    text = words((await operator.get(f"/streams?{urlencode(ACCOUNT)}&whole")).text)
    assert "A thing's events in order" in text
    assert "After version 3 of 3" in text
    assert "Version 2 Version 3 closed nothing true" in text
