"""The service on a real PostgreSQL, over HTTP: a case goes to court, what it decides, and what the law's terms make of it."""

from typing import Any

from .running import Running
from .test_running import invoice, payment

CASE = "/v1/collections/C-1-1"
CONDITIONS = {
    "direct_interest": "we delivered", "definite_defendant": "Bright Ltd", "concrete_claim": "the price",
    "competent_court": "the court of its seat",
}  # fmt: skip


def stage(name: str, **said: Any) -> Any:
    return {"way": "litigation", "stage": name, "recorded_by": "lawyer", **said}


async def test_from_a_filing_to_an_enforcement_with_its_last_days(running: Running) -> None:
    await running.move_to("2024-01-01")
    await running.post("/v1/invoices", invoice(1, "C-1", "2024-01-31", "100000"))
    await running.move_to("2024-05-06")
    refused = await running.post(f"{CASE}/stages", stage("filing"), 422)
    assert refused["detail"].startswith("The claim cannot be filed: direct_interest, ")
    await running.post(f"{CASE}/stages", stage("filing", conditions=CONDITIONS, invoice_ids=["I-1"]))
    future = {"milestone": "accepted", "reached_on": "2024-05-07", "recorded_by": "lawyer"}
    assert "has not come yet" in str(await running.post(f"{CASE}/milestones", future, 422))
    await running.move_to("2024-05-09")
    await running.post(f"{CASE}/milestones", {**future, "procedure": "simplified"})
    case = await running.get(CASE)
    assert {each["clock"]: (each["status"], each["ends_on"]) for each in case["clocks"]} == {
        "suit_acceptance": ("ended", "2024-05-13"),
        "service": ("running", "2024-05-13"),
        "trial_simplified": ("running", "2024-08-07"),
    }
    for name in ("preparation", "hearing"):
        await running.post(f"{CASE}/stages", stage(name))
    enforcement = await running.post(f"{CASE}/stages", stage("enforcement"), 409)
    assert enforcement["detail"] == "Case C-1-1 is at hearing; there is no judgment yet."
    await running.post(f"{CASE}/judgments", {
        "judgment_id": "J-1", "outcome": "partly", "adjudged": "80000", "costs": "2300", "currency": "EUR",
        "made_on": "2024-05-08", "served_on": "2024-05-09", "perform_until": "2024-06-10", "recorded_by": "lawyer",
    })  # fmt: skip
    late = {"judgment_id": "J-1", "by_us": True, "noted_on": "2024-05-09", "recorded_by": "lawyer"}
    unknown = await running.post(f"{CASE}/appeals", {**late, "judgment_id": "J-9"}, 404)
    assert unknown["detail"] == "Case C-1-1 has no judgment J-9."

    await running.move_to("2024-05-26")
    case = await running.get(CASE)
    found = {each["clock"]: (each["status"], each["whose"], each["ends_on"]) for each in case["clocks"]}
    assert found["appeal"] == ("ran_out", "ours", "2024-05-24")
    assert found["enforcement"] == ("running", "ours", "2026-06-10")
    assert found["trial_simplified"][0] == "ended"
    assert [each["judgment_id"] for each in case["judgments"]] == ["J-1"]
    await running.post("/v1/invoices/C-1/I-1/write-off/approval", {"approved_by": "head of credit"})
    row = await running.get("/v1/invoices/C-1/I-1")
    assert (row["status"], row["open_amount"], row["written_off"]) == ("overdue", "80000", "20000")

    await running.move_to("2024-06-11")
    await running.post(f"{CASE}/stages", stage("enforcement"))
    await running.post(f"{CASE}/enforcements", {
        "collected": "80000", "currency": "EUR", "on": "2024-06-11", "what": "paid", "recorded_by": "lawyer",
    })  # fmt: skip
    await running.post("/v1/payments", payment(1, "C-1", "80000", "2024-06-11", of=1))
    case = await running.get(CASE)
    assert (case["closed_because"], case["enforcements"][0]["what"]) == ("settled", "paid")
    assert (await running.get("/v1/invoices/C-1/I-1"))["limitation_until"] is None


