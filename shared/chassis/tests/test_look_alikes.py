"""A new name that looks like a known one is noticed on its first use: nothing is refused, and operators see it until they decide."""

import random
import unicodedata
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from chassis.handling.known_names import Name, add
from chassis.look_alikes import difference, forms_of, look_alike
from chassis.runtime import Runtime
from chassis.settings import Settings
from chassis.storage.log import partition_of
from chassis.testing.client import app_of, client_of
from chassis.testing.waiting import eventually

from .breakable import NO_KAFKA
from .running import NOW, Start, asking, levels
from .toy import COUNT_SERVICE, COUNTER, JAR, JAR_SERVICE, Fill

JARS_BY_NAME = replace(JAR_SERVICE, deciders=(replace(JAR, names="jar"),))


@pytest.mark.parametrize(
    "name",
    [
        "\u0421-1", "\u0441-1", "c-1", "C-l", "C-I", "C-|", "C\u20101", "C\u20131", "C\u22121",
        "\uff23-1", "C-\uff11", "\uff23\uff0d\uff11",
        "\u0421-\u04cf", "\U0001d402-1", "C-\u0661", "\u216d-1",
    ],
)  # fmt: skip
def test_another_script_width_hyphen_or_case_makes_a_look_alike(name: str) -> None:
    assert look_alike("C-1", name)
    assert look_alike(name, "C-1")


@pytest.mark.parametrize(
    ("one", "other"),
    [("C-1", "C_1"), ("C-1", "C-2"), ("C-1", "C 1"), ("C-1", "C1"), ("C-11", "C-1"), ("Zoë", "Zoe"), ("C-1", "G-1"), ("10", "70")],
)  # fmt: skip
def test_names_that_can_be_seen_apart_are_no_look_alikes(one: str, other: str) -> None:
    assert not look_alike(one, other)


@for_all(st.lists(st.integers(0, 10**12), min_size=2, max_size=2, unique=True), st.sampled_from(["", "C-", "2024/"]))
def test_no_two_numbers_look_alike(numbers: list[int], prefix: str) -> None:
    one, other = (f"{prefix}{number}" for number in numbers)
    assert not look_alike(one, other)


@for_all(
    st.text(st.characters(codec="utf-8"), min_size=1, max_size=30), st.sampled_from(["NFC", "NFD", "NFKC", "NFKD"])
)
def test_the_form_of_unicode_and_what_is_not_shown_make_no_other_name(name: str, form: str) -> None:
    spelt = unicodedata.normalize(form, name)  # type: ignore[arg-type]
    assert look_alike(name, spelt)
    assert look_alike(name, "\u200b".join(name))


@for_all(st.text(st.sampled_from("oO0\u041e\u043e\u039f1lI|\uff11\u04c0"), max_size=6), st.text("O0o1l", max_size=6))
def test_names_share_a_form_exactly_where_they_look_alike(one: str, other: str) -> None:
    shared = any(a == b for a, b in zip(forms_of(one), forms_of(other), strict=True))
    assert shared == look_alike(one, other)


def test_a_difference_is_named_by_the_characters_that_cannot_be_seen_apart() -> None:
    assert difference("\u0421-1", "C-1") == "U+0421 CYRILLIC CAPITAL LETTER ES"
    assert difference("l1", "1l") == "the same characters in another order"


async def fill(jars: Runtime, *names: str) -> None:
    """One after the other: time passes in between, and the order in which names came is known."""
    for name in names:
        await jars.move_clock(jars.clock.now() + timedelta(seconds=1))
        assert (await jars.executor.submit(asking(Fill(name, 1)))).positions  # type: ignore[union-attr]


async def waiting(client: httpx.AsyncClient) -> dict[str, list[str]]:
    """Name → the older ones that it looks like, of those that nobody has decided about."""
    page = (await client.get("/v1/admin/look-alikes", params={"status": "waiting"})).json()
    return {row["id"]: [known["id"] for known in row["alike"]] for row in page["items"]}


async def followed(jars: Runtime) -> bool:
    """Whether the names of the whole log are known."""
    return not await jars.database.pool.fetchval(
        "SELECT EXISTS (SELECT FROM log_partition h LEFT JOIN name_follower f USING (partition) WHERE f.position IS DISTINCT FROM h.head)"
    )


