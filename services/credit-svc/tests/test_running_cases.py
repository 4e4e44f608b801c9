"""The service on a real PostgreSQL, over HTTP: a case that falls back, a question, a review, another strategy, a payment plan."""

from typing import Any

from .running import Running
from .test_running import check, invoice, payment


async def case_of(running: Running, case_id: str = "C-1-1") -> Any:
    return await running.get(f"/v1/collections/{case_id}")


async def test_a_case_asks_for_its_way_falls_back_and_shows_it(running: Running) -> None:
    await running.move_to("2024-01-01")
    await running.post("/v1/invoices", invoice(1, "C-1", "2024-01-31"))
    await running.post("/v1/invoices", invoice(2, "C-1", "2024-04-20", "500"))
    await running.move_to("2024-04-30")
    (shown,) = (await running.get("/v1/collections", way_asked=True))["items"]
    assert (shown["current_step"], shown["highest_step"], shown["pursued_since"]) == (
        "delegate",
        "delegate",
        "2024-02-01",
    )
    assert (await case_of(running))["way_question"]["answer_by"] == "2024-05-10"
    answers = "/v1/collections/C-1-1/way-answers"
    body = {"answer": "postpone", "until": "2024-05-20", "reason": "they are in talks", "answered_by": "manager"}
    await running.post(answers, body)
    late = await running.post(answers, {**body, "until": "2024-07-20"}, 422)
    assert "30 days at most" in late["detail"]
    await running.post("/v1/payments", payment(1, "C-1", "1000", "2024-04-30", of=1))
    case = await case_of(running)
    assert (case["current_step"], case["highest_step"], case["way_asked"]) == ("letter_1", "delegate", False)
    assert (case["next_step"], case["next_step_on"]) == ("letter_2", "2024-05-05")
    assert [each["from_step"] for each in case["withdrawals"]] == ["delegate"]
    assert (await running.get("/v1/collections", way_asked=True))["items"] == []
    await running.move_to("2024-05-05")
    assert (await case_of(running))["current_step"] == "letter_2"


async def test_a_case_is_reviewed_pursued_otherwise_and_paid_by_a_plan(running: Running) -> None:
    await running.move_to("2024-01-01")
    factors = dict.fromkeys(("character", "capacity", "capital", "collateral", "conditions"), "95")
    await running.send("PUT", "/v1/accounts/C-1/file", {**factors, "recorded_by": "analyst"})
    await running.post("/v1/invoices", invoice(1, "C-1", "2024-01-31", "300"))
    await running.move_to("2024-03-31")
    assert (await case_of(running))["review"]["options"] == ["keep", "general", "high_risk"]
    review = {"outcome": "keep", "reason": "pays in the end", "reviewed_by": "manager"}
    await running.post("/v1/collections/C-1-1/review", review)
    again = await running.post("/v1/collections/C-1-1/review", review, 409)
    assert again["detail"] == "No review of case C-1-1 is due."
    strategy = {"strategy": "general", "reason": "sold its warehouse", "changed_by": "manager"}
    await running.post("/v1/collections/C-1-1/strategy", strategy)
    await running.move_to("2024-04-01")
    case = await case_of(running)
    assert (case["strategy"], case["strategy_because"], case["current_step"]) == (
        "general",
        "sold its warehouse",
        "stop_supply",
    )
    instalments = [{"amount": "150", "due_on": "2024-04-15"}, {"amount": "150", "due_on": "2024-05-15"}]
    plan = {"instalments": instalments, "support_limit": "50", "reason": "helped", "approved_by": "head"}
    refused = await running.post(
        "/v1/collections/C-1-1/plans", {**plan, "instalments": [*instalments, instalments[0]]}, 422
    )
    assert "each on a later day" in refused["detail"]
    await running.post("/v1/collections/C-1-1/plans", plan)
    assert (await running.post("/v1/credit-checks", check("O-1", "C-1", "51")))["approved"] is False
    assert (await running.post("/v1/credit-checks", check("O-2", "C-1", "50")))["approved"] is True
    await running.move_to("2024-04-16")
    (shown,) = (await case_of(running))["plans"]
    assert (shown["status"], shown["next_from"]) == ("broken", "2025-04-16")
