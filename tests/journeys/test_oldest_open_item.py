"""The receivables of the demo's year, in memory: at every month's end no case stands at a step that its oldest open item does not
deserve."""

from collections import Counter, defaultdict
from datetime import date, timedelta
from typing import Any

import pytest

from chassis.backtests import Trial
from chassis.domain import Refusal
from chassis.testing import envelope
from contracts import erp
from credit_svc.account.state import Account
from credit_svc.policies.collection import SEVERITY, CollectionPolicy
from credit_svc.reactions import (
    record_bounced_cheque,
    record_credit_note,
    record_invoice,
    record_payment,
    record_refund,
)
from credit_svc.reports.backtest.inputs import Input
from credit_svc.reports.backtest.side import Replica
from credit_svc.service import SERVICE
from standing.facts.demo import demo

RECORDED: dict[str, Any] = {
    erp.InvoiceIssued.TYPE: (erp.InvoiceIssued, record_invoice),
    erp.CreditNoteIssued.TYPE: (erp.CreditNoteIssued, record_credit_note),
    erp.PaymentReceived.TYPE: (erp.PaymentReceived, record_payment),
    erp.PaymentRefunded.TYPE: (erp.PaymentRefunded, record_refund),
    erp.ChequeBounced.TYPE: (erp.ChequeBounced, record_bounced_cheque),
}
ENVELOPE = envelope(1)
MONTHS_END = [date(2024 + month // 12, month % 12 + 1, 1) - timedelta(days=1) for month in range(1, 13)]


def commands() -> dict[str, list[Any]]:
    """By customer: its facts in the order sent, without malformed ones."""
    data, of = demo(), defaultdict[str, list[Any]](list)
    for fact in data.facts:
        if fact.type in RECORDED and fact.id not in data.park_reasons:
            event, command = RECORDED[fact.type]
            made = command(event.model_validate_json(fact.data))
            of[made.customer_id].append((fact.time.date(), made))
    return of


def undeserved(account: Account, on: date) -> str | None:
    """What is wrong with the step of the open case."""
    case = account.case
    if case is None or case.current is None:
        return None
    items = [
        (account.ledger(currency).invoices[invoice_id].due_on, invoice_id)
        for invoice_id, currency in account.overdue.items()
    ]
    due_on, oldest_id = min(items)
    rungs = CollectionPolicy().rungs_of(case.strategy, None)
    deserved = [rung.step for rung in rungs if rung.after_days <= (on - due_on).days]
    if (case.current, oldest_id) in case.taken or any(SEVERITY[step] >= SEVERITY[case.current] for step in deserved):
        return None
    return f"{case.case_id} on {on}: {case.current}, and {oldest_id} is {(on - due_on).days} days past due"


@pytest.fixture(scope="module")
def months_end() -> list[tuple[date, dict[str, Account]]]:
    """The accounts at the end of each month."""
    book = SERVICE.policy_book()
    year = Trial("collection", book, book, date(2024, 1, 1), date(2024, 12, 31))
    ends: list[tuple[date, dict[str, Account]]] = [(end, {}) for end in MONTHS_END]
    for customer_id, listed in commands().items():
        replica, left = Replica(book, year, ()), list(listed)
        for end, accounts in ends:
            while left and left[0][0] <= end:
                on, command = left.pop(0)
                try:
                    replica.take(Input(on, command))
                except Refusal:
                    continue  # the same fact told otherwise, which is parked
            replica.until(end)
            accounts[customer_id] = replica.state
    return ends


def test_demo_year_has_no_case_at_a_step_that_its_oldest_open_item_does_not_deserve(
    months_end: list[tuple[date, dict[str, Account]]],
) -> None:
    wrong = [
        found for end, accounts in months_end for account in accounts.values() if (found := undeserved(account, end))
    ]
    assert not wrong, "\n".join(wrong)


def test_cases_of_the_demo_year_fall_back_and_go_on(months_end: list[tuple[date, dict[str, Account]]]) -> None:
    back = Counter[str]()
    for _, accounts in months_end:
        for account in accounts.values():
            if account.case is not None and account.case.steps and account.case.current != account.case.steps[-1]:
                back[str(account.case.current)] += 1
    assert back, "some case is back at a step that it had left behind"
