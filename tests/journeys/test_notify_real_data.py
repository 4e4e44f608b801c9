"""Real invoices of years ago, imported today: nobody is told of what became overdue then, unless a rule wants history."""

import json
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest

from chassis.policies import PolicyBook
from contracts import Envelope
from contracts.credit import PaymentOverdue
from contracts.notify import PolicyPublished
from notify_svc.notices import DECIDER
from notify_svc.notices.rule_requests import RequestNotice
from notify_svc.policies.subscriptions import SubscriptionPolicy
from notify_svc.reactions import request_notices
from notify_svc.service import SERVICE
from standing.facts import IMPORTERS, datasets_folder

FOLDER = datasets_folder()
pytestmark = pytest.mark.skipif(
    FOLDER is None, reason="the real data sets are not here; name their folder in STANDING_DATASETS"
)

NAME = "accounts-receivable"
TODAY = datetime(2026, 1, 5, 8, tzinfo=UTC)


def overdue_payments() -> Iterator[tuple[PaymentOverdue, Envelope]]:
    """What credit-svc says of the invoices that were paid late, when it learns of them today."""
    assert FOLDER is not None
    paid, issued = dict[str, date](), list[dict[str, str]]()
    for fact in IMPORTERS[NAME](FOLDER / NAME).facts:
        data = json.loads(fact.data)
        if "paid_on" in data:
            paid[data["invoice_id"]] = date.fromisoformat(data["paid_on"])
        else:
            issued.append(data)
    for number, invoice in enumerate(issued, start=1):
        due_on = date.fromisoformat(invoice["due_on"])
        if invoice["invoice_id"] in paid and paid[invoice["invoice_id"]] <= due_on:
            continue
        since = due_on + timedelta(days=1)
        event = PaymentOverdue(
            invoice_id=invoice["invoice_id"], customer_id=invoice["customer_id"], due_on=due_on, overdue_since=since,
            open_amount=Decimal(invoice["amount"]), currency=invoice["currency"], policy_version=1,
        )  # fmt: skip
        yield (
            event,
            Envelope(
                id=f"E-{number}", source="/credit-svc", type=event.TYPE, schema_version=1, stream="invoice", partition=0,
                position=number, version=1, occurred_at=datetime.combine(since, time(), UTC), recorded_at=TODAY,
                correlation_id="import",
            ),
        )  # fmt: skip


def decided(book: PolicyBook) -> Counter[str]:
    """How many notices of each fate the late invoices make."""
    fates = Counter[str]()
    for event, envelope in overdue_payments():
        for command in request_notices(event, envelope, book):
            assert isinstance(command, RequestNotice)
            fates.update(type(fact).__name__ for fact in DECIDER.decide(command, DECIDER.initial, book))
    return fates


def test_the_late_invoices_of_2012_and_2013_send_nothing_when_they_are_imported_today() -> None:
    late = sum(1 for _ in overdue_payments())
    assert late > 800
    assert decided(PolicyBook.of(SERVICE.policies)) == {"NotificationSuppressed": 2 * late}


def test_a_rule_that_wants_history_is_told_of_every_one() -> None:
    wanted = SubscriptionPolicy(
        rules=tuple(rule.model_copy(update={"wants_history": True}) for rule in SubscriptionPolicy().rules)
    )
    published = PolicyPublished(
        name=wanted.NAME, policy_version=2, effective_from=date(2000, 1, 1), document=wanted.model_dump(mode="json"),
        reason="for the test",
    )  # fmt: skip
    fates = decided(PolicyBook.of(SERVICE.policies).with_published(published))
    assert fates["NotificationRequested"] == 2 * sum(1 for _ in overdue_payments())
    assert "NotificationSuppressed" not in fates
