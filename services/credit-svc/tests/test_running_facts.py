"""The service on a real PostgreSQL: facts of other systems that come in parts, again, corrected, late or in another shape."""

import json
from datetime import date
from decimal import Decimal
from typing import Any

from chassis.commands import Accepted, Refused
from contracts import customer, erp

from .running import Running

MAY = date(2024, 5, 1)


def limit(amount: int) -> Any:
    return {"limit": str(amount), "currency": "EUR", "reason": "reviewed", "approved_by": "head of credit"}


def invoice(invoice_id: str, amount: str, **fields: Any) -> Any:
    return {
        "invoice_id": invoice_id, "customer_id": "C-1", "issued_on": "2024-05-01", "due_on": "2024-05-31",
        "amount": amount, "currency": "EUR", **fields,
    }  # fmt: skip


def payment(payment_id: str, amount: str, **fields: Any) -> Any:
    return {
        "payment_id": payment_id, "customer_id": "C-1", "amount": amount, "currency": "EUR", "paid_on": "2024-05-02",
        "method": "transfer", **fields,
    }  # fmt: skip


def check(order_id: str, amount: int) -> Any:
    return {
        "customer_id": "C-1",
        "order_id": order_id,
        "amount": str(amount),
        "currency": "EUR",
        "ordered_on": "2024-05-01",
    }


def placed(order_id: str, total: int, customer_id: str = "C-1") -> customer.OrderPlaced:
    return customer.OrderPlaced(
        order_id=order_id, customer_id=customer_id, ordered_on=MAY, currency="EUR", lines=(), total=Decimal(total)
    )


def delivered(order_id: str) -> customer.OrderDelivered:
    return customer.OrderDelivered(order_id=order_id, customer_id="C-1", delivered_on=MAY)


async def test_what_is_delivered_or_partly_invoiced_goes_on_taking_its_part_of_the_limit(running: Running) -> None:
    await running.move_to("2024-05-01")
    await running.post("/v1/accounts/C-1/limit", limit(1_000))
    await running.hear(placed("A", 1_000))
    await running.post("/v1/invoices", invoice("I-1", "100", order_id="A"))
    await running.hear(delivered("A"))
    await running.hear(placed("B", 900))
    account = await running.get("/v1/accounts/C-1")
    assert (account["receivable"], account["approved_orders"], account["held_order_count"]) == ("100", "900", 1)
    decided = await running.get("/v1/credit-checks/C-1/A")
    assert (decided["status"], decided["rest"], decided["delivered_on"]) == ("approved", "900", "2024-05-01")
    await running.post("/v1/credit-checks", check("A", 999), 409)

    await running.post("/v1/credit-checks/C-1/A/closing", {"reason": "nothing more comes", "closed_by": "seller"})
    assert (await running.get("/v1/credit-checks/C-1/B"))["status"] == "approved"
    known = await running.get("/v1/accounts/C-1/known", as_of="2024-05-01", as_known_at="2999-12-31")
    assert known["exposure"]["approved_orders"] == "900"


async def test_a_difference_of_a_cent_and_money_for_an_unknown_invoice_are_not_pursued(running: Running) -> None:
    await running.move_to("2024-05-01")
    await running.post("/v1/invoices", invoice("I-1", "100.00"))
    await running.post("/v1/payments", payment("P-1", "99.99", invoice_id="I-1"))
    await running.post("/v1/invoices", invoice("I-2", "1000", customer_id="C-2"))
    await running.post("/v1/invoices", invoice("I-3", "500", customer_id="C-2", due_on="2024-06-03"))
    await running.post("/v1/payments", payment("P-2", "1000", customer_id="C-2", invoice_id="X-9"))
    await running.move_to("2024-12-31")
    report = await running.get("/v1/reports/small-differences", currency="EUR")
    assert (report["invoice_count"], report["amount"], report["customers"][0]["customer_id"]) == (1, "0.01", "C-1")
    assert (await running.get("/v1/collections"))["items"][0]["customer_id"] == "C-2"
    (case,) = (await running.get("/v1/collections"))["items"]
    assert case["oldest_invoice_id"] == "I-3", "the money that waits covers the older one"
    account = await running.get("/v1/accounts/C-2")
    assert (account["receivable"], account["unallocated"], account["overdue"]) == ("500", "1000", "500")
    known = await running.get("/v1/accounts/C-2/known", as_of="2024-12-31", as_known_at="2999-12-31")
    assert (known["exposure"]["overdue"], known["days_past_due"]) == (account["overdue"], account["days_past_due"])
    first = await running.get("/v1/accounts/C-1")
    assert (first["status"], Decimal(first["receivable"]), first["case"]) == ("ok", 0, None)