async def test_a_look_alike_of_a_known_name_is_reported_until_somebody_decides_and_refused_nothing(
    start_service: Start, settings: Settings
) -> None:
    jars = await start_service(JARS_BY_NAME, roles=NO_KAFKA)
    parts = {partition_of(f"jar-{name}", settings.partitions) for name in ("C-1", "\u0421-1", "C-l", "c-1")}
    assert len(parts) > 1, "the names lie in several partitions"
    await fill(jars, "C-1", "B-7")
    await fill(jars, "\u0421-1", "C_1")
    await fill(jars, "\u0421-1", "C-l")
    async with client_of(app_of(jars)) as client:
        await eventually(lambda: waiting(client), lambda found: len(found) == 2)
        page = (await client.get("/v1/admin/look-alikes")).json()
        cyrillic, small_l = page["items"]
        assert (cyrillic["names"], cyrillic["id"], cyrillic["status"]) == ("jar", "\u0421-1", "waiting")
        assert cyrillic["alike"] == [{"id": "C-1", "difference": "U+0421 CYRILLIC CAPITAL LETTER ES"}]
        assert [known["id"] for known in small_l["alike"]] == ["C-1", "\u0421-1"]
        assert page["next"] is None

        ready = (await client.get("/readyz")).json()
        assert ready["status"] == "degraded"
        assert ready["warnings"] == [
            "2 new names look like a known one, first jar \u0421-1; see /v1/admin/look-alikes."
        ]
        assert 'standing_look_alikes{service="jar-svc"} 2.0' in (await client.get("/metrics")).text

        why = {"actor": "ann", "reason": "two customers, both are on file"}
        url = "/v1/admin/look-alikes/acknowledgements"
        unknown = await client.post(url, json={**why, "numbers": [cyrillic["look_alike_id"], 999]})
        assert unknown.status_code == 409
        assert len(await waiting(client)) == 2, "all or none"
        done = await client.post(url, json={**why, "numbers": [cyrillic["look_alike_id"], small_l["look_alike_id"]]})
        assert (done.status_code, done.json()) == (200, {"acknowledged_count": 2})
        assert (await client.post(url, json={**why, "numbers": [cyrillic["look_alike_id"]]})).status_code == 409
        assert await waiting(client) == {}
        assert (await client.get("/readyz")).json()["warnings"] == []
        different = (await client.get("/v1/admin/look-alikes", params={"status": "different"})).json()["items"]
        assert [(row["id"], row["decided_by"], row["reason"]) for row in different] == [
            (name, why["actor"], why["reason"]) for name in ("\u0421-1", "C-l")
        ]
        actions = (await client.get("/v1/admin/actions")).json()["items"]
        assert [(each["action"], each["actor"], each["reason"], each["detail"]["id"]) for each in actions] == [
            ("acknowledged as different", why["actor"], why["reason"], name) for name in ("\u0421-1", "C-l")
        ]
        # What comes later is another matter.
        await fill(jars, "\u0421-1", "c-1")
        await eventually(lambda: waiting(client), lambda found: list(found) == ["c-1"])
    assert await levels(jars) == {"C-1": 1, "B-7": 1, "\u0421-1": 3, "C_1": 1, "C-l": 1, "c-1": 1}


async def test_names_of_a_log_from_before_are_read_by_the_follower_and_decisions_outlive_reading_anew(
    start_service: Start,
) -> None:
    jars = await start_service(JAR_SERVICE, roles=NO_KAFKA)  # which names nothing, as services of before
    await fill(jars, "C-1", *(f"J-{n}" for n in range(30)), "\u0421-1", "O-1", "0-1")
    await jars.stop()
    jars = await start_service(JARS_BY_NAME, roles=NO_KAFKA, instance="2")
    expected = {"\u0421-1": ["C-1"], "0-1": ["O-1"]}
    async with client_of(app_of(jars)) as client:
        await eventually(lambda: waiting(client), lambda found: found == expected)
        rows = (await client.get("/v1/admin/look-alikes")).json()["items"]
        (zero,) = [row["look_alike_id"] for row in rows if row["id"] == "0-1"]
        decided = {"actor": "ann", "reason": "both exist", "numbers": [zero]}
        assert (await client.post("/v1/admin/look-alikes/acknowledgements", json=decided)).status_code == 200
    await jars.stop()
    again = replace(JAR_SERVICE, deciders=(replace(JAR, names="glass"),))
    jars = await start_service(again, roles=NO_KAFKA, instance="3")
    async with client_of(app_of(jars)) as client:
        await eventually(lambda: waiting(client), lambda found: found == {"\u0421-1": ["C-1"], "0-1": ["O-1"]})
    await jars.stop()
    jars = await start_service(JARS_BY_NAME, roles=NO_KAFKA, instance="4")
    async with client_of(app_of(jars)) as client:
        await eventually(lambda: waiting(client), lambda found: found == {"\u0421-1": ["C-1"]})
        await eventually(lambda: followed(jars), bool)
        assert await waiting(client) == {"\u0421-1": ["C-1"]}


async def test_a_service_whose_streams_name_nothing_looks_for_no_look_alikes(start_service: Start) -> None:
    counts = await start_service(COUNT_SERVICE, roles=NO_KAFKA)
    assert not any(each.names for each in COUNT_SERVICE.deciders), COUNTER
    async with client_of(app_of(counts)) as client:
        assert (await client.get("/v1/admin/look-alikes")).json() == {"items": [], "next": None}


@pytest.mark.parametrize("seed", range(8))
async def test_the_look_alikes_do_not_depend_on_the_order_in_which_partitions_are_read(
    start_service: Start, seed: int
) -> None:
    jars = await start_service(COUNT_SERVICE, roles=frozenset({"http"}))
    dice = random.Random(seed)
    letters = "Oo0\u041e\u041d\u043dHh1lI"
    first = {
        ("jar", "".join(dice.choice(letters) for _ in range(2))): NOW + timedelta(seconds=dice.randrange(20))
        for _ in range(40)
    }
    # A name may be given by several streams; the one that was recorded first counts, whenever it is read.
    uses = [*first.items(), *((name, at + timedelta(seconds=dice.randrange(9))) for name, at in first.items())]
    dice.shuffle(uses)
    while uses:
        batch: dict[Name, object] = {}
        for name, at in uses[:7]:
            batch[name] = min(at, batch.get(name, at))  # type: ignore[type-var]
        del uses[:7]
        async with jars.database.pool.acquire() as connection, connection.transaction():
            await add(connection, batch, NOW)  # type: ignore[arg-type]
    older = {
        name: [
            known
            for known_at, known in sorted((at, id) for (_, id), at in first.items())
            if (known_at, known) < (first["jar", name], name) and look_alike(name, known)
        ]
        for _, name in first
    }
    found = {row["id"]: row["alike"] for row in await jars.look_alikes.listed("waiting", 0, 500)}
    assert found == {name: known[:5] for name, known in older.items() if known}
