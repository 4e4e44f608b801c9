"""What the service says of its own accord is read back into its sentences with their values, out of events and over HTTP."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from immutables import Map

from chassis.sentences import statements
from contracts import Event, erp
from contracts.credit import (
    BehaviourClassChanged,
    CasePaused,
    CaseStrategyChanged,
    CollectionCaseOpened,
    CollectionStepTaken,
    CreditClassChanged,
    DebtorPlaceNoted,
    DeliveriesResumed,
    DeliveriesStopped,
    InterestCharged,
    OrderCreditHeld,
    PaymentInOtherCurrencyNoted,
    RefundAwaitingPayment,
    ReviewDue,
    WaitingMoneyNoted,
)
from credit_svc.account.decision import Command
from credit_svc.account.files import NoteTier, RecordFile
from credit_svc.account.limits import SetCreditLimit
from credit_svc.account.orders import CheckOrder
from credit_svc.account.refunds import RecordRefund
from credit_svc.assessment.rating import FIVE_CS
from credit_svc.limits.credit_line import CreditLine, Limit, TemporaryIncrease
from credit_svc.limits.explanation import explain_limit
from credit_svc.policies.receivables import ExchangePolicy, Quotation
from credit_svc.sentences import Sentences
from credit_svc.testing import CUSTOMER, account, bounce, invoice, payment, under, until
from credit_svc.timers import behaviour_due, invoice_due, review_due, step_due

from .running import Running

TIMERS = (invoice_due.TODO, behaviour_due.TODO, step_due.TODO, review_due.TODO)
YEAR_END = date(2024, 12, 31)
COMPOSED: dict[type[Event], tuple[str, ...]] = {
    BehaviourClassChanged: ("because",),
    CasePaused: ("reason", "paused_by"),
    CaseStrategyChanged: ("because",),
    CollectionCaseOpened: ("because",),
    CollectionStepTaken: ("way_because",),
    CreditClassChanged: ("because",),
    DebtorPlaceNoted: ("because",),
    DeliveriesResumed: ("because",),
    DeliveriesStopped: ("because",),
    OrderCreditHeld: ("reason", "releases_at"),
    PaymentInOtherCurrencyNoted: ("summary",),
    RefundAwaitingPayment: ("summary",),
    ReviewDue: ("detail",),
    WaitingMoneyNoted: ("summary",),
}
"""The texts that only the service itself writes."""


def limit(amount: int) -> SetCreditLimit:
    on = date(2024, 1, 1)
    return SetCreditLimit(CUSTOMER, Decimal(amount), "EUR", on, "reviewed", "head of credit", on)


def order(number: int, amount: int, on: date, currency: str = "EUR") -> CheckOrder:
    return CheckOrder(f"O-{number}", CUSTOMER, on, Decimal(amount), currency)


def assessed(score: int) -> RecordFile:
    return RecordFile(CUSTOMER, dict.fromkeys(FIVE_CS, Decimal(score)), None, "analyst", date(2024, 1, 1))


def refund(number: int, amount: int, of: int | None) -> RecordRefund:
    return RecordRefund(
        erp.PaymentRefunded(
            refund_id=f"R-{number}", customer_id=CUSTOMER, payment_id=None if of is None else f"P-{of}",
            amount=Decimal(amount), currency="EUR", refunded_on=date(2024, 2, 1),
        )
    )  # fmt: skip


LATE, MAY = invoice(1, 100, date(2024, 1, 31)), date(2024, 5, 2)
JOURNEYS: dict[str, tuple[Command, ...]] = {
    "an order over the limit, in another currency": (limit(50), order(1, 70, MAY), order(2, 9, MAY, "JPY")),
    "pursued to the end and paid at last": (LATE, order(1, 9, MAY), payment(1, 100, YEAR_END, of=1)),
    "over the limit and late": (limit(50), LATE, order(1, 9, date(2024, 3, 10))),
    "of high risk": (assessed(30), LATE, order(1, 9, MAY)),
    "a key account that does not want to pay": (NoteTier(CUSTOMER, is_key_account=True), LATE, order(1, 9, YEAR_END)),
    "large": (NoteTier(CUSTOMER, tier="vip"), LATE),
    "back at an earlier step, and at none": (
        LATE, invoice(2, 100, date(2024, 4, 20)), invoice(3, 100, MAY),
        payment(1, 100, MAY, of=1), payment(2, 100, date(2024, 5, 3), of=2),
    ),
    "of low risk": (assessed(95), LATE),
    "a cheque that bounced": (payment(1, 100, date(2024, 1, 20), of=1), LATE, bounce(1, 100, date(2024, 2, 9))),
    "money for unknown invoices": (
        LATE, payment(1, 60, date(2024, 1, 20), of=8), payment(2, 40, date(2024, 1, 20), of=9),
    ),
    "money in another currency": (
        LATE, payment(1, 60, date(2024, 1, 20), currency="USD"), payment(2, 90, date(2024, 1, 20), currency="USD"),
    ),
    "money without a rate": (
        LATE, payment(1, 60, date(2024, 1, 20), currency="JPY"), payment(2, 9, date(2024, 1, 21), of=1, currency="JPY"),
    ),
    "refunds before their money": (refund(1, 50, 1), refund(2, 50, None), payment(1, 20, date(2024, 2, 1))),
}  # fmt: skip


def composed(facts: tuple[Event, ...]) -> Iterator[str]:
    for fact in facts:
        yield from (getattr(fact, name) for name in COMPOSED.get(type(fact), ()))
        if isinstance(fact, InterestCharged):
            yield from (part.source for part in fact.parts)


@pytest.mark.parametrize("commands", JOURNEYS.values(), ids=JOURNEYS)
def test_whatever_happens_to_an_account_its_events_say_it_in_sentences_of_the_list(
    commands: tuple[Command, ...],
) -> None:
    quoted = Quotation(currency="USD", into="EUR", from_day=date(2023, 12, 1), rate=Decimal("0.90"))
    history = account(book=under(ExchangePolicy(quotations=(quoted,))))
    for command in commands:
        history = until(command.on or date(2024, 1, 1), history, TIMERS).when(command)
    texts = list(composed(until(YEAR_END, history, TIMERS).facts))
    assert texts
    for text in texts:
        found = statements(text, tuple(Sentences))
        assert all(each.code for each in found), text
        assert " ".join(each.sentence for each in found) == text


def test_money_of_several_payments_is_named_with_the_first_of_them() -> None:
    text = Sentences.COVERED_IN_OTHER_CURRENCY_BY_SEVERAL(
        payment_id="P-1", amount="1,060.00 USD", others="P-2 of 1,090.00 USD", overdue="100.00 EUR"
    )
    (found,) = statements(text, tuple(Sentences))
    assert (found.parameters["amount"], found.parameters["others"]) == ("1,060.00 USD", "P-2 of 1,090.00 USD")


def test_a_limit_that_a_policy_set_is_not_taken_for_that_policy_alone() -> None:
    day, by = date(2024, 6, 1), Sentences.BY_POLICY(policy="collection", version=3)
    line = CreditLine(
        limits=(Limit(Decimal(0), day, Sentences.LINE_CANCELLED_BY_STEP(step="cancel_limit", case_id="C-1-1"), by),),
        increases=Map({"C-1-T1": TemporaryIncrease(Decimal(10), day, day)}),
    )
    found = explain_limit(line, day, "EUR", Decimal(100), 1)
    increased, set_one = statements(found.because, tuple(Sentences))
    assert (increased.code, increased.parameters["limit"]) == ("limit-increased", "10.00 EUR")
    assert set_one.code == "limit-set-by-policy"
    assert (set_one.parameters["version"], set_one.parameters["limit"]) == ("3", "0.00 EUR")
    assert [each.code for text in found.changes for each in statements(text, tuple(Sentences))] == [
        "limit-when-increase-ends",
        "propose-another-limit",
    ]


async def test_an_explanation_has_the_code_and_the_values_beside_each_sentence(running: Running) -> None:
    await running.move_to("2024-06-01")
    set_to = {"limit": "1000", "currency": "EUR", "reason": "reviewed by the board", "approved_by": "head of credit"}
    await running.post("/v1/accounts/C-1/limit", set_to)
    explained = await running.get("/v1/accounts/C-1/explanation")
    (why,) = explained["sentences"]["limit_in_force.because"]
    assert why["sentence"] == explained["limit_in_force"]["because"]
    assert (why["code"], why["parameters"]) == (
        "limit-set",
        {
            "approved_by": "head of credit",
            "limit": "1,000.00 EUR",
            "valid_from": "2024-06-01",
            "reason": "reviewed by the board",
        },
    )
    assert _codes(explained) == {
        "behaviour_because": ["nothing-overdue"],
        "limit_in_force.because": ["limit-set"],
        "limit_in_force.changes.1": ["propose-another-limit"],
    }, "what a person typed is no sentence of the service"

    checked = {"order_id": "O-1", "customer_id": "C-1", "amount": "1100", "currency": "EUR"}
    held = await running.post("/v1/credit-checks", checked)
    assert _codes(held) == {"holds.1.reason": ["over-limit"], "holds.1.release.summary": ["released-within-limit"]}
    assert held["sentences"]["holds.1.reason"][0]["parameters"]["excess"] == "100.00 EUR"

    set_to_nothing = {**set_to, "limit": "0"}
    late = {
        "invoice_id": "I-1", "customer_id": "C-1", "issued_on": "2024-05-01", "due_on": "2024-05-31", "amount": "100",
        "currency": "EUR",
    }  # fmt: skip
    await running.post("/v1/accounts/C-1/limit", set_to_nothing)
    await running.post("/v1/invoices", late)
    await running.move_to("2024-06-03")
    shown = _codes(await running.get("/v1/accounts/C-1"))
    assert (shown["holds.1.reason"], shown["behaviour_because"]) == (["over-limit"], ["some-overdue"])
    (listed,) = (await running.get("/v1/accounts"))["items"]
    assert _codes(listed)["holds.1.reason"] == ["over-limit"]
    case = await running.get("/v1/collections/C-1-1")
    assert _codes(case)["strategy_because"] == ["neither-large-nor-risky"]
    interest = await running.get("/v1/invoices/C-1/I-1/interest")
    assert _codes(interest) == {"parts.1.source": ["published-rate"]}


def _codes(answer: Any) -> dict[str, list[str]]:
    return {path: [each["code"] for each in found] for path, found in answer["sentences"].items()}
