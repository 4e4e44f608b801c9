"""A supplier works with its own token over HTTP: it sees its own, hands things in, and finds nothing of anybody else."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import httpx
import pytest

from chassis.runtime import Runtime
from chassis.testing.client import app_of, client_of
from chassis.testing.passing import at_rest, pass_until
from standing_parts.issuer import Issuer
from supplier_svc.policies.partner_access import SupplierPartnerAccess
from supplier_svc.service import SERVICE
from supplier_svc.testing import delivery, inspection

from .partner_fields import CLASSIFIED, names_in

MAY_NOT = "A supplier's token may not do this."
ANN = "partner:supplier:S-1/ann"


class Portal:
    """The service with a client for our staff, one for S-1's contact and one for S-2's."""

    def __init__(
        self, runtime: Runtime, ours: httpx.AsyncClient, ann: httpx.AsyncClient, eve: httpx.AsyncClient
    ) -> None:
        self.runtime, self.ours, self.ann, self.eve = runtime, ours, ann, eve

    async def send(self, who: httpx.AsyncClient, method: str, path: str, body: Any = None, expected: int = 200) -> Any:
        answer = await who.request(method, path, json=body)
        assert answer.status_code == expected, (path, answer.text)
        await at_rest(self.runtime)
        return answer.json()

    async def move_to(self, day: str) -> None:
        await pass_until(self.runtime, datetime.fromisoformat(day).replace(tzinfo=UTC))

    async def switch(self, **fields: Any) -> None:
        """Publish the policy of partners, switched on."""
        document = SupplierPartnerAccess(enabled=True, **fields).model_dump(mode="json")
        body = {"document": document, "effective_from": "2024-01-01", "reason": "partners work here"}
        answer = await self.ours.put("/v1/policies/partner-access", json=body, headers={"If-Match": '"1"'})
        assert answer.status_code == 200, answer.text

    async def trade(self, severity: str = "critical", lots: int = 6) -> None:
        """S-1 and S-2 deliver the same item; S-1 has a defect."""
        await self.move_to("2024-05-10")
        for supplier_id in ("S-1", "S-2"):
            adoption = {
                "supplier_id": supplier_id, "file": {"name": f"Foundry {supplier_id}", "business_owner": "li"},
                "approved_on": "2024-01-01", "because": "traded since 2015",
            }  # fmt: skip
            await self.send(self.ours, "POST", "/v1/suppliers/adoptions", adoption)
            for n in range(lots):
                lot = delivery(
                    f"{supplier_id}-{n}",
                    supplier_id=supplier_id,
                    standard_price=Decimal("0.09"),
                    lowest_price=Decimal("0.08"),
                )
                await self.send(self.ours, "POST", "/v1/deliveries", lot.delivery.model_dump(mode="json"))
        found = inspection("I-1", severity, lot_id="L-S-1-1").inspection
        await self.send(self.ours, "POST", "/v1/inspections", found.model_dump(mode="json"))
        await self.move_to("2024-06-02")


@pytest.fixture
async def portal(start_service: Any, issuer: Issuer) -> AsyncIterator[Portal]:
    runtime = await start_service(SERVICE)
    app = app_of(runtime)

    def bound(contact: str, supplier_id: str) -> httpx.AsyncClient:
        return client_of(app, token=issuer.token(contact, [], partner=f"supplier:{supplier_id}"))

    async with (
        client_of(app, token=issuer.token("gao", ["quality-manager"])) as ours,
        bound("ann", "S-1") as ann,
        bound("eve", "S-2") as eve,
    ):
        yield Portal(runtime, ours, ann, eve)


OWN = (
    "/v1/suppliers/{id}", "/v1/suppliers/{id}/qualification", "/v1/certificates?supplier_id={id}", "/v1/suppliers/{id}/grade",
    "/v1/suppliers/{id}/grade/explanation", "/v1/suppliers/{id}/grades", "/v1/suppliers/{id}/history",
    "/v1/suppliers/{id}/deliveries", "/v1/suppliers/{id}/inspections", "/v1/nonconformances?supplier_id={id}",
    "/v1/settlements?supplier_id={id}", "/v1/suppliers/{id}/shares", "/v1/corrective-actions?supplier_id={id}",
    "/v1/improvements?supplier_id={id}", "/v1/objections?supplier_id={id}", "/v1/submissions?supplier_id={id}",
    "/v1/contracts?supplier_id={id}", "/v1/supplier-cases?supplier_id={id}", "/v1/supplier-notes?supplier_id={id}",
    "/v1/reports/supplier-notes?supplier_id={id}", "/v1/recalls?supplier_id={id}", "/v1/suppliers/{id}/sub-suppliers",
    "/v1/complaint-answers?supplier_id={id}",
)  # fmt: skip


async def test_own_yes_other_404_and_the_same_as_for_one_that_does_not_exist(portal: Portal) -> None:
    await portal.trade()
    off = await portal.send(portal.ann, "GET", "/v1/suppliers/S-1", expected=403)
    assert off["detail"] == "Access for partners is not switched on."
    await portal.switch(per_minute=1000)
    for path in OWN:
        await portal.send(portal.ann, "GET", path.format(id="S-1"))
        other = await portal.send(portal.ann, "GET", path.format(id="S-2"), expected=404)
        nobody = await portal.send(portal.ann, "GET", path.format(id="S-9"), expected=404)
        assert other == {**nobody, "detail": "There is no supplier S-2."}, path
    assert (await portal.ann.get("/v1/suppliers/S-1/scorecard", params={"format": "pdf"})).content[:5] == b"%PDF-"
    for path in (
        "/v1/suppliers",
        "/v1/items/bolt/allocation",
        "/v1/sub-suppliers/SUP-7",
        "/v1/supplier-surveys",
        "/v1/policies/partner-access",
        "/v1/log",
        "/v1/admin/actions",
    ):
        refused = await portal.send(portal.ann, "GET", path, expected=403)
        assert refused["detail"] == MAY_NOT, path
    unnamed = await portal.send(portal.ann, "GET", "/v1/nonconformances", expected=403)
    assert "supplier_id" in unnamed["detail"]
    me = await portal.send(portal.ann, "GET", "/v1/me")
    assert (me["roles"], me["partner"]) == ([], {"supplier_id": ["S-1"]})
    borrowed = await portal.ann.get("/v1/suppliers/S-1", headers={"X-Actor": "gao"})
    assert borrowed.status_code == 403


async def test_a_role_beside_the_claim_opens_nothing(portal: Portal, issuer: Issuer) -> None:
    await portal.trade()
    await portal.switch()
    token = issuer.token("ann", ["administrator"], partner="supplier:S-1")
    async with client_of(app_of(portal.runtime), token=token) as both:
        assert (await both.get("/v1/suppliers")).status_code == 403
        assert (await both.get("/v1/suppliers/S-1")).status_code == 200


async def test_split_shows_own_share_only_and_no_prices_of_others_and_no_persons_of_ours(portal: Portal) -> None:
    await portal.trade("minor", 20)
    await portal.switch(per_minute=1000)
    [share] = (await portal.send(portal.ann, "GET", "/v1/suppliers/S-1/shares"))["items"]
    assert (share["item_id"], share["supplier_id"], share["sources_counted"]) == ("bolt", "S-1", None)
    assert share["share_percent"] == "50.00"
    await portal.send(portal.ann, "POST", "/v1/items/bolt/splits", {"quantity": "10", "min_lot": "1"}, 403)
    survey = {"survey_id": "SV-1", "answered_on": "2024-05-20", "scores": {"after_sales": "80"}}
    await portal.send(portal.ours, "POST", "/v1/suppliers/S-1/surveys", survey)
    for path in OWN:
        seen = (await portal.ann.get(path.format(id="S-1"))).text
        for hidden in ("S-2", "gao", '"li"', "0.09", "0.08", "SupplierSurveyed"):
            assert hidden not in seen, (path, hidden)
    history = await portal.send(portal.ann, "GET", "/v1/suppliers/S-1/history")
    approved = next(each for each in history["items"] if each["type"] == "supplier.SupplierApproved")
    assert (approved["actor"], approved["data"]["approved_by"]) == ("company", "purchasing")
    ours = await portal.send(portal.ours, "GET", "/v1/suppliers/S-1/history")
    assert "supplier.SupplierSurveyed" in {each["type"] for each in ours["items"]}


async def test_it_hands_in_8d_step_and_objects_and_both_are_signed_and_audited(portal: Portal) -> None:
    await portal.trade()
    await portal.switch()
    [action] = [
        each
        for each in (await portal.send(portal.ann, "GET", "/v1/corrective-actions?supplier_id=S-1"))["items"]
        if each["cause"] == "nonconformance"
    ]
    team = {
        "submission_id": "SUB-1", "kind": "corrective_action_step", "reference": action["action_id"],
        "content": {"step": "team", "evidence": ["Ann, Bo"]},
    }  # fmt: skip
    await portal.send(portal.ann, "POST", "/v1/suppliers/S-1/submissions", team)
    await portal.send(portal.eve, "POST", "/v1/suppliers/S-1/submissions", team, 404)
    direct = {"step": "team", "done_on": "2024-06-02", "evidence": ["x"]}
    path = f"/v1/suppliers/S-1/corrective-actions/{action['action_id'].replace(':', '%3A')}/steps"
    assert (await portal.send(portal.ann, "POST", path, direct, 403))["detail"] == MAY_NOT
    [waiting] = (await portal.send(portal.ours, "GET", "/v1/submissions?status=waiting"))["items"]
    assert (waiting["contact"], waiting["made_on"]) == (ANN, "2024-06-02")
    own = "/v1/suppliers/S-1/submissions/SUB-1/acceptance"
    await portal.move_to("2024-06-04")
    await portal.send(portal.ann, "POST", own, {"accepted_on": "2024-06-04"}, 403)
    await portal.send(portal.ours, "POST", own, {"accepted_on": "2024-06-04"})
    shown = await portal.send(portal.ann, "GET", "/v1/suppliers/S-1/submissions/SUB-1")
    assert (shown["status"], shown["decided_by"], shown["contact"]) == ("accepted", "quality", ANN)
    done = (await portal.send(portal.ours, "GET", path.removesuffix("/steps")))["done"]
    assert [(each["step"], each["done_on"], each["done_by"]) for each in done] == [("team", "2024-06-02", ANN)]
    objection = {
        "objection_id": "OB-1", "record_kind": "nonconformance", "record_id": "I-1:1", "reason": "your fork lift",
        "raised_on": "2024-06-02",
    }  # fmt: skip
    await portal.send(portal.ann, "POST", "/v1/suppliers/S-1/objections", objection)
    async with portal.runtime.database.pool.acquire() as connection:
        rows = await connection.fetch(
            "SELECT actor, things FROM operator_action_pending WHERE action = 'partner.wrote'"
        )
        if not rows:
            rows = await connection.fetch("SELECT actor, things FROM operator_action WHERE action = 'partner.wrote'")
    assert [(row["actor"], [*row["things"]]) for row in rows] == [(ANN, ["suppliers/S-1"])] * 2
    raised = next(
        each
        for each in (await portal.send(portal.ours, "GET", "/v1/suppliers/S-1/history"))["items"]
        if each["type"] == "supplier.ObjectionRaised"
    )
    assert raised["actor"] == ANN


async def test_contacts_that_it_hands_in_are_sealed_and_stand_in_its_file_once_accepted(portal: Portal) -> None:
    await portal.trade()
    await portal.switch()
    content = {"contacts": [{"contact_id": "bo", "name": "Bo Canary", "email": "bo@example.com", "role": "sales"}]}
    body = {"submission_id": "SUB-2", "kind": "contacts", "content": content}
    await portal.send(portal.ann, "POST", "/v1/suppliers/S-1/submissions", body)
    stored = await portal.send(portal.ann, "GET", "/v1/suppliers/S-1/submissions/SUB-2")
    [contact] = stored["content"]["contacts"]
    assert (contact["contact_id"], contact["name"]) == ("bo", None), "no token of a partner is shown a person"
    before = (await portal.send(portal.ours, "GET", "/v1/suppliers/S-1/qualification"))["file"]
    assert "bo" not in [each["contact_id"] for each in (before or {}).get("contacts", [])]
    await portal.send(
        portal.ours, "POST", "/v1/suppliers/S-1/submissions/SUB-2/acceptance", {"accepted_on": "2024-06-02"}
    )
    file = (await portal.send(portal.ours, "GET", "/v1/suppliers/S-1/qualification"))["file"]
    assert [(each["contact_id"], each["name"]) for each in file["contacts"]] == [("bo", "Bo Canary")]


async def test_contacts_handed_in_without_ids_have_their_places_from_1_for_ids(portal: Portal) -> None:
    await portal.trade()
    await portal.switch()
    content = {"contacts": [{"name": "Bo Canary"}, {"contact_id": "cy", "name": "Cy"}, {"name": "Di"}]}
    body = {"submission_id": "SUB-2", "kind": "contacts", "content": content}
    await portal.send(portal.ann, "POST", "/v1/suppliers/S-1/submissions", body)
    accepted = {"accepted_on": "2024-06-02"}
    await portal.send(portal.ours, "POST", "/v1/suppliers/S-1/submissions/SUB-2/acceptance", accepted)
    file = (await portal.send(portal.ours, "GET", "/v1/suppliers/S-1/qualification"))["file"]
    assert [each["contact_id"] for each in file["contacts"]] == ["1", "cy", "3"]
    twice = {
        **body,
        "submission_id": "SUB-3",
        "content": {"contacts": [{"name": "Bo"}, {"contact_id": "1", "name": "Cy"}]},
    }
    refused = await portal.send(portal.ann, "POST", "/v1/suppliers/S-1/submissions", twice, 422)
    assert "two contacts have the same contact_id; give each person one of their own" in str(refused)


async def test_it_answers_claims_and_declares_sub_suppliers_and_sees_what_came_of_them_and_its_recalls(
    portal: Portal,
) -> None:
    await portal.trade()
    await portal.switch(per_minute=1000)
    claim = {
        "nonconformance_id": "I-1:1",
        "amount": "500",
        "currency": "EUR",
        "because": "sorting",
        "raised_on": "2024-06-01",
    }
    for claim_id in ("CL-1", "CL-2"):
        await portal.send(portal.ours, "POST", "/v1/suppliers/S-1/claims", {**claim, "claim_id": claim_id})
    accepted = {"accepted_on": "2024-06-02"}
    await portal.send(portal.eve, "POST", "/v1/suppliers/S-1/claims/CL-1/acceptance", accepted, 404)
    await portal.send(portal.ann, "POST", "/v1/suppliers/S-1/claims/CL-1/acceptance", accepted)
    contest = {"objection_id": "OB-1", "reason": "your fork lift", "raised_on": "2024-06-02"}
    await portal.send(portal.ann, "POST", "/v1/suppliers/S-1/claims/CL-2/contest", contest)
    await portal.send(portal.ann, "POST", "/v1/suppliers/S-1/claims", {**claim, "claim_id": "CL-3"}, 403)
    [note] = (await portal.send(portal.ann, "GET", "/v1/supplier-notes?supplier_id=S-1"))["items"]
    assert (note["direction"], note["amount"], note["lines"][0]["reference"]) == ("debit", "500", "CL-1")
    await portal.send(portal.eve, "GET", f"/v1/suppliers/S-1/supplier-notes/{note['note_id']}", expected=404)
    foundry = {"name": "Foundry", "item_ids": ["bolt"], "process": "casting"}
    declared = {
        "submission_id": "SUB-4",
        "kind": "sub_supplier",
        "reference": "SUP-7",
        "content": {"sub_supplier": foundry},
    }
    await portal.send(portal.ann, "POST", "/v1/suppliers/S-1/submissions", declared)
    await portal.send(
        portal.ours, "POST", "/v1/suppliers/S-1/submissions/SUB-4/acceptance", {"accepted_on": "2024-06-02"}
    )
    recall = {
        "recall_id": "R-1", "supplier_id": "S-1", "item_id": "bolt", "lot_ids": ["L-S-1-1"], "reason": "cracks",
        "severity": "critical", "remedy": "replace", "called_on": "2024-06-02",
    }  # fmt: skip
    await portal.send(portal.ours, "POST", "/v1/recalls", recall)
    shown = await portal.send(portal.ann, "GET", "/v1/recalls/R-1?supplier_id=S-1")
    assert (shown["called_by"], shown["received"]) == ("quality", "1000")
    await portal.send(portal.eve, "GET", "/v1/recalls/R-1?supplier_id=S-2", expected=404)
    [named] = (await portal.send(portal.ann, "GET", "/v1/suppliers/S-1/sub-suppliers"))["items"]
    assert (named["sub_supplier_id"], named["declared_by"]) == ("SUP-7", "company")
    for path in OWN:
        seen = await portal.send(portal.ann, "GET", path.format(id="S-1"))
        assert "gao" not in str(seen), path
        assert names_in(seen) <= CLASSIFIED | {"SUP-7", "R-1"}, (path, names_in(seen) - CLASSIFIED)


async def test_closure_forbidden_over_http_and_what_is_prohibited_still_objects(portal: Portal) -> None:
    await portal.trade()
    await portal.switch()
    closure = {
        "submission_id": "SUB-3", "kind": "corrective_action_step", "reference": "CA-I-1:1",
        "content": {"step": "closure", "evidence": ["all done"]},
    }  # fmt: skip
    refused = await portal.send(portal.ann, "POST", "/v1/suppliers/S-1/submissions", closure, 403)
    assert refused["detail"] == MAY_NOT
    rating = {"rating": "E", "because": "fraud", "rated_on": "2024-06-02"}
    await portal.send(portal.ours, "POST", "/v1/suppliers/S-1/ratings", rating)
    team = {**closure, "content": {"step": "team", "evidence": ["Ann"]}}
    refused = await portal.send(portal.ann, "POST", "/v1/suppliers/S-1/submissions", team, 403)
    assert refused["detail"] == "Supplier S-1 is rated E, prohibited; it may read, object and answer claims only."
    objection = {
        "objection_id": "OB-1", "record_kind": "nonconformance", "record_id": "I-1:1", "reason": "not ours",
        "raised_on": "2024-06-02",
    }  # fmt: skip
    await portal.send(portal.ann, "POST", "/v1/suppliers/S-1/objections", objection)


async def test_sixty_one_in_a_minute_are_too_many_and_count_for_their_partner_alone(portal: Portal) -> None:
    await portal.trade()
    await portal.switch()
    answers = [(await portal.ann.get("/v1/suppliers/S-1")).status_code for _ in range(60)]
    late = await portal.ann.get("/v1/suppliers/S-1")
    assert set(answers) <= {200, 429}
    assert late.status_code == 429
    assert "Retry-After" in late.headers
    assert (await portal.eve.get("/v1/suppliers/S-2")).status_code == 200
    assert (await portal.ours.get("/v1/suppliers/S-1")).status_code == 200
