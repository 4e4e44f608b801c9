"""How each administrative act, and each look at what is not everybody's, is done once with success; for the walk of ``test_audit``."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import httpx
import orjson

from chassis.commands import Request
from chassis.personal.erasure import ProposeErasure
from contracts.personal import sealed_length
from tests.api.acts import GOLDEN, JOURNEY, WHY, Acts

Recipe = Callable[[Acts], Awaitable[httpx.Response]]
DONE: dict[str, Recipe] = {}
"""Method and path → the act or look, done once."""


def done(route: str) -> Callable[[Recipe], Recipe]:
    def note(recipe: Recipe) -> Recipe:
        DONE[route] = recipe
        return recipe

    return note


async def _ready(made: Awaitable[Any], then: Callable[[Any], Awaitable[httpx.Response]]) -> httpx.Response:
    return await then(await made)


# --- looks -----------------------------------------------------------------------------------------

done("GET /v1/log")(lambda acts: acts.get("/v1/log", partition=0))
done("GET /v1/admin/journey/{correlation_id}")(lambda acts: acts.get(f"/v1/admin/journey/{JOURNEY}"))
done("GET /v1/admin/lookup")(lambda acts: acts.get("/v1/admin/lookup", id=JOURNEY))
done("GET /v1/admin/parked")(lambda acts: _ready(acts.a_parked(), lambda _: acts.get("/v1/admin/parked")))
done("GET /v1/admin/parked/{parked_id}")(
    lambda acts: _ready(acts.a_parked(), lambda n: acts.get(f"/v1/admin/parked/{n}"))
)
done("GET /v1/admin/set-aside")(lambda acts: _ready(acts.a_set_aside(6), lambda _: acts.get("/v1/admin/set-aside")))
done("GET /v1/admin/set-aside/{set_aside_id}")(
    lambda acts: _ready(acts.a_set_aside(7), lambda n: acts.get(f"/v1/admin/set-aside/{n}"))
)

# --- exports ---------------------------------------------------------------------------------------

CURRENCY = {"currency": "CNY", "format": "csv"}
done("GET /v1/reports/sales")(lambda acts: acts.get("/v1/reports/sales", by="month", **CURRENCY))
done("GET /v1/reports/growth")(lambda acts: acts.get("/v1/reports/growth", **CURRENCY))
done("GET /v1/reports/funnel")(lambda acts: acts.get("/v1/reports/funnel", by="stage", **CURRENCY))
done("GET /v1/reports/customers")(lambda acts: acts.get("/v1/reports/customers", by="industry", format="csv"))
done("GET /v1/partners/ledger")(lambda acts: acts.get("/v1/partners/ledger", format="csv"))


async def _of_a_run(acts: Acts, path: str) -> httpx.Response:
    view = acts.running.builds.models["tierings"].view
    if not await acts.pool.fetchval(f"SELECT count(*) FROM {view}"):
        await acts.pool.execute(
            f"INSERT INTO {view} (tiering_id, currency, as_of, status, population, cut_points, policy_version, abc, partition)"
            " VALUES ('T-1', 'CNY', '1960-01-01', 'completed', 1, '[]', 1, '[]', 0)"
        )
    return await acts.get(path, **CURRENCY)


done("GET /v1/reports/owners")(lambda acts: _of_a_run(acts, "/v1/reports/owners"))
done("GET /v1/reports/top")(lambda acts: _of_a_run(acts, "/v1/reports/top"))


@done("GET /v1/suppliers/{supplier_id}/scorecard")
async def _scorecard(acts: Acts) -> httpx.Response:
    live = next(build for build in await acts.running.builds.load() if build.model.name == acts.model)
    await acts.running.projector.catch_up(live)
    supplier_id = await acts.pool.fetchval(f"SELECT supplier_id FROM {live.table}")
    answer = await acts.get(f"/v1/suppliers/{supplier_id}/scorecard", format="pdf")
    await acts.pool.execute(f"DELETE FROM {live.table}")  # as nothing else expects it
    await acts.pool.execute("UPDATE projection SET position = 0")
    return answer


# --- acts ------------------------------------------------------------------------------------------


@done("POST /v1/admin/proofs")
async def _proof(acts: Acts) -> httpx.Response:
    heads = {str(partition): head for partition, head in (await acts.running.log.heads()).items()}
    return await acts.post(
        "/v1/admin/proofs", {"kind": "seal", "is_sound": True, "summary": "seal 7", "positions": heads}
    )


@done("POST /v1/admin/parked/{parked_id}/retry")
async def _retry(acts: Acts) -> httpx.Response:
    return await acts.post(f"/v1/admin/parked/{await acts.a_parked()}/retry", WHY)


@done("POST /v1/admin/parked/{parked_id}/edit")
async def _edit(acts: Acts) -> httpx.Response:
    owned = [source for source in acts.running.service.sources if source.owner is None]
    if not owned:  # events of another service are never edited
        return await acts.post(f"/v1/admin/parked/{await acts.a_parked()}/edit", {**WHY, "value": "{}", "retry": False})
    event = next(iter(owned[0].events))
    headers = {
        "ce_specversion": "1.0", "ce_id": "walk-1", "ce_source": "/erp", "ce_type": event.TYPE, "content-type": "application/json",
        "ce_time": "2024-05-01T08:00:00Z",
    }  # fmt: skip
    number = await acts.a_parked(owned[0].topic, headers=headers)
    value = (GOLDEN / f"{event.TYPE}.v{event.VERSION}.json").read_text()
    return await acts.post(f"/v1/admin/parked/{number}/edit", {**WHY, "value": value, "retry": False})


@done("POST /v1/admin/parked/{parked_id}/discard")
async def _discard(acts: Acts) -> httpx.Response:
    return await acts.post(f"/v1/admin/parked/{await acts.a_parked()}/discard", WHY)


@done("POST /v1/admin/parked/retries")
async def _retries(acts: Acts) -> httpx.Response:
    await acts.a_parked()
    return await acts.post("/v1/admin/parked/retries", {**WHY, "chosen": {"code": f"code-{acts.parked}"}})


@done("POST /v1/admin/parked/discards")
async def _discards(acts: Acts) -> httpx.Response:
    await acts.a_parked()
    return await acts.post("/v1/admin/parked/discards", {**WHY, "chosen": {"code": f"code-{acts.parked}"}})


@done("POST /v1/admin/set-aside")
async def _set_aside(acts: Acts) -> httpx.Response:
    what = {"kind": "read model", "name": acts.model, "partition": 0, "position": 1}
    return await acts.post("/v1/admin/set-aside", {**WHY, **what})


@done("POST /v1/admin/set-aside/{set_aside_id}/acceptance")
async def _accept(acts: Acts) -> httpx.Response:
    return await acts.post(f"/v1/admin/set-aside/{await acts.a_set_aside(8)}/acceptance", WHY)


@done("POST /v1/admin/set-aside/{set_aside_id}/undoing")
async def _undo(acts: Acts) -> httpx.Response:
    return await acts.post(f"/v1/admin/set-aside/{await acts.a_set_aside(9)}/undoing", WHY)


@done("POST /v1/admin/look-alikes/acknowledgements")
async def _acknowledge(acts: Acts) -> httpx.Response:
    number = await acts.pool.fetchval(
        "INSERT INTO look_alike (names, id, found_at) VALUES ('jar', 'J-1', $1) RETURNING number",
        acts.running.clock.now(),
    )
    return await acts.post("/v1/admin/look-alikes/acknowledgements", {**WHY, "numbers": [number]})


@done("POST /v1/admin/projections/{name}/rebuilds")
async def _rebuild(acts: Acts) -> httpx.Response:
    answer = await acts.post(f"/v1/admin/projections/{acts.other_model}/rebuilds")
    await acts.retire()
    return answer


@done("POST /v1/admin/projections/{name}/rollback")
async def _roll_back(acts: Acts) -> httpx.Response:
    answer = await acts.post(f"/v1/admin/projections/{acts.other_model}/rollback")
    acts.taken["build"] = answer.json().get("build", 0)
    return answer


@done("DELETE /v1/admin/projections/{name}/builds/{build}")
async def _cancel(acts: Acts) -> httpx.Response:
    return await acts.http.delete(f"/v1/admin/projections/{acts.other_model}/builds/{acts.taken['build']}")


@done("POST /v1/admin/projections/{name}/comparisons")
async def _compare(acts: Acts) -> httpx.Response:
    return await acts.post(f"/v1/admin/projections/{acts.other_model}/comparisons")


@done("POST /v1/admin/clock")
async def _clock(acts: Acts) -> httpx.Response:
    return await acts.post("/v1/admin/clock", {"now": (acts.running.clock.now() + timedelta(seconds=1)).isoformat()})


@done("POST /v1/admin/settled")
async def _settled(acts: Acts) -> httpx.Response:
    now = acts.running.clock.now() + timedelta(seconds=1)
    return await acts.post("/v1/admin/settled", {"now": now.isoformat(), "within_s": 0.01})


def _candidate(acts: Acts) -> tuple[str, Any]:
    """A policy that can be tried out, if there is one, as it stands."""
    book, offered = acts.running.executor.policies, sorted(acts.running.backtests.offered)
    name = offered[0] if offered else "roles"
    return name, orjson.loads(book.latest(name).document.model_dump_json())


@done("PUT /v1/policies/{name}")
async def _publish(acts: Acts) -> httpx.Response:
    read = await acts.get("/v1/policies/roles")
    body = {**WHY, "document": read.json()["document"], "effective_from": "2024-01-01"}
    return await acts.http.put("/v1/policies/roles", json=body, headers={"If-Match": read.headers["ETag"]})


done("GET /v1/admin/streams")(lambda acts: acts.get("/v1/admin/streams", stream="policy-roles"))
done("GET /v1/admin/streams/state")(lambda acts: acts.get("/v1/admin/streams/state", stream="policy-roles"))


@done("PUT /v1/policies/{name}/shadow")
async def _run_shadow(acts: Acts) -> httpx.Response:
    name, document = _candidate(acts)
    return await acts.http.put(f"/v1/policies/{name}/shadow", json={**WHY, "document": document})


@done("DELETE /v1/policies/{name}/shadow")
async def _end_shadow(acts: Acts) -> httpx.Response:
    name, _ = _candidate(acts)
    return await acts.http.delete(f"/v1/policies/{name}/shadow", params=WHY)


@done("POST /v1/policies/{name}/backtests")
async def _backtest(acts: Acts) -> httpx.Response:
    name, document = _candidate(acts)
    days = {"starts_on": "2024-01-01", "ends_on": "2024-02-01"}
    return await acts.post(f"/v1/policies/{name}/backtests", {"document": document, **days})


# --- personal data ---------------------------------------------------------------------------------

PERSON = "contact:C-1/K-1"


@done("POST /v1/personal/openings")
async def _open(acts: Acts) -> httpx.Response:
    sealed = {"sealed": "A" * sealed_length(0), "subject": PERSON, "key": 1}
    return await acts.post("/v1/personal/openings", {"items": [sealed]})


@done("PUT /v1/personal/holds/{subject}")
async def _hold(acts: Acts) -> httpx.Response:
    return await acts.http.put(f"/v1/personal/holds/{quote(PERSON, safe='')}", json=WHY)


@done("DELETE /v1/personal/holds/{subject}")
async def _lift(acts: Acts) -> httpx.Response:
    return await acts.http.delete(f"/v1/personal/holds/{quote(PERSON, safe='')}", params=WHY)


@done("POST /v1/personal/erasures")
async def _propose(acts: Acts) -> httpx.Response:
    assert acts.running.executor.personal_keys is not None
    await acts.running.executor.personal_keys.made_for([PERSON], acts.running.clock.now())
    return await acts.post("/v1/personal/erasures", {**WHY, "subject": PERSON})


@done("POST /v1/personal/erasures/{erasure_id}/withdrawal")
async def _withdraw(acts: Acts) -> httpx.Response:
    proposed = ProposeErasure(f"{PERSON}c", WHY["reason"], "bob")
    await acts.running.executor.submit(Request(proposed, None, acts.running.clock.now(), JOURNEY, actor="bob"))
    return await acts.post(f"/v1/personal/erasures/{quote(f'1:{PERSON}c', safe='')}/withdrawal", WHY)


@done("POST /v1/personal/erasures/{erasure_id}/approval")
async def _approve(acts: Acts) -> httpx.Response:
    """Of what somebody else has proposed."""
    proposed = ProposeErasure(f"{PERSON}b", WHY["reason"], "bob")
    await acts.running.executor.submit(Request(proposed, None, acts.running.clock.now(), JOURNEY, actor="bob"))
    return await acts.http.post(f"/v1/personal/erasures/{quote(f'1:{PERSON}b', safe='')}/approval")