async def test_a_corrected_invoice_and_a_cheque_presented_again_by_http(running: Running) -> None:
    await running.move_to("2024-05-01")
    await running.post("/v1/invoices", invoice("CORR-2", "100"))
    corrected = await running.post("/v1/invoices", invoice("CORR-2", "120", due_on="2024-06-30"))
    assert corrected["events"] == ["credit.InvoiceCorrected"]
    (row,) = (await running.get("/v1/invoices", customer_id="C-1"))["items"]
    assert (row["amount"], row["open_amount"], row["due_on"]) == ("120", "120", "2024-06-30")
    refused = await running.post("/v1/invoices", invoice("CORR-2", "120", due_on="2024-06-30", currency="USD"), 409)
    assert "currency USD instead of EUR" in refused["detail"]
    await running.post("/v1/payments", payment("P-1", "120", invoice_id="CORR-2"))
    other = await running.post("/v1/payments", payment("P-1", "110", invoice_id="CORR-2"), 409)
    assert "amount 110 instead of 120" in other["detail"]

    cheque = {
        "payment_id": "P-1", "customer_id": "C-1", "bounced_on": date(2024, 5, 10), "face_amount": Decimal(120),
        "currency": "EUR",
    }  # fmt: skip
    await running.hear(erp.ChequeBounced(**cheque))
    await running.hear(
        erp.PaymentReceived(
            payment_id="P-1", customer_id="C-1", invoice_id="CORR-2", amount=Decimal(120), currency="EUR",
            paid_on=date(2024, 5, 20), method="cheque",
        )
    )  # fmt: skip
    account = await running.get("/v1/accounts/C-1")
    assert (Decimal(account["receivable"]), account["overdue"]) == (0, "0")
    await running.post("/v1/invoices", invoice("FREE", "0"))
    (free,) = [row for row in (await running.get("/v1/invoices"))["items"] if row["invoice_id"] == "FREE"]
    assert (free["status"], free["settled_on"]) == ("settled", "2024-05-01")


async def test_instalments_shares_and_a_refund_by_http(running: Running) -> None:
    await running.move_to("2024-05-01")
    parts = [{"due_on": "2024-05-31", "amount": "300"}, {"due_on": "2024-06-30", "amount": "700"}]
    await running.post("/v1/invoices", invoice("I-1", "1000", due_on="2024-06-30", instalments=parts))
    await running.post("/v1/invoices", invoice("I-2", "200"))
    await running.move_to("2024-06-02")
    late = (await running.get("/v1/invoices", status="overdue"))["items"]
    assert {(row["invoice_id"], row["open_amount"]) for row in late} == {("I-1#1", "300"), ("I-2", "200")}
    shares = [{"invoice_id": "I-1", "amount": "300"}, {"invoice_id": "I-2", "amount": "200"}]
    await running.post("/v1/payments", payment("P-1", "1500", paid_on="2024-06-02", allocations=shares))
    account = await running.get("/v1/accounts/C-1")
    assert (Decimal(account["receivable"]), account["unallocated"], account["overdue"]) == (-300, "300", "0")
    refund = {
        "refund_id": "R-1", "customer_id": "C-1", "payment_id": "P-1", "amount": "300", "currency": "EUR",
        "refunded_on": "2024-06-03",
    }  # fmt: skip
    await running.post("/v1/refunds", refund)
    await running.post("/v1/refunds", {**refund, "amount": "250"}, 409)
    account = await running.get("/v1/accounts/C-1")
    assert (Decimal(account["receivable"]), account["unallocated"]) == (0, "0")
    ageing = await running.get("/v1/reports/ageing", currency="EUR", as_of="2024-06-02")
    assert (ageing["balance"], ageing["unallocated"]) == ("-300", "300"), "the past stays what it was"
    known = await running.get("/v1/reports/ageing", currency="EUR", as_of="2024-06-03", as_known_at="2999-12-31")
    assert Decimal(known["balance"]) == 0
    bounced = erp.ChequeBounced(
        payment_id="P-1", customer_id="C-1", bounced_on=date(2024, 6, 4), face_amount=Decimal(1_500), currency="EUR"
    )
    await running.hear(bounced)
    account = await running.get("/v1/accounts/C-1")
    assert (Decimal(account["receivable"]), Decimal(account["unallocated"])) == (1_500, 0), "invoices and the refund"
    for known_at in ({}, {"as_known_at": "2999-12-31"}):
        ageing = await running.get("/v1/reports/ageing", currency="EUR", as_of="2024-06-04", **known_at)
        assert {Decimal(ageing[name]) for name in ("balance", "total")} == {1_500}
    (owed,) = [row for row in (await running.get("/v1/invoices"))["items"] if row["refund_id"] == "R-1"]
    assert (owed["invoice_id"], owed["open_amount"], owed["due_on"]) == ("refund:R-1", "300", "2024-06-04")


