"""Drafts of policies in a form that is made from their schema, and as text."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from html import unescape
from typing import Any

import pytest
from fastapi import FastAPI

from chassis.http.policy_schemas import schema_of
from chassis.service import Service
from standing.services import ALL
from standing_parts.issuer import Issuer

from .conftest import Visitor, visiting
from .forms import PAGE, Inputs, be_patient, edited, seen, sent, words
from .ruled import SERVICE, Ruled, app_of, document

SEALED = {"sealed": "A" * 40, "subject": "contact:C-1/K-1", "key": 1}


@pytest.fixture
def ruled() -> Ruled:
    return Ruled()


@pytest.fixture
async def visitor(issuer: Issuer, ruled: Ruled, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Visitor]:
    """Before a console whose one service is the invented one."""
    be_patient(monkeypatch)
    async with visiting(issuer, {SERVICE: app_of(ruled)}) as found:
        yield found


async def published(visitor: Visitor, ruled: Ruled) -> dict[str, Any]:
    """The draft, once it is reviewed and published."""
    await edited(visitor, "review")
    html = await sent(visitor, f"{PAGE}/review", f"{PAGE}/review/publish", effective_from="2025-04-01", reason="a try")
    assert "is published." in words(html), words(html)
    return ruled.versions[-1].document


def tag_of(html: str, name: str) -> str:
    """The tag of an input."""
    found = re.search(rf'<(input|select|textarea) name="{re.escape(name)}"[^>]*>', html)
    assert found is not None, name
    return found[0]


async def test_a_form_that_nobody_touched_makes_the_document_that_it_shows(visitor: Visitor, ruled: Ruled) -> None:
    html = await edited(visitor, "review")
    assert "They are the same." in words(html)
    assert ruled.writes == []


async def test_a_form_has_the_inputs_bounds_and_hints_of_the_schema(visitor: Visitor) -> None:
    html = await seen(visitor, f"{PAGE}/edit")
    for name, attributes in (
        ("t:/interest/since", 'value="2024-01-01" type="date"'),
        ("t:/interest/percent", 'value="7.50" type="number" step="any" min="0" max="24"'),
        ("n:/grace_days", 'value="3" type="number" step="1"'),
        ("n:/ladder/0/after_days", 'value="3" type="number" step="1" min="0" max="999"'),
        ("u:/cap", 'placeholder="nothing"'),
        ("n:/grace_days", 'aria-describedby="hint-/grace_days"'),
        ("t:/interest/percent", "required"),
    ):
        assert attributes in tag_of(html, name), name
    for part in (
        'id="hint-/grace_days"><span lang="en">Days after the due date on which nothing happens.</span>',
        '<span lang="en">Of a year.</span> · <span class="bounds">0 – 24</span>',
        '<span class="bounds">&gt; 0</span>',
        '<select name="t:/ladder/1/step" required><option value="call">call</option><option value="letter" selected>',
        '<select name="b:/automatic"><option value="true" selected>yes</option>',
        '<textarea name="t:/text"',
        'id="hint-/ladder"><span lang="en">A step of the ladder.</span>',
    ):
        assert part in html, part
    assert "required" not in tag_of(html, "u:/cap")


async def test_parts_of_lists_and_maps_are_added_and_removed_without_a_script(visitor: Visitor, ruled: Ruled) -> None:
    await edited(visitor, "add:/ladder", **{"n:/grace_days": "4"})
    html = await edited(
        visitor, "add:/points", **{"key:/points": "B", "t:/ladder/2/step": "visit", "n:/ladder/2/after_days": "9"}
    )
    assert tag_of(html, "t:/points/B").startswith('<input name="t:/points/B" value="" type="number"')
    assert (
        '<select name="key:/points" aria-label="Key of the new entry of points"><option value="C">C</option></select>'
        in html
    )
    await edited(visitor, "remove:/ladder/0", **{"t:/points/B": "2.5"})
    assert "Give the new entry a key of its own." in words(await edited(visitor, "add:/points", **{"key:/points": "A"}))
    await edited(visitor, "review")
    await sent(visitor, f"{PAGE}/review", f"{PAGE}/review/publish", effective_from="2025-04-01", reason="a visit too")
    published = ruled.versions[-1].document
    assert published["ladder"] == [{"step": "letter", "after_days": 7}, {"step": "visit", "after_days": 9}]
    assert published["points"] == {"A": "0", "D-1": "5", "B": "2.5"}
    assert published["grace_days"] == 4


async def test_an_empty_list_grows_and_what_is_new_begins_as_the_schema_has_it(visitor: Visitor, ruled: Ruled) -> None:
    html = await edited(visitor, "add:/exempt")
    assert 'name="t:/exempt/0" value=""' in html
    html = await edited(visitor, "add:/ladder", **{"t:/exempt/0": "C-7"})
    assert '<select name="t:/ladder/2/step" required><option value=""></option>' in html
    assert (await published_after(visitor, ruled, {"t:/ladder/2/step": "visit", "n:/ladder/2/after_days": "9"}))[
        "exempt"
    ] == ["C-7"]


async def published_after(visitor: Visitor, ruled: Ruled, changed: dict[str, str]) -> dict[str, Any]:
    await edited(visitor, "save", **changed)
    return await published(visitor, ruled)


async def test_the_last_entry_that_a_list_must_have_is_not_removed(visitor: Visitor) -> None:
    assert 'value="remove:/ladder/0"' in await seen(visitor, f"{PAGE}/edit")
    html = await edited(visitor, "remove:/ladder/0")
    assert 'value="remove:/ladder/' not in html


async def test_of_several_kinds_of_value_one_is_chosen(visitor: Visitor, ruled: Ruled) -> None:
    html = await edited(visitor, "add:/pauses")
    kinds = re.search(r'(?s)<select name="kind:/pauses/0".*?</select>', html)
    assert kinds is not None
    assert words(kinds[0]) == "text Pause"
    html = await edited(visitor, "choose:/pauses/0", **{"kind:/pauses/0": "1"})
    assert r'pattern="^[a-z0-9_\-]+$"' in tag_of(html, "t:/pauses/0/named")
    assert 'min="1"' in tag_of(html, "n:/pauses/0/days")
    await edited(visitor, "add:/pauses", **{"n:/pauses/0/days": "2", "t:/pauses/0/named": "new-year"})
    found = await published_after(visitor, ruled, {"t:/pauses/1": "spring"})
    assert found["pauses"] == [{"days": 2, "named": "new-year"}, "spring"]
    html = await edited(visitor, "choose:/pauses/0", **{"kind:/pauses/0": "0"})
    assert 'name="t:/pauses/0" value=""' in html


async def test_a_part_that_may_be_nothing_is_put_in_and_taken_out(visitor: Visitor, ruled: Ruled) -> None:
    html = await edited(visitor, "choose:/holiday", **{"kind:/holiday": "0"})
    assert "required" in tag_of(html, "n:/holiday/days")
    found = await published_after(visitor, ruled, {"n:/holiday/days": "7", "t:/holiday/named": "spring"})
    assert found["holiday"] == {"days": 7, "named": "spring"}
    await edited(visitor, "choose:/holiday", **{"kind:/holiday": ""})
    assert (await published(visitor, ruled))["holiday"] is None


async def test_a_text_that_tells_of_a_person_stays_sealed_until_it_is_written_anew(
    visitor: Visitor, ruled: Ruled
) -> None:
    sealed = document(grace_days=3) | {"contacts": {"a b": SEALED}}
    ruled.versions.append(ruled.versions[1].model_copy(update={"version": 3, "document": sealed}))
    html = await seen(visitor, f"{PAGE}/edit")
    assert "stored sealed; choose another kind to write it anew" in words(html)
    assert 'id="hint-/contacts"' in html
    assert "They are the same." in words(await edited(visitor, "review"))
    await edited(visitor, "choose:/contacts/a b", **{"kind:/contacts/a b": "0"})
    found = await published_after(visitor, ruled, {"t:/contacts/a b": "Li Na"})
    assert found["contacts"] == {"a b": "Li Na"}


async def test_what_the_schema_does_not_have_is_kept_and_can_be_removed(visitor: Visitor, ruled: Ruled) -> None:
    odd = document(grace_days=3) | {"former": {"a": [1.5, 0.0, None, {"b": True}]}, "cap": ["?"], "pace": 7}
    await sent(visitor, f"{PAGE}/edit?as=text", f"{PAGE}/edit", "save", json=json.dumps(odd))
    fields = Inputs(await seen(visitor, f"{PAGE}/edit"), f"{PAGE}/edit").fields
    assert (fields["n:/former/a/0"], fields["z:/cap"], fields["z:/pace"]) == ("1.5", '["?"]', "7")
    html = await edited(visitor, "remove:/former", **{"z:/pace": '"straight"', "z:/cap": "12"})
    assert "former" not in Inputs(html, f"{PAGE}/edit").fields
    assert (await published(visitor, ruled))["pace"] == "straight"


async def test_without_a_schema_the_draft_is_edited_as_text(visitor: Visitor, ruled: Ruled) -> None:
    ruled.older = True
    html = await seen(visitor, f"{PAGE}/edit")
    assert "This service publishes no schema of its policies, so the draft is edited as text." in words(html)
    assert Inputs(html, f"{PAGE}/edit").fields.keys() == {"csrf", "base", "json"}
    assert 'value="form"' not in html


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


def app_with_all_policies_of(service: Service) -> FastAPI:
    """As the service answers of its policies before anybody has published one."""
    app = FastAPI()
    kinds = {kind.NAME: kind for kind in service.policies}

    @app.get("/v1/me")
    async def me() -> dict[str, Any]:
        return {"rights": ["policies.read"]}

    @app.get("/v1/policies/{name}")
    async def show(name: str) -> dict[str, Any]:
        content = kinds[name]().model_dump(mode="json")
        return {"name": name, "version": 1, "effective_from": "0001-01-01", "document": content}

    @app.get("/v1/policies/{name}/schema")
    async def schema(name: str) -> dict[str, Any]:
        return schema_of(kinds[name])

    return app


@pytest.mark.parametrize("service", ALL, ids=lambda service: service.name)
async def test_every_policy_of_every_service_is_a_form_that_makes_it_again(
    issuer: Issuer, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    be_patient(monkeypatch)
    async with visiting(issuer, {service.name: app_with_all_policies_of(service)}) as visitor:
        for kind in service.policies:
            page = f"/policies/{service.name}/{kind.NAME}"
            html = await seen(visitor, f"{page}/edit")
            assert '<textarea name="z:' not in html, f"{kind.NAME} holds what its schema does not expect"
            reviewed = await sent(visitor, f"{page}/edit", f"{page}/edit", "review")
            assert "They are the same." in words(reviewed), (kind.NAME, words(reviewed))
            ids = re.findall(r' id="([^"]+)"', html)
            assert len(ids) == len(set(ids)), kind.NAME
            named = " ".join(re.findall(r'aria-describedby="([^"]+)"', html)).split()
            assert {unescape(each) for each in named} <= {unescape(each) for each in ids}, kind.NAME
