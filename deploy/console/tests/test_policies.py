"""The screens of policies, before a service that was invented for them."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import AsyncIterator
from datetime import date
from decimal import Decimal
from html import unescape
from html.parser import HTMLParser
from typing import Any

import pytest

from standing_parts.issuer import Issuer

from .conftest import HOSTILE, Visitor, visiting
from .ruled import POLICY, SERVICE, Ruled, Rung, app_of, document

PAGE = f"/policies/{SERVICE}/{POLICY}"


PATIENCE_S = 120.0


@pytest.fixture
def ruled() -> Ruled:
    return Ruled()


@pytest.fixture(autouse=True)
def slow_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """How fast panels are is not what is tried here."""
    for bound in ("pages.PANEL_S", "services.LOOK_S", "visit.EACH_S"):
        monkeypatch.setattr(f"standing_console.{bound}", PATIENCE_S)


@pytest.fixture
async def visitor(issuer: Issuer, ruled: Ruled) -> AsyncIterator[Visitor]:
    """Before a console whose one service is the invented one."""
    async with visiting(issuer, {SERVICE: app_of(ruled)}) as found:
        yield found


class Inputs(HTMLParser):
    """The fields of the form that leads to an address, as a browser would send them."""

    def __init__(self, html: str, to: str) -> None:
        super().__init__()
        self.to, self.within, self.area, self.choice = to, False, "", ""
        self.fields: dict[str, str] = {}
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.within = given.get("action") == self.to and given.get("method") == "post"
        elif self.within and tag == "input":
            self.fields[given["name"]] = given.get("value", "")
        elif self.within and tag == "textarea":
            self.area = given["name"]
            self.fields[self.area] = ""
        elif self.within and tag == "select":
            self.choice = given["name"]
        elif self.within and tag == "option" and self.choice and "selected" in given:
            self.fields[self.choice] = given["value"]

    def handle_data(self, data: str) -> None:
        if self.area:
            self.fields[self.area] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self.area:
            self.fields[self.area] = self.fields[self.area].removeprefix("\n")
            self.area = ""
        if tag == "select":
            self.choice = ""


async def seen(visitor: Visitor, path: str) -> str:
    """A page with its panels."""
    response = await visitor.get(f"{path}{'&' if '?' in path else '?'}whole")
    assert response.status_code == 200, response.text
    return response.text


async def sent(visitor: Visitor, page: str, to: str, act: str = "", **changed: str) -> str:
    """Fill the form of a page as it is but for what is changed, send it, and see the page to which it leads."""
    fields = Inputs(await seen(visitor, page), to).fields
    assert fields, f"no form on {page} leads to {to}"
    fields |= {"act": act} if act else {}
    response = await visitor.post(to, fields | changed)
    assert response.status_code == 303, response.text
    return await seen(visitor, response.headers["location"])


async def edited(visitor: Visitor, act: str = "save", **changed: str) -> str:
    return await sent(visitor, f"{PAGE}/edit", f"{PAGE}/edit", act, **changed)


def words(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", html)).split())


async def test_versions_say_who_and_why_and_what_is_in_force(visitor: Visitor) -> None:
    assert f'href="{PAGE}"' in await seen(visitor, "/policies")
    html = await seen(visitor, PAGE)
    assert "2 2025-02-01 in force 2025-03-01 09:00:00 sun customers <b>asked</b> for it" in words(html)
    assert "customers &lt;b&gt;asked&lt;/b&gt; for it" in html
    assert "1 as delivered" in words(html)
    assert "grace_days 2 3" in words(html)


async def test_who_may_not_read_the_audit_sees_versions_and_which_right_shows_the_rest(
    visitor: Visitor, ruled: Ruled
) -> None:
    ruled.rights = ("policies.read",)
    html = words(await seen(visitor, PAGE))
    assert "Who published a version, and why, is seen with the right audit.read." in html
    assert "2 2025-02-01 – – –" in html
    assert f"You lack the right backtests.read at {SERVICE}." in html


async def test_any_two_versions_are_compared(visitor: Visitor, ruled: Ruled) -> None:
    rungs = [Rung(step="call", after_days=1), Rung(step="call", after_days=3), Rung(step="letter", after_days=7)]
    third = document(ladder=rungs, cap=Decimal(100))
    ruled.versions.append(
        ruled.versions[0].model_copy(update={"version": 3, "document": third, "effective_from": date(2025, 6, 1)})
    )
    html = words(await seen(visitor, f"{PAGE}?first=1&second=3"))
    assert 'ladder › 1 nothing {"step": "call", "after_days": 1}' in html
    assert "ladder › 2" not in html
    assert "cap null 100" in html
    assert "3 2025-06-01 to come" in html
    assert "There is no such version." in words(await seen(visitor, f"{PAGE}?first=1&second=4"))


async def test_a_form_that_nobody_touched_makes_the_document_that_it_shows(visitor: Visitor, ruled: Ruled) -> None:
    html = await edited(visitor, "review")
    assert "They are the same." in words(html)
    assert ruled.writes == []


async def test_a_form_has_the_fields_of_its_values(visitor: Visitor) -> None:
    html = await seen(visitor, f"{PAGE}/edit")
    for field in (
        'name="t:/interest/since" value="2024-01-01" type="date"',
        'name="t:/interest/percent" value="7.50" inputmode="decimal"',
        'name="n:/grace_days" value="3" inputmode="numeric"',
        'name="z:/cap" value="" placeholder="nothing"',
        '<select name="b:/automatic"',
        '<textarea name="t:/text"',
        '<option value="letter"></option>',
    ):
        assert field in html, field


async def test_an_edited_draft_is_published_after_the_version_that_it_follows(visitor: Visitor, ruled: Ruled) -> None:
    changed = {"n:/grace_days": "5", "z:/cap": "1000.00", "b:/automatic": "false", "t:/interest/since": "2025-01-01"}
    html = words(await edited(visitor, "review", **changed))
    for line in (
        "grace_days 3 5",
        "cap null 1000.00",
        "automatic true false",
        "interest › since 2024-01-01 2025-01-01",
    ):
        assert line in html
    html = await sent(
        visitor, f"{PAGE}/review", f"{PAGE}/review/publish", effective_from="2025-04-01", reason="更宽松 – more lenient"
    )
    assert "Version 3 is published." in words(html)
    assert "3 2025-04-01 to come 2025-03-01 09:00:00 tang 更宽松 – more lenient" in words(html)
    third = ruled.versions[-1]
    assert third.effective_from == date(2025, 4, 1)
    assert third.document == {
        **document(grace_days=5, cap="1000.00", automatic=False),
        "interest": {"percent": "7.50", "since": "2025-01-01"},
    }
    assert "Go on with your draft" not in html


async def test_parts_of_lists_and_maps_are_added_and_removed_without_a_script(visitor: Visitor, ruled: Ruled) -> None:
    await edited(visitor, "add:/ladder", **{"n:/grace_days": "4"})
    html = await edited(
        visitor, "add:/points", **{"key:/points": "B", "t:/ladder/2/step": "visit", "n:/ladder/2/after_days": "9"}
    )
    assert 'name="t:/points/B" value="5"' in html
    await edited(visitor, "remove:/ladder/0", **{"t:/points/B": "2.5"})
    assert "Give the new entry a key of its own." in words(await edited(visitor, "add:/points", **{"key:/points": "A"}))
    await edited(visitor, "review")
    await sent(visitor, f"{PAGE}/review", f"{PAGE}/review/publish", effective_from="2025-04-01", reason="a visit too")
    published = ruled.versions[-1].document
    assert published["ladder"] == [{"step": "letter", "after_days": 7}, {"step": "visit", "after_days": 9}]
    assert published["points"] == {"A": "0", "D-1": "5", "B": "2.5"}
    assert published["grace_days"] == 4


async def test_what_the_service_refuses_stands_beside_the_places_that_it_means(visitor: Visitor, ruled: Ruled) -> None:
    wrong = {"t:/pace": "zigzag", "n:/ladder/1/after_days": "soon", "t:/interest/percent": "99"}
    await edited(visitor, "review", **wrong)
    html = await sent(visitor, f"{PAGE}/review", f"{PAGE}/review/publish", effective_from="2025-04-01", reason="a try")
    assert "The service refuses the draft in 3 places, which are marked." in words(html)
    for pointer, beside in (
        ("/pace", "Input should be 'sequential' or 'straight' (got 'zigzag')"),
        ("/ladder/1/after_days", "Input should be a valid integer"),
        ("/interest/percent", "less than or equal to 24"),
    ):
        found = re.search(rf'(?s)id="wrong-{pointer}">.*?<bdi>(.*?)</bdi>', html)
        assert found is not None, pointer
        assert beside in unescape(found[1])
    assert 'value="zigzag"' in html
    assert 'name="n:/ladder/1/after_days" value="soon"' in html
    assert len(ruled.versions) == 2
    right = {"t:/pace": "straight", "n:/ladder/1/after_days": "8", "t:/interest/percent": "9.5"}
    await edited(visitor, "review", **right)
    await sent(visitor, f"{PAGE}/review", f"{PAGE}/review/publish", effective_from="2025-04-01", reason="mended")
    mended = ruled.versions[-1].document
    assert (mended["interest"]["percent"], mended["ladder"][1]["after_days"]) == ("9.5", 8)


async def test_a_rule_about_the_whole_is_said_where_the_draft_is_reviewed(visitor: Visitor) -> None:
    await edited(visitor, "review", **{"n:/ladder/0/after_days": "30"})
    html = await sent(visitor, f"{PAGE}/review", f"{PAGE}/review/publish", effective_from="2025-04-01", reason="a try")
    assert "each rung must come later than the one before it" in words(html)
    assert "ladder › 1 › after_days 3 30" in words(html)


async def test_who_was_overtaken_sees_the_differences_before_the_newest_version_is_followed(
    visitor: Visitor, ruled: Ruled
) -> None:
    await edited(visitor, "review", **{"n:/grace_days": "9"})
    fields = Inputs(await seen(visitor, f"{PAGE}/review"), f"{PAGE}/review/publish").fields
    other = document(grace_days=3, pace="straight")
    ruled.versions.append(ruled.versions[1].model_copy(update={"version": 3, "document": other}))
    late = await visitor.post(f"{PAGE}/review/publish", {**fields, "effective_from": "2025-04-01", "reason": "a try"})
    html = await seen(visitor, late.headers["location"])
    assert "is now at version 3" in words(html)
    assert "pace straight sequential" in words(html)
    assert f'action="{PAGE}/review/publish"' not in html
    html = await sent(visitor, f"{PAGE}/review", f"{PAGE}/review/follow")
    assert f'action="{PAGE}/review/publish"' in html


async def test_a_draft_is_tried_on_history_and_says_who_is_concerned_and_by_how_much(
    visitor: Visitor, ruled: Ruled
) -> None:
    ruled.report = {
        "graded": 40, "different": 2,
        "differences": [
            {"supplier_id": HOSTILE, "live": "A", "live_score": "90.5", "candidate": "B", "candidate_score": "81.25"},
            {"supplier_id": "=S-2", "live": "C", "live_score": "60", "candidate": "B", "candidate_score": "71"},
        ],
        "months": [{"as_of": "2025-01-31", "customers": 3, "examples": [{"customer_id": "C-1", "live": "vip", "candidate": "small"}]}],
        "migration": [],
    }  # fmt: skip
    await edited(visitor, "review", **{"n:/grace_days": "9"})
    html = await sent(
        visitor, f"{PAGE}/review", f"{PAGE}/review/backtest", starts_on="2024-01-01", ends_on="2025-02-28"
    )
    assert HOSTILE not in html
    assert f"{HOSTILE} A 90.5 B 81.25 -9.25" in unescape(" ".join(re.sub(r"</?(t|b)[^>]*>", " ", html).split()))
    assert "=S-2 C 60 B 71 +11" in words(html)
    assert "2025-01-31 C-1 vip small" in words(html)
    assert "grace_days 3 9" in words(html)
    (backtest_id,) = ruled.backtests
    table = await visitor.get(f"{PAGE}/backtests/{backtest_id}/export.csv?table=differences")
    rows = list(csv.reader(io.StringIO(table.content.decode("utf-8-sig"))))
    assert rows[0] == ["supplier_id", "live", "live_score", "candidate", "candidate_score", "by score"]
    assert rows[2] == ["'=S-2", "C", "60", "B", "71", "'+11"]
    assert (await visitor.get(f"{PAGE}/backtests/{backtest_id}/export.csv?table=none")).status_code == 404
    assert ruled.writes == [f"POST /v1/policies/{POLICY}/backtests"]


async def test_a_second_person_publishes_what_the_first_one_tried(visitor: Visitor, ruled: Ruled) -> None:
    await edited(visitor, "review", **{"n:/grace_days": "9"})
    review = await seen(visitor, f"{PAGE}/review")
    assert "You made this draft yourself." in words(review)
    await sent(visitor, f"{PAGE}/review", f"{PAGE}/review/backtest", starts_on="2024-01-01", ends_on="2025-02-28")
    (backtest_id,) = ruled.backtests
    ruled.backtests[backtest_id].requested_by = "sun"
    html = await sent(visitor, f"{PAGE}/backtests/{backtest_id}", f"{PAGE}/draft", origin=f"backtest:{backtest_id}")
    assert "sun tried exactly this on history. If you publish it, two people stand behind it." in words(html)
    assert "sun tried exactly this" not in words(await edited(visitor, "review", **{"n:/grace_days": "8"}))


async def test_a_candidate_runs_beside_the_live_policy_until_it_is_ended(visitor: Visitor, ruled: Ruled) -> None:
    await edited(visitor, "review", **{"t:/pace": "straight"})
    html = await sent(visitor, f"{PAGE}/review", f"{PAGE}/review/shadow", reason="to see what it would do")
    assert "Candidate 1 is worked out beside the live policy and decides nothing." in words(html)
    assert ruled.shadow is not None
    assert ruled.shadow.document["pace"] == "straight"
    html = await sent(visitor, PAGE, f"{PAGE}/shadow/end", reason="结束：seen enough")
    assert "No candidate runs beside the live policy." in words(html)
    assert ruled.reasons == ["结束：seen enough"]


async def test_a_document_is_edited_as_text_too(visitor: Visitor) -> None:
    async def typed(text: str) -> str:
        return words(await sent(visitor, f"{PAGE}/edit?as=text", f"{PAGE}/edit", "review", json=text))

    page = await typed('{"pace":\n oops}')
    assert "Line 2 is no JSON" in page
    assert "oops}" in page
    assert "A policy is one JSON object." in await typed("[1]")
    assert "exempt › 1 nothing C-7" in await typed(json.dumps({**document(grace_days=3), "exempt": ["C-7"]}))


@pytest.mark.parametrize(
    "fields", [{"t:/a/b": "1"}, {"act": "add:/ladder/77"}, {"act": "remove:/no/such"}, {"base": "x"}]
)
async def test_a_form_that_lost_a_part_is_refused(visitor: Visitor, ruled: Ruled, fields: dict[str, Any]) -> None:
    given = Inputs(await seen(visitor, f"{PAGE}/edit"), f"{PAGE}/edit").fields
    response = await visitor.post(f"{PAGE}/edit", {**given, "act": "save", **fields})
    assert response.status_code in (303, 422)
    page = response.text if response.status_code == 422 else await seen(visitor, response.headers["location"])
    assert "This form has lost a part of the document; open it again." in words(page)
    assert ruled.writes == []


async def test_a_policy_and_a_service_that_there_are_not_are_said_so(visitor: Visitor) -> None:
    for path in (f"/policies/{SERVICE}/nothing", f"/policies/none-svc/{POLICY}"):
        assert "There is nothing at this address." in words(await seen(visitor, path))
