"""The screens of policies, before a service that was invented for them."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import AsyncIterator
from datetime import date
from decimal import Decimal
from html import unescape

import pytest

from standing_parts.issuer import Issuer

from .conftest import HOSTILE, Visitor, visiting
from .forms import PAGE, Inputs, be_patient, edited, seen, sent, words
from .ruled import POLICY, SERVICE, Ruled, Rung, app_of, document


@pytest.fixture
def ruled() -> Ruled:
    return Ruled()


@pytest.fixture
async def visitor(issuer: Issuer, ruled: Ruled, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Visitor]:
    """Before a console whose one service is the invented one."""
    be_patient(monkeypatch)
    async with visiting(issuer, {SERVICE: app_of(ruled)}) as found:
        yield found


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


async def test_an_edited_draft_is_published_after_the_version_that_it_follows(visitor: Visitor, ruled: Ruled) -> None:
    changed = {"n:/grace_days": "5", "u:/cap": "1000.00", "b:/automatic": "false", "t:/interest/since": "2025-01-01"}
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


async def test_what_the_service_refuses_stands_beside_the_places_that_it_means(visitor: Visitor, ruled: Ruled) -> None:
    wrong = {"t:/pace": "zigzag", "n:/ladder/1/after_days": "soon", "t:/interest/percent": "99"}
    await edited(visitor, "review", **wrong)
    html = await sent(visitor, f"{PAGE}/review", f"{PAGE}/review/publish", effective_from="2025-04-01", reason="a try")
    assert "The service refuses the draft in 3 places, which are marked." in words(html)
    for pointer, beside in (
        ("/pace", "Input should be 'sequential' or 'straight' (got 'zigzag')"),
        ("/ladder/1/after_days", "Input should be a whole number in plain digits"),
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


async def test_a_policy_and_a_service_that_there_are_not_are_said_so(visitor: Visitor) -> None:
    for path in (f"/policies/{SERVICE}/nothing", f"/policies/none-svc/{POLICY}"):
        assert "There is nothing at this address." in words(await seen(visitor, path))
