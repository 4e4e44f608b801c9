"""A journey: what caused what, how long waits are folded, what is folded as saying nothing new, and each step with its reasons."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from itertools import pairwise
from urllib.parse import urlencode

import httpx
import pytest

from chassis.testing.waiting import eventually
from standing_console.screens.steps import Journey
from standing_console.screens.waterfall import LEFT, RIGHT, WIDTH, Axis, Waterfall, folded_from

from .conftest import HOSTILE, Visitor
from .invented import BEGAN, DAY, MS, SPAN, TRACE, Invented, a_year_of_dunning, event

PATIENCE_S = 120.0


def journey_of(*events: dict[str, object]) -> Journey:
    return Journey.of({"a-svc": events})


def whole() -> Journey:
    return Journey.of({name: each.events for name, each in a_year_of_dunning().items()})


def test_a_step_stands_below_what_caused_it_whichever_service_that_is_of() -> None:
    journey = whole()
    rows = {row.step.id: row for row in journey.rows(journey.steps, fold=False)}
    assert len(rows) == len(journey.steps)
    assert [rows[id].depth for id in ("e-1", "e-3", "e-4", "e-5")] == [0, 1, 2, 3]
    assert rows["e-4"].parent == journey.find("e-3")
    assert rows["e-1"].parent is None


def test_a_step_whose_cause_is_not_shown_stands_below_what_caused_that() -> None:
    journey = whole()
    shown = [step for step in journey.steps if step.id in ("e-1", "e-5")]
    first, second = journey.rows(shown, fold=False)
    assert (first.step.id, second.step.id, second.parent, second.depth) == ("e-1", "e-5", first.step, 1)


def test_causes_in_a_circle_are_shown_once_each() -> None:
    journey = journey_of(
        event("x", "a.X", "s", cause="y"), event("y", "a.Y", "s", cause="x"), event("z", "a.Z", "s", cause="z")
    )
    assert sorted(row.step.id for row in journey.rows(journey.steps, fold=True)) == ["x", "y", "z"]


def test_what_says_nothing_new_is_folded_and_counted_and_what_failed_never() -> None:
    same = {"customer_id": "K-1", "limit": "5"}
    journey = journey_of(
        event("root", "a.Placed", "o-1"),
        event("quiet", "a.CustomerRankNoted", "c-1", MS, "root"),
        event("said", "a.LimitSet", "c-1", 2 * MS, "root", same),
        event("again", "a.LimitSet", "c-1", 3 * MS, "root", same),
        event("new", "a.LimitSet", "c-1", 4 * MS, "root", {**same, "limit": "6"}),
        event("led", "a.ReviewScheduled", "c-1", 5 * MS, "root"),
        event("to", "a.ReviewDone", "c-1", 6 * MS, "led"),
        *(event(f"n{n}", "a.PartFailed", f"n-{n}", (9 + n) * MS, "root", {"n": n}) for n in range(9)),
        *(event(f"m{n}", "a.Sent", f"m-{n}", (20 + n) * MS, "root", {"n": n}) for n in range(9)),
    )
    rows = journey.rows(journey.steps, fold=True)
    shown = {row.step.id for row in rows}
    assert {"root", "said", "new", "led", "to", "m0", "m1", "m2", *(f"n{n}" for n in range(9))} == shown
    assert rows[0].folded == {"CustomerRankNoted": 1, "LimitSet": 1, "Sent": 6}
    assert len(journey.rows(journey.steps, fold=False)) == len(journey.steps)


@pytest.mark.parametrize(
    ("waits", "limit"),
    [
        ([31 * 86_400.0, 0.04, 0.9], 31 * 86_400.0),
        ([31 * 86_400.0, 14 * 86_400.0, 7 * 86_400.0, 0.02], 7 * 86_400.0),
        ([31 * 86_400.0, 3600.0, 0.01], 3600.0),
        ([86_400.0], 86_400.0),
        ([7 * 86_400.0, 14 * 86_400.0], None),
        ([5.0, 0.001], None),
        ([], None),
    ],
    ids=str,
)
def test_a_wait_is_folded_where_it_is_far_longer_than_the_others(waits: list[float], limit: float | None) -> None:
    assert folded_from(waits) == (limit if limit is not None else float("inf"))


def test_on_the_axis_a_month_is_a_notch_and_what_a_second_holds_is_still_told_apart() -> None:
    instants = [BEGAN, BEGAN + 4 * MS, BEGAN + 31 * DAY, BEGAN + 31 * DAY + 40 * MS, BEGAN + 31 * DAY + 900 * MS]
    axis = Axis.of(instants)
    assert [notch.wait.days for notch in axis.notches] == [30]
    places = [axis.places[at] for at in instants]
    assert places[0] == LEFT
    assert places[-1] == pytest.approx(RIGHT)
    assert all(later - sooner >= 5 for sooner, later in pairwise(places))
    assert [mark.at for mark in axis.marks] == [instants[0], instants[2]]
    assert places[4] - places[3] > places[1] - places[0], "beside each other, longer waits are longer"


@pytest.mark.parametrize("count", [1, 2, 3, 30, 200])
@pytest.mark.parametrize("wait", [timedelta(), MS, timedelta(hours=3), 20 * DAY], ids=str)
def test_labels_of_the_axis_never_overlap_and_nothing_leaves_the_picture(count: int, wait: timedelta) -> None:
    instants = [BEGAN + n * wait + n * n * MS + (n % 3) * 5 * MS for n in range(count)]
    axis = Axis.of(instants)
    assert all(LEFT <= x <= RIGHT + 0.01 for x in axis.places.values())
    written = [notch for notch in axis.notches if notch.labelled]
    assert all(right.middle - left.middle >= 62 for left, right in pairwise(written))
    for line in (0, 1):
        marks = [mark for mark in axis.marks if mark.line == line]
        spans = [(mark.x - 128, mark.x) if mark.end else (mark.x, mark.x + 128) for mark in marks]
        assert all(left[1] <= right[0] for left, right in pairwise(spans))
        assert all(right <= WIDTH for _, right in spans)


def test_a_second_page_stands_on_the_same_axis_as_the_first() -> None:
    journey = whole()
    rows = journey.rows(journey.steps, fold=False)
    second = Waterfall.of(rows[4:], rows, lambda step: step.recorded_at)
    first = Waterfall.of(rows[:4], rows, lambda step: step.recorded_at)
    assert first.axis == second.axis
    assert all(bar.cause_y is None or bar.cause_y < bar.y for bar in second.bars)


async def shown(operator: Visitor, panel: str = "steps", path: str = "/journey", **query: str) -> str:
    """A panel; one that a busy machine did not bring in time is looked at again."""

    async def look() -> str:
        response = await operator.get(f"{path}/-/{panel}?{urlencode(query)}")
        assert response.status_code == 200
        return response.text

    return await eventually(look, lambda text: "longer than three seconds" not in text, PATIENCE_S)


async def test_a_journey_is_shown_over_all_services_with_the_one_that_is_away_named(operator: Visitor) -> None:
    text = await shown(operator, id="J-1")
    assert "gone-svc does not answer" in text
    for name in ("InvoiceRecorded", "PaymentOverdue", "NotificationFailed", "SupplierGraded"):
        assert f'class="name" x="2" y="17">{name}<' in text
    assert ">31 days<" in text
    assert "4 steps that say nothing new are folded." in text
    assert "ExposureChanged × 1" in text
    assert 'y="17">ExposureChanged<' not in text


@pytest.mark.parametrize("view", ["waterfall", "tree", "table"])
async def test_every_view_leads_to_each_step_and_shows_what_is_folded_when_wished(operator: Visitor, view: str) -> None:
    folded = await shown(operator, id="J-1", view=view)
    everything = await shown(operator, id="J-1", view=view, noise="shown")
    assert "event=e-2" not in folded
    assert all(f"/journey/event?id=J-1&amp;event=e-{n}" in everything for n in (1, 2, 3, 4, 5, 6, 75, 8))


async def test_a_filter_shows_only_what_it_names(operator: Visitor) -> None:
    failed = await shown(operator, id="J-1", view="table", failed="only")
    assert "event=e-5" in failed
    assert "e-75" not in failed.partition("<tbody>")[2].partition("Caused by")[0]
    assert failed.count("<tr>") == 2
    one = await shown(operator, id="J-1", view="table", service="a-svc", type="a.PaymentOverdue")
    assert one.count("<tr>") == 2
    none = await shown(operator, id="J-1", view="table", service="a-svc", type="b.SupplierGraded")
    assert "No step of this journey is of this kind." in none


async def test_an_effect_leads_back_to_its_cause_and_on_to_its_own_effects(operator: Visitor) -> None:
    table = await shown(operator, id="J-1", view="table")
    assert "a fact from outside" in table
    text = await shown(operator, "event", "/journey/event", id="J-1", event="e-3")
    caused, effects = text.partition("What it caused")[::2]
    assert "event=e-1" in caused.partition("What caused it")[2]
    assert {"event=e-4", "event=e-6"} <= {part[:9] for part in effects.split("&amp;")}


async def test_a_step_shows_its_reasons_its_policy_and_its_span_where_one_was_recorded(operator: Visitor) -> None:
    text = await shown(operator, "event", "/journey/event", id="J-1", event="e-8")
    assert "Two critical defects in 48 lots." in text
    assert "<b>Late</b>" not in text
    assert "&lt;b&gt;Late&lt;/b&gt; twice." in text
    assert "<dt><code>policy_version</code></dt><dd>3</dd>" in text
    assert "traces.example" not in text
    assert "not among those that are sampled" in text
    sampled = await shown(operator, "event", "/journey/event", id="J-1", event="e-5")
    assert f"https://traces.example/trace/{TRACE}?span={SPAN}" in sampled
    assert "550 no such mailbox" in sampled


async def test_what_of_a_journey_is_parked_is_listed_and_nothing_of_another(
    operator: Visitor, services: dict[str, Invented]
) -> None:
    assert "/parked/a-svc/7" in await shown(operator, "waiting", id="J-1")
    assert "/parked/a-svc/7" not in await shown(operator, "waiting", id="J-2")


async def test_a_journey_is_taken_along_as_a_table_only_when_every_service_gave_its_part(operator: Visitor) -> None:
    assert (await operator.get("/journey/export.csv?id=J-1")).status_code == 502
    console = operator.inside._transport.app.state.console  # type: ignore[attr-defined]
    del console.services.addresses["gone-svc"]

    async def take() -> httpx.Response:
        return await operator.get("/journey/export.csv?id=J-1&service=b-svc")

    response = await eventually(take, lambda found: found.is_success, PATIENCE_S)
    rows = list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert {row["service"] for row in rows} == {"b-svc"}
    assert len(rows) == 9
    assert rows[0]["caused_by"] == "e-3"


async def test_names_in_a_journey_are_shown_and_never_run(operator: Visitor, services: dict[str, Invented]) -> None:
    services["a-svc"].events += [event("h", HOSTILE, HOSTILE * 20, data={"reason": HOSTILE}, journey="H")]
    for text in (
        *[await shown(operator, id="H", view=view) for view in ("waterfall", "tree", "table")],
        await shown(operator, "event", "/journey/event", id="H", event="h"),
    ):
        assert HOSTILE not in text
        assert "&lt;script&gt;" in text


async def test_who_may_not_read_the_log_is_told_so(operator: Visitor, services: dict[str, Invented]) -> None:
    services["a-svc"].rights = ()
    assert "You lack the right log.read at a-svc." in await shown(operator, id="J-1")


@pytest.mark.parametrize("id", ["a/b", "x" * 201, "\x00"])
async def test_what_cannot_be_an_id_reaches_no_service(
    operator: Visitor, services: dict[str, Invented], id: str
) -> None:
    assert "This cannot be the id of a journey." in await shown(operator, id=id)
    assert not services["a-svc"].taken


async def test_an_event_that_is_not_there_is_said_not_to_be(operator: Visitor) -> None:
    console = operator.inside._transport.app.state.console  # type: ignore[attr-defined]
    del console.services.addresses["gone-svc"]
    assert "There is nothing at this address." in await shown(operator, "event", "/journey/event", id="J-1", event="no")
    assert "No service has an event with this correlation id." in await shown(operator, id="J-9")
