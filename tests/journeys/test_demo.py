"""The main job: facts go in over Kafka; grades, tiers and cases come out over HTTP, and a command proves it."""

import asyncio
import socket
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from rich.console import Console
from typer.testing import CliRunner

from credit_svc.policies.collection import SEVERITY, CollectionPolicy
from credit_svc.read_models import open_item
from customer_svc.read_models import credit_standing
from standing import journey, tally
from standing.cli import app
from standing.facts import DataSet
from standing.facts.demo import demo
from standing.installation import Installation
from standing.run import feed, verify
from standing.services import ALL

from . import answers
from .as_known import log_of, rows_at
from .conftest import Start


@pytest.fixture(scope="module")
def facts() -> DataSet:
    return demo(days=84, scale=0.2)


class Mailbox:
    """Keeps what a mail server was given."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []

    async def handle_DATA(self, _: Any, __: Any, envelope: Any) -> str:  # noqa: N802 (aiosmtpd's name)
        self.letters.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 OK"


@pytest.fixture(scope="module")
def mail() -> Iterator[tuple[Mailbox, int]]:
    """A real SMTP server, and its port."""
    mailbox = Mailbox()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = Controller(mailbox, hostname="127.0.0.1", port=port)
    server.start()
    yield mailbox, port
    server.stop()


@pytest.fixture(scope="module")
async def installation(installations: Start, facts: DataSet, mail: tuple[Mailbox, int]) -> Installation:
    started = await installations(NOTIFY_SMTP_HOST="127.0.0.1", NOTIFY_SMTP_PORT=str(mail[1]))
    assert await feed(started, facts, Console(width=140))
    return started


async def standing(installation: Installation, *arguments: str) -> str:
    """What the command prints for this installation; it must end well."""
    command = [*arguments, "--home", str(installation.home)]
    answer = await asyncio.to_thread(CliRunner().invoke, app, command)
    assert answer.exit_code == 0, answer.output
    return answer.output


async def test_every_fact_is_recorded_or_a_repeat_or_parked(installation: Installation, facts: DataSet) -> None:
    counts = (await tally.counts(installation.clients)).values()
    assert sum(count.total for count in counts) == len(facts.facts)
    assert sum(count.repeated for count in counts) == facts.expected_repeats
    assert sum(count.parked for count in counts) == facts.malformed


async def test_what_is_parked_says_why_and_holds_nobody_else_up(installation: Installation, facts: DataSet) -> None:
    parked = {}
    for client in installation.clients:
        for message in (await client.get("/v1/admin/parked", limit=500))["items"]:
            parked[message["headers"]["ce_id"]] = message
    assert set(parked) == set(facts.park_reasons)
    assert all(message["code"] in ("invalid", "unknown-type", "not-a-cloudevent") for message in parked.values())
    assert any("2013-02-30" in message["reason"] for message in parked.values())
    assert any("NaN" in message["reason"] for message in parked.values())
    assert any("ISO 4217" in message["reason"] for message in parked.values())


async def test_a_supplier_has_a_grade_that_explains_itself(installation: Installation) -> None:
    client = installation.client("supplier-svc")
    row = next(r for r in await client.pages("/v1/suppliers") if r["grade"] in ("B", "C", "D"))
    grade = await client.get(f"/v1/suppliers/{row['supplier_id']}/grade", as_of="2024-02-15")
    assert grade["deciding_period"] == "2024-01"
    why = await client.get(f"/v1/suppliers/{row['supplier_id']}/grade/explanation")
    assert why["grading"]["factors"]
    assert why["grading"]["thresholds"]
    assert why["next_grade"]


async def test_a_year_limits_the_standing_of_a_supplier_whose_months_are_better(installation: Installation) -> None:
    grade = await installation.client("supplier-svc").get("/v1/suppliers/S-009/grade", as_of="2024-02-15")
    assert (grade["annual"]["period"], grade["annual"]["grade"], grade["ceiling"]) == ("2023", "B", "B")
    assert grade["operational"]["period"] == "2024-01"
    assert grade["grade"] == max(grade["operational"]["grade"], "B")


async def test_quality_costs_become_notes_that_finance_clears(installation: Installation) -> None:
    client = installation.client("supplier-svc")
    claims = await client.pages("/v1/settlements", kind="claim")
    assert {"silence", "record"} <= {row["settled_by"] for row in claims}
    notes = await client.pages("/v1/supplier-notes")
    assert {row["status"] for row in notes} == {"open", "cleared"}
    reversed_notes = [row for row in notes if row["reversed_by"]]
    assert [row["direction"] for row in notes if row["reverses"]] == ["credit"] * len(reversed_notes) != []
    [total] = (await client.get("/v1/reports/supplier-notes"))["items"]
    debits = sum(Decimal(row["amount"]) for row in notes if row["direction"] == "debit")
    assert (total["currency"], Decimal(total["debit_amount"])) == ("CNY", debits)
    told = await installation.client("notify-svc").pages("/v1/notifications", rule="supplier-note-payables")
    assert {notice["recipient"] for notice in told} == {"role:payables"}


async def test_customers_are_tiered_once_a_month_and_told_why(installation: Installation) -> None:
    client = installation.client("customer-svc")
    runs = [run["tiering_id"] for run in await client.pages("/v1/tierings", currency="CNY")]
    assert runs == ["2024-01-CNY", "2024-02-CNY", "2024-03-CNY"]
    vip = (await client.get("/v1/customers", tier="vip"))["items"][0]
    why = await client.get(f"/v1/customers/{vip['customer_id']}/tier/explanation")
    assert why["explanations"][0]["tier"] == "vip"


async def test_orders_show_what_credit_said(installation: Installation) -> None:
    orders = await installation.client("customer-svc").pages("/v1/orders")
    assert {"confirmed", "delivered"} <= {order["status"] for order in orders}
    assert not [order for order in orders if order["status"] == "submitted"]


async def test_an_overdue_invoice_walks_the_ladder_and_is_told(installation: Installation) -> None:
    cases = await installation.client("credit-svc").pages("/v1/collections")
    assert cases
    case = await installation.client("credit-svc").get(f"/v1/collections/{cases[0]['case_id']}")
    assert case["steps"][0]["step"] == "reminder"
    notices = await installation.client("notify-svc").pages("/v1/notifications", rule="payment-overdue")
    assert {notice["status"] for notice in notices} == {"sent"}


async def test_no_case_stands_at_a_step_that_its_oldest_open_item_does_not_deserve(installation: Installation) -> None:
    """By its days past due, or because the step was taken for that item before its day."""
    client = installation.client("credit-svc")
    policy = CollectionPolicy.model_validate((await client.get("/v1/policies/collection"))["document"])
    for case in await client.pages("/v1/collections"):
        if case["current_step"] is None or case["way"] is not None:
            continue
        rungs = policy.rungs_of(case["strategy"], None)
        deserved = [rung.step for rung in rungs if rung.after_days <= case["days_past_due"]]
        taken = (await client.get(f"/v1/collections/{case['case_id']}"))["steps"]
        own = [each["step"] for each in taken if each["oldest_invoice_id"] == case["oldest_invoice_id"]]
        assert any(SEVERITY[step] >= SEVERITY[case["current_step"]] for step in (*deserved, *own)), case


async def test_who_is_shown_as_overdue_is_who_owes_something_overdue(installation: Installation) -> None:
    """On the customer page, by currency with the number of invoices, as in the account. The amount is that of the day on which an
    invoice became overdue or ceased to be: a part payment ends nothing."""
    overdue = await installation.client("credit-svc").pages("/v1/invoices", status="overdue")
    owed = Counter((row["customer_id"], row["currency"]) for row in overdue)
    client, shown, sentences = installation.client("customer-svc"), {}, set[str]()
    for customer in await client.pages("/v1/customers"):
        credit = (await client.get(f"/v1/customers/{customer['customer_id']}"))["credit"] or {}
        for currency, each in credit.get("overdue_by_currency", {}).items():
            shown[customer["customer_id"], currency] = each["invoices"]
        if credit.get("overdue"):
            sentences.add(customer["customer_id"])
    assert owed, "somebody is overdue"
    assert shown == owed
    assert sentences == {customer_id for customer_id, _ in owed}
    once_overdue = {
        event["data"]["customer_id"]
        for partition in range(installation.kafka.partitions)
        for event in await installation.client("credit-svc").pages("/v1/log", partition=partition)
        if event["headers"]["ce_type"] == "credit.PaymentOverdue"
    }
    assert once_overdue > sentences, "others were overdue once, and are shown as it no more"


async def test_demo_year_who_is_shown_as_overdue_owes_something_overdue_at_every_month_s_end(
    installation: Installation,
) -> None:
    credit, customer = [await log_of(installation, name) for name in ("credit-svc", "customer-svc")]
    overdue = list[set[str]]()
    for month in (2, 3, 4):
        end = datetime(2024, month, 1, tzinfo=UTC)
        items = rows_at(credit, open_item.MODEL, end).values()
        owing = {(row.customer_id, row.currency) for row in items if row.status == "overdue"}
        standings = rows_at(customer, credit_standing.MODEL, end).values()
        assert {(row.customer_id, each) for row in standings for each in row.overdue_by_currency} == owing
        overdue.append({row.customer_id for row in standings if row.overdue})
        assert overdue[-1] == {customer_id for customer_id, _ in owing}
    _, march, april = overdue  # nothing is due before the first of February
    assert march, "somebody owes something overdue"
    assert april, "somebody does a month later"
    assert any(event["headers"]["ce_type"] == "credit.PaymentOverdueEnded" for event in credit), (
        "some have paid meanwhile"
    )


async def test_who_may_forget_is_reminded_by_mail_before_the_due_date(installation: Installation) -> None:
    notices = await installation.client("notify-svc").pages("/v1/notifications", rule="payments-due-soon")
    assert {(notice["channel"], notice["status"]) for notice in notices} == {("email", "sent")}
    reminders = [
        event["data"]
        for event in await log_of(installation, "credit-svc")
        if event["headers"]["ce_type"] == "credit.PaymentsDueSoon"
    ]
    assert len(reminders) == len(notices)
    for each in reminders:
        left = date.fromisoformat(each["due_on"]) - date.fromisoformat(each["reminded_on"])
        assert left.days == each["days_left"] == 3
        assert sum(Decimal(item["open_amount"]) for item in each["invoices"]) == Decimal(each["total"])


async def overdue_journey(installation: Installation) -> str:
    """The correlation id of an invoice that became overdue and was told."""
    overdue = (await installation.client("notify-svc").pages("/v1/notifications", rule="payment-overdue"))[0]
    log = [
        event
        for partition in range(installation.kafka.partitions)
        for event in await installation.client("notify-svc").pages("/v1/log", partition=partition)
        if event["data"].get("notification_id") == overdue["notification_id"]
    ]
    return str(log[0]["headers"]["ce_correlationid"])


async def test_a_journey_shows_what_one_fact_caused_across_services(installation: Installation) -> None:
    events = await journey.events_of(installation.clients, await overdue_journey(installation))
    types = {event["headers"]["ce_type"] for event in events}
    assert {
        "credit.InvoiceRecorded",
        "credit.PaymentOverdue",
        "notify.NotificationRequested",
        "notify.NotificationSent",
    } <= types


async def test_partners_are_told_by_mail_once(installation: Installation, mail: tuple[Mailbox, int]) -> None:
    notices = await installation.client("notify-svc").pages("/v1/notifications", status="sent")
    mailed = {notice["reference"] for notice in notices if notice["channel"] == "email"}
    assert mailed
    assert sorted(letter["message-id"] for letter in mail[0].letters) == sorted(mailed)


async def test_what_partners_time_and_people_do_is_told_by_rule(installation: Installation) -> None:
    rows = (await installation.client("notify-svc").get("/v1/reports/notices"))["items"]
    told = {row["rule"] for row in rows if row["status"] == "sent"}
    assert {
        "supplier-grade", "supplier-approved", "unapproved-delivery", "corrective-action", "objection-raised",
        "order-held", "payment-overdue", "collection-step", "limit-set",
        "customer-tier-moved", "complaint-opened", "complaint-clock-warned", "follow-up",
    } <= told  # fmt: skip


async def test_a_complaint_traced_to_a_lot_is_a_nonconformance_of_its_supplier(installation: Installation) -> None:
    complaints = await installation.client("customer-svc").pages("/v1/complaints")
    assert {complaint["status"] for complaint in complaints} == {"closed"}
    found = await installation.client("supplier-svc").pages("/v1/nonconformances", month="2024-01")
    assert "CMP-001" in {row["nonconformance_id"] for row in found}


async def test_a_reward_and_a_stop_of_orders_take_effect_and_end(installation: Installation) -> None:
    rows = await installation.client("supplier-svc").pages("/v1/settlements", effect_status="ended")
    ended = {row["settlement_id"]: row["ended_because"] for row in rows}
    assert (ended["RW-HOLIDAYS"], ended["PN-QUALITY"]) == ("expired", "withdrawn")


@pytest.mark.parametrize("service", [service.name for service in ALL])
async def test_every_answer_is_as_documented_and_holds_no_exponent(installation: Installation, service: str) -> None:
    found, answered = await answers.faults(installation.client(service).base_url, installation.http.auth)
    assert not found, "\n".join(found)
    assert answered > 20


async def test_the_command_runs_as_a_process_of_its_own(installation: Installation) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "standing", "parked", "summary", "--home", str(installation.home),
        stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    printed, _ = await process.communicate()
    assert process.returncode == 0
    assert "credit-svc" in printed.decode()


async def test_the_command_shows_lag_journeys_and_parked_messages(installation: Installation) -> None:
    told = (await standing(installation, "status")).splitlines()
    rows = [[cell.strip() for cell in line.split("│")[1:-1]] for line in told if "←" in line or "relay" in line]
    assert len(rows) == 4 + sum(len(client.service.sources) for client in installation.clients)
    assert {lag for *_, lag, _ in rows} == {"0"}
    assert "credit-svc" in await standing(installation, "parked", "list")
    assert "credit.InvoiceRecorded" in await standing(installation, "journey", await overdue_journey(installation))


async def test_a_parked_message_is_retried_and_given_up_with_a_reason(installation: Installation) -> None:
    client = installation.client("credit-svc")
    first = (await client.get("/v1/admin/parked"))["items"][0]["parked_id"]
    why = ("credit-svc", str(first), "--reason", "the sender will send it anew")
    assert '"status": "parked"' in await standing(installation, "parked", "retry", *why)
    assert '"status": "discarded"' in await standing(installation, "parked", "discard", *why)
    assert '"action": "discarded"' in await standing(installation, "parked", "show", *why[:2])
    assert first not in [message["parked_id"] for message in (await client.get("/v1/admin/parked"))["items"]]


async def test_everything_holds_together(installation: Installation, console: Console) -> None:
    assert await verify(installation, console)


async def test_each_service_has_it_on_record(installation: Installation) -> None:
    for client in installation.clients:
        [proof] = (await client.get("/v1/admin/proofs"))["items"]
        assert (proof["kind"], proof["is_sound"]) == ("verify", True), proof
        assert proof["positions"] == (await client.progress())["heads"]