async def test_one_invoice_lists_by_due_day_and_a_step_by_a_person(running: Running) -> None:
    await running.move_to("2024-05-01")
    await running.post("/v1/invoices", invoice("I-1", "100", due_on="2024-05-10"))
    await running.post("/v1/invoices", invoice("I-2", "70", due_on="2024-06-20"))
    await running.post("/v1/payments", payment("P-1", "40", invoice_id="I-1"))
    one = await running.get("/v1/invoices/C-1/I-1")
    assert (one["open_amount"], one["status"], one["payments"]) == (
        "60", "open", [{"kind": "payment", "payment_id": "P-1", "amount": "40", "allocated_on": "2024-05-02"}],
    )  # fmt: skip
    await running.get("/v1/invoices/C-1/I-9", 404)

    async def ids(**params: Any) -> list[str]:
        return [row["invoice_id"] for row in (await running.get("/v1/invoices", **params))["items"]]

    assert await ids(due_from="2024-06-01") == ["I-2"]
    assert await ids(due_until="2024-06-01") == ["I-1"]
    assert await ids(sort="amount") == ["I-2", "I-1"]
    first = await running.get("/v1/invoices", sort="amount", limit=1)
    assert await ids(sort="amount", limit=1, after=first["next"]) == ["I-1"]

    await running.move_to("2024-05-12")
    step = {"reason": "asked for on the telephone", "taken_by": "collector"}
    await running.post("/v1/collections/C-1-1/steps", step)
    case = await running.get("/v1/collections/C-1-1")
    assert [(each["step"], each["taken_by"]) for each in case["steps"]] == [("reminder", None), ("call", "collector")]
    again = await running.post("/v1/collections/C-1-1/steps", step, 409)
    assert "takes one a day at most" in again["detail"]


async def test_a_refund_that_is_heard_of_before_its_payment_waits_in_sight_and_holds_nothing_up(
    running: Running,
) -> None:
    refund = {
        "refund_id": "R-1", "customer_id": "C-1", "payment_id": "P-1", "amount": "40", "currency": "EUR",
        "refunded_on": "2024-05-03",
    }  # fmt: skip
    await running.move_to("2024-05-04")
    answer = await running.post("/v1/refunds", refund)
    assert answer["events"] == ["credit.RefundAwaitingPayment"]
    (waits,) = (await running.get("/v1/accounts/C-1"))["waiting_refunds"]
    assert (waits["refund_id"], waits["payment_id"], waits["amount"]) == ("R-1", "P-1", "40")
    await running.post("/v1/invoices", invoice("I-1", "100"))
    assert (await running.get("/v1/accounts/C-1"))["receivable"] == "100"
    await running.post("/v1/payments", payment("P-1", "140", invoice_id="I-1"))
    account = await running.get("/v1/accounts/C-1")
    assert (account["waiting_refunds"], Decimal(account["receivable"]), Decimal(account["unallocated"])) == ([], 0, 0)


async def test_a_document_of_one_customer_is_refused_for_another_one_and_counts_once(running: Running) -> None:
    await running.move_to("2024-05-04")
    note = {"credit_note_id": "N-1", "customer_id": "C-1", "issued_on": "2024-05-02", "amount": "5", "currency": "EUR"}
    refund = {"refund_id": "R-1", "customer_id": "C-1", "amount": "5", "currency": "EUR", "refunded_on": "2024-05-03"}
    sent = {
        "/v1/invoices": invoice("I-1", "100"), "/v1/payments": payment("P-1", "40"), "/v1/credit-notes": note,
        "/v1/refunds": refund, "/v1/credit-checks": check("O-1", 10),
    }  # fmt: skip
    for path, body in sent.items():
        await running.post(path, body)
    in_parts = [{"due_on": "2024-06-30", "amount": "50"}, {"due_on": "2024-07-31", "amount": "50"}]
    await running.post("/v1/invoices", invoice("I-2", "100", due_on="2024-07-31", instalments=in_parts))
    before = await running.get("/v1/accounts/C-1")
    for path, body in (*sent.items(), ("/v1/invoices", invoice("I-2", "100"))):
        refused = await running.post(path, {**body, "customer_id": "C-2"}, 409)
        assert "is known of customer C-1, so it is none of C-2" in refused["detail"], path
    for path, body in sent.items():
        await running.post(path, body)
    assert (await running.get("/v1/accounts/C-1")) == before
    await running.get("/v1/accounts/C-2", 404)


