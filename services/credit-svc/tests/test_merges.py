"""Customers that are merged: one account, one exposure, one limit; what is said of either id is decided there."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chassis.testing import replay
from contracts import customer, erp
from contracts.credit import (
    AccountAbsorbed,
    AccountMerged,
    BehaviourClassChanged,
    CollectionCaseClosed,
    CreditLimitSet,
    DeliveriesStopped,
    OrderCreditApproved,
    OrderCreditHeld,
    OverdueSum,
    PaymentOverdue,
)
from credit_svc.account import moving
from credit_svc.account.cases import TakeNextStep
from credit_svc.account.invoices import MarkOverdue
from credit_svc.account.limits import AcceptCapShare, SetCreditLimit
from credit_svc.account.moving import KnownOfBoth, NoRateBetween
from credit_svc.account.orders import CheckOrder
from credit_svc.account.state import Account
from credit_svc.policies.limits import LimitPolicy
from credit_svc.policies.receivables import ExchangePolicy, Quotation
from credit_svc.read_models import open_item, order_credit, payment
from credit_svc.receivables.allocation import in_order_of_dates
from credit_svc.testing import under

from .accounts import Accounts

JUNE = date(2024, 6, 1)
A, S, X = "A", "S", "X"


def limit(customer_id: str, amount: int | str, currency: str = "EUR") -> SetCreditLimit:
    return SetCreditLimit(customer_id, Decimal(amount), currency, date(2024, 1, 1), "start", "head", JUNE)


def placed(customer_id: str, order_id: str, amount: int, currency: str = "EUR") -> customer.OrderPlaced:
    line = erp.OrderLine(item_id="I", quantity=Decimal(1), unit_price=Decimal(amount))
    return customer.OrderPlaced(
        order_id=order_id,
        customer_id=customer_id,
        ordered_on=JUNE,
        currency=currency,
        lines=(line,),
        total=Decimal(amount),
    )


def merged(survivor: str, other: str, *with_it: str, on: date = JUNE) -> customer.CustomersMerged:
    return customer.CustomersMerged(
        customer_id=survivor,
        merged_id=other,
        moved=(other, *with_it),
        because="the same company",
        merged_on=on,
        by="li",
    )


def split(survivor: str, other: str, *with_it: str) -> customer.CustomerSplit:
    return customer.CustomerSplit(
        customer_id=survivor, split_id=other, moved=(other, *with_it), because="not the same", split_on=JUNE, by="li"
    )


def invoice(
    customer_id: str,
    invoice_id: str,
    amount: int,
    due_on: date = JUNE,
    order_id: str | None = None,
    currency: str = "EUR",
) -> erp.InvoiceIssued:
    return erp.InvoiceIssued(
        invoice_id=invoice_id, customer_id=customer_id, order_id=order_id, issued_on=due_on - timedelta(days=30),
        due_on=due_on, amount=Decimal(amount), currency=currency,
    )  # fmt: skip


def paid(customer_id: str, payment_id: str, amount: int, of: str | None = None, on: date = JUNE) -> erp.PaymentReceived:
    return erp.PaymentReceived(
        payment_id=payment_id, customer_id=customer_id, invoice_id=of, amount=Decimal(amount), currency="EUR",
        paid_on=on, method="transfer",
    )  # fmt: skip


def exposure(account: Account) -> Decimal:
    return account.receivable(account.currency or "EUR") + account.orders.total


def exposures(accounts: Accounts) -> list[Decimal]:
    """Of the survivor's own account, and of the other one's."""
    return [exposure(accounts.account(customer_id)) for customer_id in (S, A)]


def test_two_customers_who_are_merged_have_one_exposure_and_one_limit() -> None:
    accounts = Accounts()
    accounts.do(limit(A, 1000), limit(S, 1000))
    accounts.hear(merged(S, A))
    (first,) = accounts.hear(placed(A, "O-1", 900))[:1]
    (second,) = accounts.hear(placed(S, "O-2", 900))
    assert (type(first), first.customer_id) == (OrderCreditApproved, S)
    assert isinstance(second, OrderCreditHeld)
    assert "800.00 EUR over the limit of 1,000.00 EUR" in second.reason
    assert not accounts.events(A, OrderCreditApproved)


def test_orders_approved_before_a_merge_count_together_after_it() -> None:
    accounts = Accounts()
    accounts.do(limit(A, 1000), limit(S, 1000))
    accounts.hear(placed(A, "O-1", 900))
    accounts.hear(placed(S, "O-2", 900))
    accounts.hear(merged(S, A))
    assert exposure(accounts.account(S)) == 1800
    assert exposure(accounts.account(A)) == 0
    (held,) = accounts.hear(placed(A, "O-3", 1))
    assert "1,800.00 EUR" in held.reason


def test_facts_that_name_the_old_id_after_the_merge_are_the_survivors() -> None:
    accounts = Accounts()
    accounts.do(limit(A, 1000), limit(S, 1000))
    accounts.hear(placed(A, "O-1", 900))
    accounts.hear(merged(S, A))
    accounts.hear(invoice(A, "F-1", 900, order_id="O-1"))
    assert exposure(accounts.account(S)) == 900
    accounts.hear(placed(S, "O-2", 200))
    released = accounts.hear(paid(A, "P-1", 500, of="F-1"))
    assert [event.order_id for event in released if isinstance(event, OrderCreditApproved)] == ["O-2"]
    accounts.hear(
        erp.ChequeBounced(payment_id="P-1", customer_id=A, bounced_on=JUNE, face_amount=Decimal(500), currency="EUR")
    )
    assert exposure(accounts.account(S)) == 1100
    assert isinstance(accounts.histories[A][-1].event, AccountMerged)


def test_money_of_one_id_pays_what_the_other_owes() -> None:
    accounts = Accounts()
    accounts.hear(paid(S, "P-1", 400, of="F-1"))
    accounts.hear(paid(S, "P-2", 50))
    accounts.hear(invoice(A, "F-1", 400))
    accounts.hear(invoice(A, "F-2", 100))
    accounts.hear(merged(S, A))
    ledger = accounts.account(S).ledger("EUR")
    assert (dict(ledger.open), ledger.balance) == ({"F-2": Decimal(50)}, Decimal(50))


@pytest.mark.parametrize(
    ("rule", "ours", "theirs", "expected"),
    [
        ("survivor", 700, 1000, 700), ("survivor", None, 1000, 1000), ("survivor", None, None, 100_000),
        ("larger", 700, 1000, 1000), ("larger", 1000, 700, 1000), ("larger", None, 700, 100_000),
        ("sum", 700, 1000, 1700), ("sum", None, 1000, 101_000),
    ],
)  # fmt: skip
def test_the_one_limit_is_the_policys_choice(rule: Any, ours: int | None, theirs: int | None, expected: int) -> None:
    accounts = Accounts(under(LimitPolicy(limit_of_merged=rule)))
    for customer_id, amount in ((S, ours), (A, theirs)):
        accounts.do(CheckOrder(f"O-{customer_id}", customer_id, JUNE, Decimal(1), "EUR"))
        if amount is not None:
            accounts.do(limit(customer_id, amount))
    events = accounts.hear(merged(S, A))
    assert accounts.account(S).limit_on(JUNE, accounts.book) == expected
    for event in events:
        if isinstance(event, CreditLimitSet):
            assert event.approved_by.startswith("policy limits, version")
            assert "A is the same customer" in event.reason


def test_a_merge_that_is_told_again_changes_nothing() -> None:
    accounts = Accounts()
    accounts.hear(invoice(A, "F-1", 100))
    accounts.hear(merged(S, A))
    assert accounts.hear(merged(S, A)) == []


def test_a_customer_that_had_absorbed_another_takes_it_along() -> None:
    accounts = Accounts()
    for customer_id in (X, A, S):
        accounts.hear(invoice(customer_id, f"F-{customer_id}", 100))
    accounts.hear(merged(A, X))
    accounts.hear(merged(S, A, X))
    accounts.hear(paid(X, "P-1", 60, of="F-X"))
    assert dict(accounts.account(S).ledger("EUR").open) == {"F-X": 40, "F-A": 100, "F-S": 100}


def test_a_merge_that_was_not_heard_of_is_made_up_for_with_the_next() -> None:
    accounts = Accounts()
    for customer_id in (X, A):
        accounts.hear(invoice(customer_id, f"F-{customer_id}", 100))
    accounts.hear(merged(S, A, X))
    assert exposure(accounts.account(S)) == 200


def test_what_is_overdue_of_both_is_said_with_the_merge_and_one_case_goes_on() -> None:
    accounts = Accounts()
    for customer_id, due_on in ((A, date(2024, 4, 1)), (S, date(2024, 4, 20))):
        accounts.hear(invoice(customer_id, f"F-{customer_id}", 100, due_on))
        accounts.do(MarkOverdue(customer_id, f"F-{customer_id}", due_on + timedelta(days=1)))
    events = accounts.hear(merged(S, A))
    (absorbed,) = (event for event in events if isinstance(event, AccountAbsorbed))
    assert absorbed.overdue == (
        OverdueSum(currency="EUR", amount=Decimal(200), invoices=2, oldest_due_on=date(2024, 4, 1)),
    )
    (closed,) = (event for event in events if isinstance(event, CollectionCaseClosed))
    assert (closed.case_id, closed.cause) == ("A-1", "merged")
    assert not [event for event in events if isinstance(event, PaymentOverdue)]
    case = accounts.account(S).case
    assert case is not None
    assert (case.case_id, accounts.account(A).case) == ("S-1", None)


def test_the_case_of_the_merged_goes_on_where_the_survivor_has_none() -> None:
    accounts = Accounts()
    accounts.hear(invoice(A, "F-1", 100, date(2024, 4, 1)))
    accounts.do(MarkOverdue(A, "F-1", date(2024, 4, 2)))
    before = accounts.account(A).case
    accounts.hear(merged(S, A))
    assert accounts.account(S).case == before
    accounts.hear(paid(S, "P-1", 100))
    assert accounts.account(S).case is None


def test_a_customer_is_judged_by_how_both_ids_paid() -> None:
    accounts = Accounts()
    accounts.hear(invoice(A, "F-1", 100))
    accounts.hear(paid(A, "P-1", 100, of="F-1"))
    accounts.hear(
        erp.ChequeBounced(payment_id="P-1", customer_id=A, bounced_on=JUNE, face_amount=Decimal(100), currency="EUR")
    )
    events = accounts.hear(merged(S, A))
    (judged,) = (event for event in events if isinstance(event, BehaviourClassChanged))
    assert (judged.customer_id, judged.after) == (S, "D")
    (held,) = accounts.hear(placed(S, "O-1", 1))
    assert "The behaviour class is D" in held.reason


def test_deliveries_that_are_stopped_stay_so() -> None:
    accounts = Accounts()
    accounts.hear(invoice(A, "F-1", 100, date(2024, 4, 1)))
    for on in ("2024-04-02", "2024-04-04", "2024-04-08", "2024-04-16", "2024-05-01", "2024-05-16"):
        day = date.fromisoformat(on)
        accounts.do(MarkOverdue(A, "F-1", day), TakeNextStep("A-1", A, day))
    assert accounts.account(A).stopped_because is not None
    events = accounts.hear(merged(S, A))
    (stopped,) = (event for event in events if isinstance(event, DeliveriesStopped))
    assert (stopped.customer_id, stopped.case_id) == (S, "A-1")


def test_amounts_of_an_account_in_another_currency_count_at_the_rates_of_their_days() -> None:
    quotations = tuple(
        Quotation(currency="USD", into="EUR", rate=Decimal(rate), from_day=day)
        for rate, day in (("0.5", date(2024, 1, 1)), ("0.8", date(2024, 5, 20)))
    )
    accounts = Accounts(under(ExchangePolicy(quotations=quotations)))
    accounts.do(limit(S, 1000), limit(A, 5000, "USD"))
    accounts.hear(invoice(A, "F-1", 100, currency="USD"))
    accounts.hear(placed(A, "O-1", 1000, "USD"))
    accounts.hear(merged(S, A))
    assert exposure(accounts.account(S)) == 50 + 800


def test_accounts_whose_currencies_have_no_rate_stay_apart() -> None:
    accounts = Accounts()
    accounts.do(limit(S, 1000), limit(A, 5000, "USD"))
    accounts.hear(placed(A, "O-1", 1000, "USD"))
    before = {customer_id: list(history) for customer_id, history in accounts.histories.items()}
    with pytest.raises(NoRateBetween, match="in USD, that of S in EUR, and no rate of 2024-06-01"):
        accounts.hear(merged(S, A))
    assert accounts.histories == before


def test_a_document_that_is_known_of_both_is_named_and_the_accounts_stay_apart() -> None:
    accounts = Accounts()
    accounts.hear(invoice(A, "F-1", 100))
    accounts.hear(invoice(S, "F-1", 100))
    with pytest.raises(KnownOfBoth, match="Invoice F-1 is known of A and of S"):
        accounts.hear(merged(S, A))


def test_shares_of_a_cap_add_up_and_each_can_still_be_changed() -> None:
    accounts = Accounts()
    accounts.do(
        AcceptCapShare(A, "G-1", Decimal(300), "EUR", JUNE), AcceptCapShare(S, "G-1", Decimal(500), "EUR", JUNE)
    )
    accounts.do(AcceptCapShare(A, "G-2", Decimal(900), "EUR", JUNE))
    accounts.hear(merged(S, A))
    assert accounts.account(S).limit_on(JUNE, accounts.book) == 800
    accounts.do(AcceptCapShare(A, "G-1", Decimal(100), "EUR", JUNE))
    assert accounts.account(S).limit_on(JUNE, accounts.book) == 600
    accounts.do(AcceptCapShare(S, "G-1", Decimal(900), "EUR", JUNE))
    assert dict(accounts.account(S).line.shares) == {"G-1": 1000, "G-2": 900}


def test_after_a_split_new_facts_are_the_ids_own_and_those_of_what_it_left_go_where_that_is() -> None:
    accounts = Accounts()
    accounts.do(limit(S, 1000))
    accounts.hear(invoice(A, "F-1", 300))
    accounts.hear(placed(A, "O-1", 200))
    accounts.hear(merged(S, A))
    accounts.hear(split(S, A))
    assert exposures(accounts) == [500, 0]
    accounts.hear(placed(A, "O-2", 900))
    accounts.hear(invoice(A, "F-2", 70))
    accounts.hear(paid(A, "P-1", 100, of="F-1"))
    accounts.hear(customer.OrderCancelled(order_id="O-1", customer_id=A, cancelled_on=JUNE, reason="late"))
    assert exposures(accounts) == [200, 970]
    accounts.hear(merged(S, A))
    assert exposure(accounts.account(S)) == 1170


def test_documents_that_an_id_left_are_its_own_again_when_it_takes_over_the_one_that_had_them() -> None:
    accounts = Accounts()
    accounts.hear(invoice(A, "F-1", 300))
    for heard in (merged(S, A), split(S, A), merged(A, S)):
        accounts.hear(heard)
    accounts.hear(paid(A, "P-1", 100, of="F-1"))
    accounts.hear(paid(S, "P-2", 50, of="F-1"))
    assert exposure(accounts.account(A)) == 150


def test_ids_that_came_with_one_that_is_split_go_on_with_it() -> None:
    accounts = Accounts()
    accounts.hear(invoice(X, "F-1", 100))
    accounts.hear(merged(S, A, X))
    accounts.hear(split(S, A, X))
    accounts.hear(invoice(X, "F-2", 70))
    assert exposures(accounts) == [100, 70]


def test_a_long_history_moves_in_parts_that_fit_into_messages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(moving, "PART_BYTES", 5_000)
    accounts = Accounts()
    for number in range(40):
        accounts.hear(invoice(A, f"F-{number}", 10))
    accounts.hear(merged(S, A))
    parts = accounts.events(A, AccountMerged)
    assert [(each.part, each.parts) for each in parts] == [(n, len(parts)) for n in range(1, len(parts) + 1)]
    assert len(parts) > 1
    assert max(len(each.model_dump_json()) for each in (*parts, *accounts.events(S, AccountAbsorbed))) < 5_500
    assert exposure(accounts.account(S)) == 400


# Laws

IDS = st.sampled_from([A, S])
FACTS = st.lists(
    st.one_of(
        st.tuples(st.just("order"), IDS, st.integers(10, 90)),
        st.tuples(st.just("invoice"), IDS, st.integers(10, 90)),
        st.tuples(st.just("invoice of order"), IDS, st.integers(10, 90), st.integers(0, 20)),
        st.tuples(st.just("payment"), IDS, st.integers(10, 90)),
        st.tuples(st.just("payment of invoice"), IDS, st.integers(10, 90), st.integers(0, 20)),
        st.tuples(st.just("cancelled"), IDS, st.integers(0, 20)),
    ),
    max_size=14,
)


def event_of(number: int, fact: Sequence[Any], of_both: bool) -> Any:
    """The fact ``number``. Documents that it names are of the same id, or, once both are one, of either."""
    kind, customer_id, *rest = fact
    named = [A, S][rest[-1] % 2] if of_both else customer_id
    match kind:
        case "order":
            return placed(customer_id, f"O-{customer_id}-{number}", rest[0])
        case "invoice":
            return invoice(customer_id, f"F-{customer_id}-{number}", rest[0])
        case "invoice of order":
            return invoice(customer_id, f"F-{customer_id}-{number}", rest[0], order_id=f"O-{named}-{rest[1]}")
        case "payment":
            return paid(customer_id, f"P-{number}", rest[0])
        case "payment of invoice":
            return paid(customer_id, f"P-{number}", rest[0], of=f"F-{named}-{rest[1]}")
    return customer.OrderCancelled(
        order_id=f"O-{named}-{rest[0]}", customer_id=customer_id, cancelled_on=JUNE, reason="changed"
    )


@settings(max_examples=100, deadline=None)
@given(before=FACTS, after=FACTS, limits=st.tuples(st.integers(50, 300), st.integers(50, 300)))
def test_the_exposure_of_the_merged_is_that_of_both_and_no_approval_goes_beyond_the_one_limit(
    before: list[Any], after: list[Any], limits: tuple[int, int]
) -> None:
    accounts = Accounts()
    accounts.do(limit(A, limits[0]), limit(S, limits[1]))
    for number, fact in enumerate(before):
        accounts.hear(event_of(number, fact, of_both=False))
    both = exposure(accounts.account(A)) + exposure(accounts.account(S))
    waiting = {*accounts.account(A).orders.held, *accounts.account(S).orders.held}
    events = accounts.hear(merged(S, A))
    fitted = sum(event.rest or event.amount for event in events if isinstance(event, OrderCreditApproved))
    one = accounts.account(S)
    assert exposure(one) == both + fitted
    assert {*one.orders.held, *(e.order_id for e in events if isinstance(e, OrderCreditApproved))} == waiting
    since = len(accounts.histories[S])
    for number, fact in enumerate(after, start=len(before)):
        accounts.hear(event_of(number, fact, of_both=True))
    of_survivor = [happened.event for happened in accounts.histories[S]]
    for approved in (each for each in of_survivor[since:] if isinstance(each, OrderCreditApproved)):
        takes = approved.amount if approved.rest is None else approved.rest
        assert not takes or approved.exposure.total + takes <= approved.exposure.limit == limits[1]
    assert accounts.histories[A][-1].event.TYPE == AccountMerged.TYPE
    account = accounts.account(S)
    assert (accounts.rebuilt(S), accounts.rebuilt(A)) == (account, accounts.account(A))
    for ledger in account.ledgers.values():
        assert ledger.open == in_order_of_dates(ledger).open
    assert_rows_are_those_of(accounts, account)


def assert_rows_are_those_of(accounts: Accounts, account: Account) -> None:
    """The read models of both streams show the one account, and nothing under the other id."""
    rows = {
        model.name: [row for stream in (A, S) for row in replayed(model, accounts, stream).values()]
        for model in (open_item.MODEL, payment.MODEL, order_credit.MODEL)
    }
    assert {row.customer_id for found in rows.values() for row in found} <= {S}
    owed = sum((row.open_amount for row in rows["open_item"]), Decimal(0))
    waits = sum((row.unallocated for row in rows["payment"]), Decimal(0))
    counted = sum((row.counted for row in rows["order_credit"] if row.state in order_credit.COUNTED), Decimal(0))
    assert owed - waits == account.receivable("EUR")
    assert counted == account.orders.total
    assert {row.order_id for row in rows["order_credit"] if row.state == "held"} == set(account.orders.held)


def replayed(model: Any, accounts: Accounts, customer_id: str) -> dict[Any, Any]:
    """Each stream has a partition of its own here: no row may need what another stream wrote."""
    return replay(model, [happened.event for happened in accounts.histories.get(customer_id, ())])
