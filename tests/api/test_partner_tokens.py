"""Every route of every service with the token of one partner's contact: its own, or 403 and 404 that say nothing of others."""

from typing import Any

import pytest

from chassis.http.identity.rights import ANY_PARTNER
from chassis.partners import PartnerAccess
from chassis.runtime import Runtime
from chassis.testing.client import app_of, client_of
from standing.services import ALL
from standing_parts.issuer import Issuer

from .test_rights import OTHERS_ID, every_route

MAY_NOT = "A supplier's token may not do this."
OFF = "Access for partners is not switched on."


@pytest.fixture(params=ALL, ids=lambda service: service.name)
async def running(request: pytest.FixtureRequest, start_service: Any) -> Runtime:
    runtime: Runtime = await start_service(request.param, roles=frozenset({"http"}))
    return runtime


async def statuses(app: Any, token: str) -> dict[tuple[str, str], tuple[int, str]]:
    """Status and sentence of each route that is not open to everybody, about another supplier."""
    found = {}
    async with client_of(app, token=token) as client:
        for (method, path, needed), (_, declared) in zip(every_route(app), app.state.guards, strict=True):
            if needed.partner == ANY_PARTNER:
                continue
            if needed.partner == "recipient" and method == "GET":
                path = path.replace(OTHERS_ID, f"supplier:{OTHERS_ID}")
            of_body = f"supplier:{OTHERS_ID}" if needed.partner == "recipient" else OTHERS_ID
            given: dict[str, Any] = {"json": {needed.partner: of_body}} if method != "GET" else {}
            if method == "GET" and needed.partner and f"{{{needed.partner}" not in declared:
                given = {"params": {needed.partner: OTHERS_ID}}
            answer = await client.request(method, path, **given)
            found[method, path] = (answer.status_code, answer.json().get("detail", ""))
    return found


async def test_a_partner_opens_its_own_and_for_all_else_nothing_that_tells_that_it_exists(
    running: Runtime, issuer: Issuer
) -> None:
    app = app_of(running)
    token = issuer.token("ann", ["administrator", "partner"], partner="supplier:OWN-1")
    off = {answer for answer in (await statuses(app, token)).values() if answer[0] != 429}  # too often from the 61st on
    if PartnerAccess.NAME not in running.executor.policies.kinds:
        assert off == {(403, MAY_NOT)}, "there is nothing to switch on"
        return
    assert off == {(403, MAY_NOT), (403, OFF)}
    async with client_of(app, token=issuer.token("root", ["administrator"])) as root:
        document = {
            **(await root.get("/v1/policies/partner-access")).json()["document"],
            "enabled": True,
            "per_minute": 6000,
        }
        body = {"document": document, "effective_from": "1900-01-02", "reason": "partners work here"}
        published = await root.put("/v1/policies/partner-access", json=body, headers={"If-Match": '"1"'})
        assert published.status_code == 200, published.text
    answers = await statuses(app, token)
    others = {answer for answer in answers.values() if answer[0] == 404}
    assert others, set(answers.values())
    assert others == {(404, f"There is no supplier {OTHERS_ID}.")}
    assert {answer for answer in answers.values() if answer[0] != 404} == {(403, MAY_NOT)}
    customer = issuer.token("c", [], partner="customer:OWN-1")
    assert {status for status, _ in (await statuses(app, customer)).values()} <= {403, 404}


async def test_a_name_too_long_to_sign_with_is_refused(running: Runtime, issuer: Issuer) -> None:
    async with client_of(app_of(running), token=issuer.token("a" * 90, [], partner="supplier:OWN-1")) as client:
        answer = await client.get("/v1/me")
        assert (answer.status_code, answer.json()["type"]) == (403, "/problems/name-too-long")