async def test_what_a_merge_that_was_undone_has_left_with_another_customer_is_still_decided_there(
    running: Running,
) -> None:
    await running.move_to("2024-05-04")
    await running.post("/v1/invoices", invoice("I-1", "100"))
    await running.post("/v1/invoices", invoice("I-9", "10", customer_id="C-2"))
    facts: dict[str, Any] = {"customer_id": "C-2", "moved": ("C-1",), "because": "one firm", "by": "clerk"}
    await running.hear(customer.CustomersMerged(merged_id="C-1", merged_on=MAY, **facts))
    await running.post("/v1/invoices", invoice("I-1", "100", customer_id="C-2"))
    await running.hear(customer.CustomerSplit(split_id="C-1", split_on=MAY, **facts))
    corrected = await running.post("/v1/invoices", invoice("I-1", "120"))
    assert corrected["stream"] == "account-C-2"
    assert Decimal((await running.get("/v1/accounts/C-2"))["receivable"]) == 130


async def test_what_a_topic_says_of_a_second_customer_is_refused_as_it_is_over_http_and_the_first_may_go_on(
    running: Running,
) -> None:
    await running.move_to("2024-05-04")
    issued = erp.InvoiceIssued.model_validate_json(json.dumps(invoice("I-1", "100")))
    bounced = erp.ChequeBounced(
        payment_id="P-1", customer_id="C-2", bounced_on=MAY, face_amount=Decimal(40), currency="EUR"
    )
    (recorded,) = await running.hear(issued)
    (refused,) = await running.hear(issued.model_copy(update={"customer_id": "C-2"}))
    assert isinstance(recorded, Accepted)
    assert isinstance(refused, Refused)
    assert "Invoice I-1 is known of customer C-1, so it is none of C-2" in refused.detail
    await running.post("/v1/payments", payment("P-1", "40"))
    (refused,) = await running.hear(bounced)
    assert isinstance(refused, Refused), "a cheque of C-1 cancels no line of C-2"
    assert (await running.post("/v1/invoices", invoice("I-1", "100")))["events"] == []
    await running.post("/v1/invoices", invoice("I-1", "90"))
    await running.post("/v1/invoices", invoice("I-1", "90", customer_id="C-2"), 409)
    await running.get("/v1/accounts/C-2", 404)


async def test_an_order_that_was_asked_about_in_a_wrong_name_is_placed_in_the_right_one_once_that_one_is_closed(
    running: Running,
) -> None:
    await running.move_to("2024-05-04")
    await running.post("/v1/credit-checks", check("O-1", 10))
    (refused,) = await running.hear(placed("O-1", 10, "C-2"))
    assert isinstance(refused, Refused)
    assert refused.code == "known-of-another-customer"
    await running.post("/v1/credit-checks/C-1/O-1/closing", {"reason": "asked in a wrong name", "closed_by": "ann"})
    (approved,) = await running.hear(placed("O-1", 10, "C-2"))
    assert isinstance(approved, Accepted)
    assert approved.event_types[0] in ("credit.OrderCreditApproved", "credit.OrderCreditHeld")
    (row,) = (await running.get("/v1/credit-checks", customer_id="C-2"))["items"]
    assert (row["order_id"], row["amount"]) == ("O-1", "10")
    await running.hear(placed("O-1", 10, "C-3"))
    await running.get("/v1/credit-checks/C-3/O-1", 404)


async def test_a_document_follows_its_account_into_another_one_and_stays_where_it_went(running: Running) -> None:
    await running.move_to("2024-05-04")
    await running.post("/v1/invoices", invoice("I-1", "100"))
    await running.post("/v1/payments", payment("P-1", "10"))
    facts: dict[str, Any] = {"customer_id": "C-2", "moved": ("C-1",), "because": "one firm", "by": "clerk"}
    await running.hear(customer.CustomersMerged(merged_id="C-1", merged_on=MAY, **facts))
    assert (await running.post("/v1/invoices", invoice("I-1", "100", customer_id="C-2")))["events"] == []
    assert (await running.post("/v1/invoices", invoice("I-1", "100")))["events"] == []
    refused = await running.post("/v1/invoices", invoice("I-1", "100", customer_id="C-3"), 409)
    assert "is known of customer C-2, so it is none of C-3" in refused["detail"]
    await running.hear(customer.CustomerSplit(split_id="C-1", split_on=MAY, **facts))
    await running.post("/v1/payments", payment("P-1", "10", customer_id="C-3"), 409)
    await running.post("/v1/payments", payment("P-2", "5"))
    await running.post("/v1/payments", payment("P-2", "5", customer_id="C-2"), 409)