async def test_an_award_counts_until_a_court_sets_it_aside(running: Running) -> None:
    await running.move_to("2024-01-01")
    terms = {
        "credit_days": 30, "has_arbitration_clause": True, "valid_from": "2023-12-01", "reason": "contract",
        "approved_by": "sales",
    }  # fmt: skip
    await running.send("PUT", "/v1/accounts/C-1/terms", terms)
    await running.post("/v1/invoices", invoice(1, "C-1", "2024-01-31"))
    await running.move_to("2024-02-05")
    refused = await running.post(f"{CASE}/stages", stage("filing", conditions=CONDITIONS), 409)
    assert refused["detail"] == "The contract of C-1 has an arbitration clause; a court will not take the case."
    within = {**CONDITIONS, "within_clause": "clause 9"}
    for name in ("application", "tribunal", "hearing_and_award"):
        await running.post(f"{CASE}/stages", {**stage(name, conditions=within), "way": "arbitration"})
    award = {
        "award_id": "AW-1", "outcome": "settled", "awarded": "900", "currency": "EUR", "made_on": "2024-02-05",
        "received_on": "2024-02-05", "recorded_by": "lawyer",
        "instalments": [{"due_on": "2024-02-20", "amount": "500"}, {"due_on": "2024-03-20", "amount": "400"}],
    }  # fmt: skip
    await running.post(f"{CASE}/awards", award)
    final = await running.post(f"{CASE}/stages", stage("filing", conditions=CONDITIONS), 409)
    assert final["detail"] == "The award of 2024-02-05 is final."
    case = await running.get(CASE)
    assert [(each["amount"], each["promised_on"]) for each in case["promises"]] == [("500", "2024-02-20")]
    assert case["awards"][0]["set_aside_until"] == "2024-08-05"
    await running.move_to("2024-02-20")
    await running.post("/v1/payments", payment(1, "C-1", "500", "2024-02-20", of=1))
    case = await running.get(CASE)
    assert [each["status"] for each in case["promises"]] == ["kept", "open"]
    review = {
        "award_id": "AW-1", "kind": "set_aside", "outcome": "granted", "decided_on": "2024-02-20", "recorded_by": "lawyer",
    }  # fmt: skip
    await running.post(f"{CASE}/award-reviews", review)
    case = await running.get(CASE)
    assert case["next_stages"]["litigation"] == ["filing"]
    assert not case["awards"][0]["counts"]
    await running.post(f"{CASE}/stages", stage("filing", conditions=CONDITIONS))


async def test_the_limitation_of_each_invoice_is_listed_with_its_last_day(running: Running) -> None:
    await running.move_to("2022-03-01")
    for number, due_on in ((1, "2022-03-31"), (2, "2022-06-30"), (3, "2025-12-31")):
        await running.post("/v1/invoices", invoice(number, "C-1", due_on, issued_on="2022-03-01"))
    await running.move_to("2023-06-15")
    await running.post("/v1/payments", payment(1, "C-1", "400", "2023-06-15", of=1))
    listed = {row["invoice_id"]: row["limitation_until"] for row in (await running.get("/v1/invoices"))["items"]}
    assert listed == {"I-1": "2026-06-15", "I-2": "2025-06-30", "I-3": None}
    assert (await running.get("/v1/reports/limitations"))["items"] == []
    await running.move_to("2025-07-01")
    rows = (await running.get("/v1/reports/limitations", within_days=350, customer_id="C-1"))["items"]
    assert [(row["invoice_id"], row["ran_out_on"], row["restarted_by"], row["open_amount"]) for row in rows] == [
        ("I-2", "2025-07-01", None, "1000"),
        ("I-1", None, "part_payment", "600"),
    ]
