"""Nobody signs for somebody else: whoever a request names as having done a thing is the one whose token it has."""

import re
from collections.abc import Iterator
from typing import Any

from fastapi.routing import APIRoute

from chassis.testing.client import app_of, client_of
from chassis.testing.passing import at_rest
from standing_parts.issuer import Issuer
from supplier_svc.service import SERVICE

SIGNATURES = {"by", "respondent", "applicant"}
WORDS = {
    "because": "as agreed", "reason": "as agreed", "statement": "mended", "note": "mended", "process": "zinc", "name": "Plating",
    "file": {"name": "Foundry"}, "scores": {"after_sales": "80"}, "item_ids": ["bolt"], "lot_ids": ["L-1"], "evidence": ["a photo"],
    "outcome": "passed", "gate": "quality_audit", "step": "team", "severity": "critical", "remedy": "replace", "rating": "B",
    "importance": "high", "market": "scarce", "period": "2024-05",
}  # fmt: skip
"""A value of each field that is neither an id nor a day."""
OF_ROUTE = {"/v1/suppliers/{supplier_id}/objections/{objection_id}/decision": {"outcome": "upheld"}}


def signed_routes() -> Iterator[tuple[str, str, str, dict[str, Any]]]:
    """Method, path, the field in which a person is named, and a body without it; of every route that has such a field."""
    for route in (each for router in SERVICE.routes for each in router.routes):
        assert isinstance(route, APIRoute)
        model = route.body_field.field_info.annotation if route.body_field is not None else None
        fields = getattr(model, "model_fields", {})
        body = {
            name: "2024-06-02" if name.endswith("_on") else WORDS.get(name, "X-1")
            for name, field in fields.items()
            if field.is_required() or name in ("lot_ids", "because")
        } | OF_ROUTE.get(route.path, {})
        for name in fields:
            if name in SIGNATURES or name.endswith("_by"):
                (method,) = route.methods
                yield (
                    method,
                    re.sub(r"\{[^}]*\}", "X-1", route.path),
                    name,
                    {n: v for n, v in body.items() if n != name},
                )


async def test_who_names_somebody_else_is_told_that_one_signs_for_oneself_alone(
    start_service: Any, issuer: Issuer
) -> None:
    runtime = await start_service(SERVICE, roles=frozenset({"http"}))
    shen = issuer.token("shen", ["purchasing-manager"])
    routes = list(signed_routes())
    assert len(routes) > 20
    async with client_of(app_of(runtime), token=shen) as client:
        for method, path, field, body in routes:
            refused = await client.request(method, path, json={**body, field: "guo"})
            assert (refused.status_code, refused.json()["detail"]) == (
                403, "You are shen; you cannot sign as guo.",
            ), (path, refused.text)  # fmt: skip


async def test_a_head_answers_as_itself_and_a_system_with_users_of_its_own_names_the_one_who_did(
    start_service: Any, issuer: Issuer
) -> None:
    runtime = await start_service(SERVICE)
    path, survey = "/v1/suppliers/S-1/surveys", {"answered_on": "2024-05-20", "scores": {"after_sales": "80"}}
    async with (
        client_of(app_of(runtime), token=issuer.token("shen", ["purchasing-manager"])) as shen,
        client_of(app_of(runtime), token=issuer.token("portal", ["system", "delegate"])) as portal,
    ):
        for client, survey_id, named in ((shen, "SV-1", {}), (portal, "SV-2", {"respondent": "guo"})):
            done = await client.post(path, json={**survey, "survey_id": survey_id, **named})
            assert done.status_code == 200, done.text
        await at_rest(runtime)
        answers = (await shen.get("/v1/supplier-surveys")).json()["items"]
        assert sorted(each["respondent"] for each in answers) == ["guo", "shen"]
