"""The survey of heads on the real parts: a round from its opening to its end, over HTTP and in simulated time."""

from datetime import UTC, date, datetime
from typing import Any

from chassis.testing.client import app_of, client_of
from chassis.testing.passing import at_rest, pass_until
from supplier_svc.service import SERVICE
from supplier_svc.testing import delivery

HEADS = [{"person_id": "shen", "function": "supply"}, {"person_id": "guo", "function": "sales"}]
ROUND = "2025-06-01"
SCORES = {"quality_stability": "90", "after_sales": "70"}


async def test_asked_once_each_head_of_22_suppliers_and_answers_until_the_round_closes(start_service: Any) -> None:
    runtime = await start_service(SERVICE)
    async with client_of(app_of(runtime)) as client:

        async def move_to(day: str) -> None:
            await pass_until(runtime, datetime.fromisoformat(day).replace(tzinfo=UTC))

        async def get(path: str, status: int = 200, **params: Any) -> Any:
            found = await client.get(f"/v1/{path}", params=params)
            assert found.status_code == status, found.text
            return found.json()

        async def answer(person: str, supplier_id: str, status: int, round_id: str = ROUND) -> Any:
            body = {"supplier_id": supplier_id, "scores": SCORES}
            path = f"/v1/supplier-surveys/{round_id}/answers"
            found = await client.post(path, json=body, headers={"X-Actor": person})
            assert found.status_code == status, found.text
            await at_rest(runtime)
            return found.json()

        async def published(kind: str) -> list[Any]:
            log = await get("log", partition=runtime.log.partition(f"survey-{ROUND}"), limit=500)
            found = [each for each in log["items"] if each["headers"]["ce_type"] == f"supplier.{kind}"]
            return [each["data"] for each in found if each["data"]["round_id"] == ROUND]

        await move_to("2025-05-10")
        policy = {
            "document": {"heads": HEADS},
            "effective_from": "2025-01-01",
            "reason": "the heads of purchasing and sales",
        }
        put = await client.put("/v1/policies/supplier-survey", json=policy, headers={"If-Match": '"1"'})
        assert put.status_code == 200, put.text
        for number in range(22):
            lot = delivery(f"D-{number}", on="2025-05-09", supplier_id=f"S-{number:02}").delivery
            assert (await client.post("/v1/deliveries", json=lot.model_dump(mode="json"))).status_code == 200
        old = delivery("D-old", on="2024-11-30", supplier_id="S-long-ago").delivery
        assert (await client.post("/v1/deliveries", json=old.model_dump(mode="json"))).status_code == 200
        await move_to("2025-06-10")

        questions = await published("SupplierSurveyAsked")
        assert sorted(each["respondent"] for each in questions) == ["guo", "shen"]
        assert {(len(each["supplier_ids"]), each["asked_on"], each["due_on"]) for each in questions} == {
            (22, "2025-06-01", "2025-06-21")
        }
        assert (await answer("shen", "S-00", 200))["events"][0] == "supplier.SupplierSurveyed"
        refused = await answer("shen", "S-00", 409)
        assert refused["detail"] == "You answered about S-00 in this round already."
        assert (await answer("chen", "S-00", 403))["detail"] == f"chen was not asked in round {ROUND}."
        assert "S-long-ago" in (await answer("guo", "S-long-ago", 403))["detail"]
        await answer("guo", "S-00", 404, round_id="2025-07-01")
        await answer("guo", "S-01", 200)

        await move_to("2025-06-17")
        reminded = await published("SupplierSurveyReminded")
        assert sorted((each["respondent"], each["missing"]) for each in reminded) == [("guo", 21), ("shen", 21)]
        await move_to("2025-06-23")
        [closed] = await published("SupplierSurveyClosed")
        assert closed == {"round_id": ROUND, "asked_count": 44, "answered": 2, "closed_on": "2025-06-22"}
        assert (await answer("guo", "S-02", 409))["detail"] == f"Round {ROUND} closed on 2025-06-22."

        rounds = (await get("supplier-surveys/rounds"))["items"]
        assert [(each["round_id"], each["status"]) for each in rounds] == [
            (ROUND, "closed"),
            ("2025-12-01", "scheduled"),
        ]
        assert [(head["respondent"], head["answered_count"], head["missing_count"]) for head in rounds[0]["respondents"]] == [
            ("shen", 1, 21), ("guo", 1, 21),
        ]  # fmt: skip
        shown = await get(f"supplier-surveys/rounds/{ROUND}")
        assert "S-00" not in shown["respondents"][0]["missing_supplier_ids"]
        await get("supplier-surveys/rounds/2020-01-01", status=404)
        answers = (await get("supplier-surveys", round_id=ROUND, respondent="guo"))["items"]
        assert [(each["supplier_id"], each["function"]) for each in answers] == [("S-01", "sales")]
        case = {"case_id": "K-1", "supplier_id": "S-00", "kind": "criticism", "happened_on": str(date(2025, 6, 2))}
        assert (await client.post("/v1/supplier-cases", json=case)).status_code == 200
        await at_rest(runtime)
        [found] = (await get("supplier-cases", supplier_id="S-00", kind="criticism", since="2025-06"))["items"]
        assert (found["case_id"], found["is_withdrawn"]) == ("K-1", False)
