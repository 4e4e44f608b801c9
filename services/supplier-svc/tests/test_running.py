"""The service on real PostgreSQL and Kafka, asked over HTTP: from a delivery to the shares, and what was known when."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import httpx
import orjson
import pytest

from chassis.runtime import Runtime
from chassis.settings import Settings
from chassis.testing.client import app_of, client_of
from chassis.testing.facts import Fact, publish
from chassis.testing.passing import at_rest, pass_until
from chassis.testing.waiting import eventually
from contracts import erp
from contracts.erp import Defect
from supplier_svc.service import SERVICE
from supplier_svc.testing import case, delivery, inspection


class Running:
    """The service, its clock and the way in over HTTP."""

    def __init__(self, runtime: Runtime, client: httpx.AsyncClient) -> None:
        self.runtime, self.client = runtime, client

    async def move_to(self, day: str) -> None:
        """Let time go on until the beginning of a day, each due thing at its own instant."""
        await pass_until(self.runtime, datetime.fromisoformat(day).replace(tzinfo=UTC))

    async def post(self, path: str, body: Any, expected: int = 200) -> Any:
        answer = await self.client.post(path, json=body)
        assert answer.status_code == expected, answer.text
        await at_rest(self.runtime)
        return answer.json()

    async def record(self, *facts: Any) -> None:
        for fact in facts:
            path = {"RecordDelivery": "deliveries", "RecordInspection": "inspections", "RecordCase": "supplier-cases"}
            event = getattr(
                fact, {"RecordDelivery": "delivery", "RecordInspection": "inspection"}.get(type(fact).__name__, "case")
            )
            answer = await self.client.post(f"/v1/{path[type(fact).__name__]}", json=event.model_dump(mode="json"))
            assert answer.status_code == 200, answer.text

    async def items(self, path: str) -> Any:
        await at_rest(self.runtime)
        return (await self.get(path))["items"]

    async def get(self, path: str, expected: int = 200, **params: Any) -> Any:
        answer = await self.client.get(path, params=params)
        assert answer.status_code == expected, answer.text
        return answer.json()


@pytest.fixture
async def running(start_service: Any) -> AsyncIterator[Running]:
    runtime = await start_service(SERVICE)
    async with client_of(app_of(runtime)) as client:
        yield Running(runtime, client)


CRACKS = Defect(code="crack", severity="critical", quantity=Decimal(30), responsibility="supplier")
LOTS = [delivery(f"D-{n}", plant_id="north") for n in range(20)]


async def test_from_deliveries_to_a_grade_shares_and_what_was_known_when(running: Running) -> None:
    await running.move_to("2024-05-10")
    await running.post("/v1/suppliers/adoptions", {
        "supplier_id": "S-1", "file": {"name": "Reddoit"}, "approved_on": "2024-01-01", "approved_by": "chen",
        "because": "traded since 2015",
    })  # fmt: skip
    await running.record(*LOTS, inspection("I-1", "major"), case("CASE-1"))
    await running.record(
        delivery("E-1", supplier_id="S-2"), inspection("I-9", "minor", supplier_id="S-2", lot_id="L-E-1")
    )
    await running.move_to("2024-06-02")

    grade = await running.get("/v1/suppliers/S-1/grade")
    assert (grade["grade"], grade["deciding_period"], grade["latest_score"]) == ("B", "2024-05", "15")
    why = await running.get("/v1/suppliers/S-1/grade/explanation")
    assert why["next_grade"]["summary"].startswith(
        "A takes at most 1 points in the same number of lots (20); there were 3."
    )
    assert [(each["code"], each["parameters"]) for each in why["sentences"]["next_grade.summary"]] == [
        ("points-at-most-in-lots", {"grade": "A", "allowed": "1", "lots": "20", "points": "3"}),
        ("points-in-more-lots", {"lots": "60", "grade": "A"}),
    ]
    assert why["deciding_records"][0]["nonconformance_id"] == "I-1:1"
    allocation = await running.get("/v1/items/bolt/allocation")
    assert (allocation["pattern"], [each["supplier_id"] for each in allocation["sources"]]) == ("BC", ["S-1", "S-2"])
    split = await running.post("/v1/items/bolt/splits", {"quantity": "1070", "min_lot": "100"})
    assert split["quantities"] == {"S-1": "700", "S-2": "370"}
    by_quota = await running.post(
        "/v1/items/bolt/splits", {"method": "quota", "quantity": "1000", "min_quantity": "400"}
    )
    assert (by_quota["quantities"], by_quota["unplaced"]) == ({"S-1": "700", "S-2": "300"}, "0")
    flagged = await running.get("/v1/deliveries/unapproved")
    assert [each["supplier_id"] for each in flagged["items"]] == ["S-2"]
    score = await running.get("/v1/suppliers/S-1/score", period="2024-Q2", plant_id="north")
    assert (score["scope"], score["lots_received"], score["grade"]) == ("plant", 20, "A")
    fuzzy = await running.get("/v1/suppliers/S-1/fuzzy-evaluation", period="2024-Q2")
    assert (fuzzy["comment"], [each["name"] for each in fuzzy["factors"]]) == ("insufficient", ["pass_rate"])

    await running.move_to("2024-06-20")
    known_then = running.runtime.clock.now().isoformat()
    await running.move_to("2024-06-21")
    await running.record(inspection("I-2", "critical", on="2024-05-30", lot_id="L-D-2"))
    await running.move_to("2024-06-22")
    now = await running.get("/v1/suppliers/S-1/grade", as_of="2024-06-15")
    then = await running.get("/v1/suppliers/S-1/grade", as_of="2024-06-15", as_known_at=known_then)
    assert (then["grade"], now["grade"]) == ("B", "D")
    why = await running.get("/v1/suppliers/S-1/grade/explanation", as_known_at=known_then)
    assert (why["grading"]["score"], why["restatement_count"]) == ("15", 0)

    await running.post("/v1/suppliers/S-1/objections", {
        "objection_id": "OB-1", "record_kind": "nonconformance", "record_id": "I-2:1", "raised_on": "2024-06-22",
        "reason": "cracked by your fork lift", "evidence": ["video of gate 3"],
    })  # fmt: skip
    await running.post("/v1/suppliers/S-1/objections/OB-1/decision", {
        "outcome": "upheld", "because": "the video shows it", "decided_by": "li.na", "decided_on": "2024-06-22",
    })  # fmt: skip
    assert (await running.get("/v1/suppliers/S-1/grade"))["grade"] == "B"
    quality = await running.get("/v1/quality", by="month", supplier_id="S-1", since="2024-05", until="2024-05")
    assert (quality["items"][0]["lot_acceptance_percent"], quality["items"][0]["on_time_percent"]) == ("0.00", "100.00")
    pareto = await running.get("/v1/quality/pareto", by="supplier", since="2024-05-01", until="2024-05-31")
    assert [(each["of"], each["points"]) for each in pareto["items"]] == [("S-1", 3), ("S-2", 1)]
    due = await running.get("/v1/due-actions", within_days=30)
    assert due["objections"] == []
    assert await running.get("/v1/items", at_risk="true")
    page = await running.client.get("/v1/suppliers/S-1/scorecard")
    assert (page.status_code, "Reddoit (S-1)" in page.text) == (200, True)
    printed = await running.client.get("/v1/suppliers/S-1/scorecard", params={"format": "pdf"})
    assert (printed.headers["content-type"], printed.content[:5]) == ("application/pdf", b"%PDF-")
    for path in (
        "suppliers/S-1/qualification", "suppliers/S-1/shares", "suppliers/S-1/grades", "suppliers/S-1/history",
        "improvements", "corrective-actions",
        "settlements", "objections", "certificates", "gradings/shadow", "nonconformances", "suppliers", "gradings",
    ):  # fmt: skip
        assert await running.get(f"/v1/{path}"), path
    assert (await running.get("/v1/suppliers/S-1/relationship"))["mode"] in ("mixed", "competition", "partnership")
    migration = await running.get("/v1/gradings/migration", before="2024-04", period="2024-05")
    assert {(each["before"], each["after"]) for each in migration["items"]} == {(None, "B"), (None, "insufficient")}


async def test_a_back_test_of_a_stricter_policy_is_a_job_that_changes_nothing(running: Running) -> None:
    await running.move_to("2024-05-10")
    await running.record(*LOTS, inspection("I-1", "major"))
    await running.move_to("2024-06-02")
    strict = {"per_100_lots": {"a_at_most": "1", "b_at_most": "2", "c_at_most": "3"}}
    question = {"document": strict, "starts_on": "2024-05-01", "ends_on": "2024-05-31"}
    answer = await running.client.post("/v1/policies/supplier-grading/backtests", json=question)
    assert answer.status_code == 202, answer.text
    report = answer.json()
    while report["status"] not in ("done", "failed"):
        report = (await running.client.get(answer.headers["location"])).json()
    assert report["error"] is None
    assert report["report"]["migration"] == [{"live": "B", "candidate": "D", "gradings": 1}]
    assert report["report"]["share_changes"][0]["candidate"] == {"S-1": "0"}
    assert (await running.get("/v1/suppliers/S-1/grade"))["grade"] == "B"
    broken = {**question, "document": {"scheme": "beauty"}}
    refused = await running.client.post("/v1/policies/supplier-grading/backtests", json=broken)
    assert refused.status_code == 422
    assert "There is no scheme beauty" in refused.json()["detail"]


async def test_certificates_are_reminded_of_daily_and_a_bad_body_names_the_field(running: Running) -> None:
    await running.move_to("2021-07-01")
    await running.record(delivery(on="2021-06-10"))
    await running.post("/v1/suppliers/S-1/certificates", {
        "certificate_id": "licence", "kind": "business_licence", "number": "9131", "valid_to": "2021-08-31",
    })  # fmt: skip
    await running.move_to("2021-09-05")
    stored = await running.get("/v1/log", partition=running.runtime.log.partition("supplier-S-1"), limit=500)
    reminded = [
        each["data"]["reminded_on"]
        for each in stored["items"]
        if each["headers"]["ce_type"] == "supplier.CertificateExpiring"
    ]
    assert (reminded[0], reminded[-1], len(reminded)) == ("2021-08-01", "2021-09-01", 32)
    ended = await running.get("/v1/certificates", within_days=0)
    assert ended["items"][0]["status"] == "expired"

    answer = await running.client.post("/v1/suppliers", json={"supplier_id": "S-9", "registered_on": "2024-02-30"})
    assert answer.status_code == 422
    named = {each["field"] for each in answer.json()["errors"]}
    assert {"file", "registered_on"} <= named
    refused = await running.client.post(
        "/v1/suppliers/S-1/gates",
        json={"gate": "survey", "outcome": "passed", "decided_on": "2021-09-01", "assessor": "li", "evidence": ["x"]},
    )
    assert (refused.status_code, refused.json()["detail"]) == (
        404,
        "Supplier S-1 has no onboarding file; register it first.",
    )


async def test_a_known_delivery_is_corrected_over_http_or_refused_with_the_difference(running: Running) -> None:
    await running.move_to("2024-05-10")
    await running.record(*LOTS)
    again = delivery("D-0", plant_id="north", promised="2024-05-08", ordered_quantity=Decimal(1200)).delivery
    answer = await running.post("/v1/deliveries", again.model_dump(mode="json"))
    assert answer["events"] == ["supplier.DeliveryCorrected"]
    other = again.model_copy(update={"lot_id": "L-other"})
    refused = await running.post("/v1/deliveries", other.model_dump(mode="json"), 409)
    assert refused["type"].endswith("reported-otherwise")
    assert "lot_id L-other instead of L-D-0" in refused["detail"]
    found = await running.get("/v1/quality", by="supplier", supplier_id="S-1", since="2024-05", until="2024-05")
    [row] = found["items"]
    assert (row["lots_received"], row["lots_late"], row["lots_partial"]) == (20, 1, 1)
    assert Decimal(row["quantity_missing"]) == 200


async def test_one_thing_a_filter_an_order_and_a_period_are_asked_for_in_the_same_words(running: Running) -> None:
    await running.move_to("2024-05-10")
    await running.record(
        *LOTS,
        inspection("I-1", "major", "minor"),
        inspection("I-2", "critical", lot_id="L-D-2"),
        delivery("E-1", supplier_id="S-2"),
        inspection("I-9", "minor", supplier_id="S-2", lot_id="L-E-1"),
    )
    await running.move_to("2024-06-02")

    async def sentence(path: str, status: int, **params: Any) -> str:
        answer = await running.get(path, status, **params)
        return str(answer["detail"])

    found = await running.get("/v1/nonconformances", sort="-points", limit=1)
    assert found["items"][0]["severity"] == "critical"
    rest = await running.get("/v1/nonconformances", sort="-points", limit=3, after=found["next"])
    points = [each["points"] for each in rest["items"]]
    assert points == sorted(points, reverse=True)
    assert len({each["nonconformance_id"] for each in [*found["items"], *rest["items"]]}) == 4
    one = await running.get(f"/v1/suppliers/S-1/nonconformances/{found['items'][0]['nonconformance_id']}")
    assert one == found["items"][0]
    assert (await running.get("/v1/nonconformances", since="2024-06", supplier_id="S-1"))["items"] == []
    assert "there is no supplier S-7" in await sentence("/v1/nonconformances", 422, supplier_id="S-7")
    assert "2024-05-02 is after 2024-05-01" in await sentence(
        "/v1/nonconformances", 422, since="2024-05-02", until="2024-05-01"
    )
    assert "'-points'" in await sentence("/v1/nonconformances", 422, sort="score")
    assert "nonconformance none" in await sentence("/v1/suppliers/S-1/nonconformances/none", 404)

    assert [each["supplier_id"] for each in (await running.get("/v1/suppliers", sort="-lots_received"))["items"]] == [
        "S-1",
        "S-2",
    ]
    graded = await running.get("/v1/gradings", period="2024-05", sort="-supplier_id")
    assert [each["supplier_id"] for each in graded["items"]] == ["S-2", "S-1"]
    assert "name a month, for example 2023-12" in await sentence("/v1/gradings", 422, period="2023-Q4")
    assert "2024 is not over; it is graded from 2025-01-21 on" in await sentence("/v1/gradings", 422, period="2024")
    assert "2024-06 is not over; it is graded from 2024-07-01 on" in await sentence(
        "/v1/gradings", 422, period="2024-06"
    )
    assert "the first period that was graded is 2024-05" in await sentence("/v1/gradings", 404, period="2024-01")
    assert "2023-12" in await sentence("/v1/gradings/migration", 422, before="2023-Q4", period="2024-05")

    history = await running.get("/v1/suppliers/S-1/history", sort="-occurred_at", limit=500)
    assert {"position", "occurred_at", "recorded_at", "type", "summary", "actor"} <= history["items"][0].keys()
    assert [each["type"] for each in history["items"]].count("supplier.NonconformanceRecorded") == 3
    assert "supplier.SupplierGraded" in {each["type"] for each in history["items"]}
    [period] = (await running.get("/v1/suppliers/S-1/grades"))["items"]
    assert (period["period"], period["lots_received"]) == ("2024-05", 20)
    assert await running.get("/v1/suppliers/S-1/grades/2024-05") == period


async def test_a_year_is_graded_on_21_january_and_limits_the_standing(running: Running) -> None:
    await running.move_to("2024-12-10")
    await running.record(*[delivery(f"D-{n}", on="2024-12-05") for n in range(10)])
    scores = {"quality_stability": "80", "delivery_timeliness": "75", "supply_assurance": "70", "after_sales": "70"}
    survey = {"survey_id": "SV-1", "answered_on": "2024-12-10", "respondent": "li.na", "scores": scores}
    await running.post("/v1/suppliers/S-1/surveys", survey)
    await running.post("/v1/gradings", {"supplier_id": "S-1", "period": "2024"}, 409)
    await running.move_to("2025-01-02")
    assert (await running.get("/v1/suppliers/S-1/grade"))["grade"] == "A"
    await running.move_to("2025-01-22")
    grade = await running.get("/v1/suppliers/S-1/grade")
    assert (grade["grade"], grade["deciding_period"], grade["ceiling"]) == ("B", "2024", "B")
    assert grade["operational"] == {"grade": "A", "score": "0", "period": "2024-12"}
    assert grade["annual"] == {"grade": "B", "score": "84.75", "period": "2024"}
    assert (grade["ceiling_because"], grade["relief"]) == ("2024 was graded B.", {"running": 0, "needed": 6})
    assert (await running.get("/v1/suppliers/S-1/grade", as_of="2025-01-20"))["grade"] == "A"
    why = await running.get("/v1/suppliers/S-1/grade/explanation", period="2024")
    assert (why["track"], why["lots_received"], why["next_grade"]["grade"]) == ("annual", 10, "A")
    assert (await running.get("/v1/suppliers/S-1/grade/explanation"))["period"] == "2024-12"
    [year] = (await running.get("/v1/gradings", period="2024", track="annual"))["items"]
    assert (year["grade"], year["counts_on"]) == ("B", "2025-01-21")
    # It ties with what explains it, and is the year that is shown where none is named.
    assert (year["lots_received"], year["points"]) == (why["lots_received"], 0)
    assert await running.get("/v1/suppliers/S-1/grades/2024") == year
    latest = await running.get("/v1/gradings", track="annual")
    assert (latest["period"], latest["items"]) == ("2024", [year])
    # What is shown of the supplier are its months, and the year since it was graded; a quarter never was.
    shown = (await running.get("/v1/suppliers/S-1/grades"))["items"]
    assert [(each["period"], each["track"]) for each in shown] == [("2024", "annual"), ("2024-12", "operational")]
    await running.get("/v1/suppliers/S-1/grades/2024-Q4", 404)
    # Grades of a month and of a year do not mean the same.
    mixed = await running.get("/v1/gradings/migration", 422, before="2024-12", period="2024")
    assert (
        "2024-12 is graded on the operational track, 2024 on the annual one; name two periods of one track"
        in mixed["detail"]
    )
    by_hand = await running.post("/v1/gradings", {"supplier_id": "S-1", "period": "2024-Q4"}, 409)
    assert by_hand["detail"] == "The policy in force on 2024-12-31 grades months; 2024-Q4 is none."
    history = await running.get("/v1/suppliers/S-1/history", track="annual", limit=500)
    assert [each["type"] for each in history["items"]] == ["supplier.SupplierGraded"]
    every = await running.get("/v1/suppliers/S-1/history", limit=500)
    assert "Supplier standing changed: 2024 was graded." in [each["summary"] for each in every["items"]]
    allocation = await running.get("/v1/items/bolt/allocation")
    assert [each["grade"] for each in allocation["sources"]] == ["B"]
    assert "It limits the grade in force to B." in (await running.client.get("/v1/suppliers/S-1/scorecard")).text


async def test_an_item_with_a_profile_is_advised_how_many_sources_to_have(running: Running) -> None:
    await running.move_to("2024-05-10")
    await running.record(*LOTS)
    await at_rest(running.runtime)
    unasked = await running.get("/v1/items/bolt/source-advice")
    assert (unasked["advised"], unasked["present"]) == (None, 1)
    profile = {"importance": "high", "market": "abundant", "set_on": "2024-05-10", "by": "wu", "because": "no stock"}
    answer = await running.client.put("/v1/items/bolt/profile", json=profile)
    assert answer.status_code == 200, answer.text
    await running.move_to("2024-06-02")
    advice = await running.get("/v1/items/bolt/source-advice")
    assert (advice["advised"], advice["present"], advice["lacking"]) == (3, 1, 2)
    assert [each["item_id"] for each in (await running.get("/v1/items", sources="too_few"))["items"]] == ["bolt"]
    assert (await running.get("/v1/items", sources="too_many"))["items"] == []
    await running.get("/v1/items/nut/source-advice", expected=404)


async def test_a_claim_becomes_a_note_that_finance_clears(running: Running, settings: Settings) -> None:
    await running.move_to("2024-05-13")
    await running.record(
        delivery("D-1", unit_price=Decimal("12.40")),
        inspection("I-1", "critical", on="2024-05-13", lot_id="L-D-1", defects=(CRACKS,)),
        inspection("I-2", "critical", on="2024-05-13", lot_id="L-unknown"),
    )
    await at_rest(running.runtime)
    due = await running.get("/v1/due-actions", within_days=30)
    assert [each["nonconformance_id"] for each in due["claims_to_price"]] == ["I-2:1"]
    [claim] = (await running.get("/v1/settlements", kind="claim"))["items"]
    assert (claim["amount"], claim["status"], claim["answer_due_on"]) == ("372.00", "open", "2024-05-27")
    await running.move_to("2024-05-28")
    [note] = (await running.get("/v1/supplier-notes", supplier_id="S-1", status="open"))["items"]
    assert (note["note_id"], note["amount"], note["lines"][0]["reference"]) == ("SN-S-1-1", "372.00", "CL-I-1:1")

    cleared = {
        "note_id": "SN-S-1-1", "supplier_id": "S-1", "cleared_on": "2024-05-28", "amount": "300.00", "currency": "EUR",
        "how": "offset",
    }  # fmt: skip
    await running.post("/v1/supplier-notes/clearings", cleared)
    unknown = await running.post("/v1/supplier-notes/clearings", {**cleared, "note_id": "SN-S-1-9"}, 404)
    assert unknown["detail"] == "Supplier S-1 has no note SN-S-1-9."
    sent = [{**cleared, "amount": "72.00"}, {**cleared, "note_id": "SN-S-1-9"}]
    clearings = [erp.SupplierNoteCleared.model_validate_json(orjson.dumps(each)) for each in sent]
    told_at = datetime(2024, 5, 28, 8, tzinfo=UTC)
    facts = [Fact.of("erp.payables", "S-1", f"F-{n}", clearing, told_at) for n, clearing in enumerate(clearings)]
    await publish(settings.kafka, facts, settings.topic_prefix)
    [parked] = await eventually(lambda: running.items("/v1/admin/parked"), bool)
    path = "/v1/suppliers/S-1/supplier-notes/SN-S-1-1"
    note = await eventually(lambda: running.get(path), lambda row: row["status"] == "cleared")
    assert Decimal(note["open_amount"]) == 0
    assert (parked["code"], parked["reason"]) == ("note-unknown", "Supplier S-1 has no note SN-S-1-9.")
    [total] = (await running.get("/v1/reports/supplier-notes", since="2024-05-01", until="2024-05-31"))["items"]
    figures = [Decimal(total[name]) for name in ("debit_amount", "debit_open_amount", "balance_amount")]
    assert (total["currency"], total["note_count"], figures) == ("EUR", 1, [372, 0, 372])


async def test_a_number_on_file_of_two_suppliers_is_a_finding_of_both(running: Running) -> None:
    await running.move_to("2024-05-10")
    for supplier_id in ("S-1", "S-2"):
        await running.post("/v1/suppliers", {
            "supplier_id": supplier_id, "file": {"name": supplier_id}, "registered_on": "2024-05-10",
        })  # fmt: skip
        await running.post(f"/v1/suppliers/{supplier_id}/certificates", {
            "certificate_id": "code", "kind": "unified_social_credit_code", "number": "91350100M000100Y43",
            "valid_to": "2030-12-31",
        })  # fmt: skip
    for supplier_id, other in (("S-1", "S-2"), ("S-2", "S-1")):
        review = {"reviewed_on": "2024-05-10", "reviewed_by": "li.na"}
        await running.post(f"/v1/suppliers/{supplier_id}/reviews", review)
        steps = (await running.get(f"/v1/suppliers/{supplier_id}/qualification"))["steps"]
        assert steps[-1]["findings"] == [f"91350100M000100Y43 is also on file of {other}."]
