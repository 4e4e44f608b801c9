"""What is computed has the decimals of its currency, none of JPY and three of KWD, and its parts make the whole."""

import json
import re
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st

from chassis.testing import Given
from contracts import Event, erp
from contracts.credit import (
    ChequeClaimRaised,
    CreditLimitProposed,
    Financials,
    InterestCharged,
    InvoiceRecorded,
    OrderCreditHeld,
    OrderExposureReleased,
    Rate,
)
from contracts.currencies import FORMER, ISO_4217, places_of
from credit_svc.account.decision import Command
from credit_svc.account.files import RecordFile, SetTerms
from credit_svc.account.invoices import RecordInvoice
from credit_svc.account.limits import AcceptCapShare, ProposeLimit, SetCreditLimit
from credit_svc.account.orders import CheckOrder
from credit_svc.account.payments import RecordBouncedCheque
from credit_svc.account.state import Account, evolve
from credit_svc.assessment.rating import FIVE_CS
from credit_svc.policies.receivables import ExchangePolicy, InterestPolicy, Quotation
from credit_svc.receivables.terms import Terms
from credit_svc.reports.calculators import policy_cost
from credit_svc.requests import PolicyCostBody
from credit_svc.testing import CUSTOMER, account, all_of, invoice, payment, under

JUNE = date(2024, 6, 1)
CURRENCIES = sorted(ISO_4217 - FORMER.keys())
OF_ANY = st.sampled_from(CURRENCIES)

NOT_MONEY = {
    "rate", "percent", "annual_percent", "policy_version", "score", "weight", "threshold", "places", "factors",
    "discount_percent", "interest_percent", "commission_percent", *FIVE_CS,
}  # fmt: skip
IN_ANOTHER = {"counted": "into", "gain": "gain_currency"}


def amounts(value: Any, currency: str | None = None) -> Iterator[tuple[Decimal, str]]:
    """Every amount of an event with its currency: the one named beside it, or beside what holds it."""
    if isinstance(value, list | tuple):
        for each in value:
            yield from amounts(each, currency)
    if not isinstance(value, dict):
        return
    own = value.get("currency", currency)
    for name, each in value.items():
        if name in NOT_MONEY:
            continue
        if isinstance(each, Decimal):
            of = value.get(IN_ANOTHER.get(name, ""), own)
            assert of is not None, name
            yield each, of
        else:
            yield from amounts(each, own)


def sentences(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    for each in value.values() if isinstance(value, dict) else value if isinstance(value, list | tuple) else ():
        yield from sentences(each)


def decimals_of(amount: Decimal) -> int:
    exponent = amount.normalize().as_tuple().exponent
    assert isinstance(exponent, int)
    return max(0, -exponent)


def require_own_decimals(events: tuple[Event, ...], own: str) -> None:
    for event in events:
        for amount, currency in amounts(event.model_dump(), own):
            assert decimals_of(amount) <= places_of(currency), (amount, currency, event)
        for text in sentences(event.model_dump()):
            for shown, currency in re.findall(r"(\d[\d,]*(?:\.\d+)?) ([A-Z]{3})\b", text):
                assert len(shown.partition(".")[2]) == places_of(currency), text
    for event in (each for each in events if isinstance(each, CreditLimitProposed)):
        for factor in event.factors:
            assert factor.points is None or decimals_of(factor.points) <= places_of(event.currency), factor


def a_life(own: str, other: str, units: int, rate: Decimal) -> list[Command]:
    """Whatever computes an amount: discounts, conversions both ways, claims, interest, limits, caps, orders, partly invoiced."""

    def of(currency: str, number: int = 1) -> Decimal:
        return Decimal(units * number).scaleb(-places_of(currency))

    due = JUNE + timedelta(days=30)
    statements = Financials(
        currency=own, net_assets=of(own, 50), net_working_capital=of(own, 33), liquidation_surplus=of(own, 7),
        monthly_purchases=of(own, 9),
    )  # fmt: skip
    parts = of(own, 1), of(own, 2), of(own, 3)
    thirds = erp.InvoiceIssued(
        invoice_id="I-7", customer_id=CUSTOMER, order_id=None, issued_on=JUNE, due_on=due + timedelta(days=60),
        amount=sum(parts, Decimal(0)), currency=own,
        instalments=tuple(
            erp.Instalment(due_on=due + timedelta(days=30 * n), amount=part) for n, part in enumerate(parts)
        ),
    )  # fmt: skip
    return [
        RecordFile(CUSTOMER, dict.fromkeys(FIVE_CS, Decimal(85)), statements, "analyst", JUNE),
        SetTerms(CUSTOMER, 31, 10, Decimal("2.37"), None, None, JUNE, "agreed", "head of credit"),
        ProposeLimit(CUSTOMER, None, own, JUNE, "growing", "seller", JUNE),
        SetCreditLimit(CUSTOMER, of(own, 3), own, JUNE, "reviewed", "head of credit", JUNE),
        CheckOrder("O-1", CUSTOMER, JUNE, of(own, 2), own),
        CheckOrder("O-2", CUSTOMER, JUNE, of(other, 2), other),
        invoice(1, str(of(own)), due, JUNE, of_order=2, currency=own),
        invoice(2, str(of(other)), due, JUNE, of_order=1, currency=other),
        invoice(5, str(of(other, 3)), due, JUNE, currency=other),
        RecordInvoice(thirds),
        CheckOrder("O-3", CUSTOMER, JUNE, of(other, 5), other),
        payment(1, str(of(other, 2)), JUNE + timedelta(days=20), of=1, currency=other),
        payment(2, str(of(own)), JUNE + timedelta(days=90), of=2, currency=own),
        payment(3, str(of(own, 4)), JUNE + timedelta(days=91), currency=own),
        AcceptCapShare(CUSTOMER, "group", of(other, 3), other, JUNE + timedelta(days=92)),
        RecordBouncedCheque(
            erp.ChequeBounced(
                payment_id="P-3", customer_id=CUSTOMER, bounced_on=JUNE + timedelta(days=95), face_amount=of(own, 4),
                currency=own,
            )
        ),
        payment(4, str(of(own, 9)), JUNE + timedelta(days=120), currency=own),
        payment(5, str(of(other, 3)), JUNE + timedelta(days=130), of=5, currency=other),
    ]  # fmt: skip


def lived(own: str, other: str, units: int, rate: Decimal) -> Given:
    quotation = Quotation(currency=other, into=own, from_day=date(2024, 1, 1), rate=rate)
    book = under(
        ExchangePolicy(quotations=(quotation,)), InterestPolicy(smallest_charge=Decimal(0), smallest_charges={})
    )
    return account(*a_life(own, other, units, rate), book=book)


@pytest.mark.parametrize(("own", "other"), list(zip(CURRENCIES, [*CURRENCIES[-7:], *CURRENCIES], strict=False)))
def test_whatever_is_computed_has_the_decimals_of_its_currency(own: str, other: str) -> None:
    require_own_decimals(lived(own, other, 104_729, Decimal("3.1415926535")).facts, own)


@settings(max_examples=25, deadline=None)
@for_all(
    st.lists(st.sampled_from(["JPY", "EUR", "KWD", "CLF", "USD"]), min_size=2, max_size=2, unique=True),
    st.integers(1, 10**9),
    st.decimals("0.0001", "9999", places=10),
)
def test_no_amount_and_no_rate_gives_more_decimals_than_a_currency_has(
    pair: list[str], units: int, rate: Decimal
) -> None:
    require_own_decimals(lived(pair[0], pair[1], units, rate).facts, pair[0])


@pytest.mark.parametrize(("currency", "decimals"), [("KWD", 3), ("JPY", 0), ("CLF", 4), ("CHF", 2)])
def test_interest_discounts_and_claims_are_in_the_smallest_unit_of_their_currency(currency: str, decimals: int) -> None:
    charged = all_of(lived("EUR", currency, 104_729, Decimal("3.1415926535")), InterestCharged)
    assert {-each.total.as_tuple().exponent for each in charged if each.currency == currency} == {decimals}
    history = lived(currency, "EUR", 104_729, Decimal("3.1415926535"))
    (claim,) = all_of(history, ChequeClaimRaised)
    discounts = [each.discount_amount for each in all_of(history, InvoiceRecorded) if each.currency == currency]
    assert {-each.as_tuple().exponent for each in (claim.amount, *discounts)} == {decimals}


def test_an_order_over_the_limit_by_four_fils_says_so() -> None:
    limit = SetCreditLimit(CUSTOMER, Decimal(1_000), "KWD", JUNE, "reviewed", "head of credit", JUNE)
    history = account(limit).when(CheckOrder("O-1", CUSTOMER, JUNE, Decimal("1000.004"), "KWD"))
    held = history.one(OrderCreditHeld)
    assert "0.004 KWD over the limit of 1,000.000 KWD" in held.reason
    assert "the limit is 1,000.004 KWD or more" in held.releases_at


@settings(max_examples=40, deadline=None)
@for_all(OF_ANY, st.lists(st.integers(1, 10**7), min_size=2, max_size=6), st.decimals("0.1", "20", places=2))
def test_the_discounts_of_instalments_make_the_discount_of_the_invoice(
    currency: str, units: list[int], percent: Decimal
) -> None:
    parts = [Decimal(each).scaleb(-places_of(currency)) for each in units]
    fact = erp.InvoiceIssued(
        invoice_id="I-1", customer_id=CUSTOMER, order_id=None, issued_on=JUNE, due_on=JUNE + timedelta(days=400),
        amount=sum(parts, Decimal(0)), currency=currency,
        instalments=tuple(
            erp.Instalment(due_on=JUNE + timedelta(days=30 * n), amount=part) for n, part in enumerate(parts, start=1)
        ),
    )  # fmt: skip
    terms = SetTerms(CUSTOMER, 30, 10, percent, None, None, JUNE, "agreed", "head of credit")
    recorded = all_of(account(terms, RecordInvoice(fact)), InvoiceRecorded)
    discounts = [each.discount_amount or Decimal(0) for each in recorded]
    assert sum(discounts) == Terms(30, 10, percent).discount_on(fact.amount, currency)


@settings(max_examples=40, deadline=None)
@for_all(
    st.lists(OF_ANY, min_size=2, max_size=2, unique=True),
    st.lists(st.integers(1, 10**6), min_size=1, max_size=5),
    st.decimals("0.5", "200", places=6),
)
def test_invoices_that_make_the_whole_order_leave_nothing_of_it_in_whichever_currency(
    pair: list[str], units: list[int], rate: Decimal
) -> None:
    """An order in one currency, invoiced in the account's: no rest is left by rounding more than once."""
    own, other = pair
    parts = [Decimal(each).scaleb(-places_of(own)) for each in units]
    quotation = Quotation(currency=other, into=own, from_day=date(2024, 1, 1), rate=rate)
    whole = (sum(parts) / rate).quantize(Decimal(1).scaleb(-places_of(other)))
    if not whole:
        return
    limit: Command = SetCreditLimit(CUSTOMER, Decimal(10**13), own, JUNE, "reviewed", "head of credit", JUNE)
    invoices: list[Command] = [
        invoice(n, str(part), JUNE + timedelta(days=30), JUNE, of_order=1, currency=own) for n, part in enumerate(parts)
    ]
    order = CheckOrder("O-1", CUSTOMER, JUNE, whole, other)
    for commands in ([limit, order, *invoices], [limit, *invoices, order]):
        history = account(*commands, book=under(ExchangePolicy(quotations=(quotation,))))
        assert [each.cause for each in all_of(history, OrderExposureReleased)] == ["invoiced"]
        assert history.state.orders.total == 0


@settings(deadline=None)
@for_all(OF_ANY, st.integers(1, 10**10), st.integers(0, 10**6))
def test_the_costs_of_a_policy_add_up_as_they_are_shown(currency: str, sales: int, collection: int) -> None:
    step = Decimal(1).scaleb(-places_of(currency))
    body = PolicyCostBody.model_validate_json(
        json.dumps(
            {
                "currency": currency,
                "sales": str(sales * step),
                "collection": str(collection * step),
                "variable_cost_percent": "61.7",
                "capital_cost_percent": "8.3",
                "portions": [
                    {
                        "share_percent": "33.3",
                        "paid_on_day": "11",
                        "discount_percent": "2.5",
                        "bad_debt_percent": "0.7",
                    },
                    {"share_percent": "66.7", "paid_on_day": "91", "bad_debt_percent": "3.1"},
                ],
            }
        )
    )
    found = policy_cost(body)
    assert found.opportunity + found.bad_debt + found.discount + found.collection == found.total
    for cost in (found.opportunity, found.bad_debt, found.discount, found.total):
        assert decimals_of(cost) <= places_of(currency)


def of_old_logs(events: tuple[Event, ...]) -> list[Event]:
    """As they were written when a rate did not say how many decimals its amounts have."""

    def without(value: Any) -> Any:
        if isinstance(value, dict):
            return {
                name: without(each) for name, each in value.items() if not (name == "places" and "quoted_on" in value)
            }
        return [without(each) for each in value] if isinstance(value, list) else value

    return [type(event).from_log(json.dumps(without(event.model_dump(mode="json")))) for event in events]


def test_amounts_at_a_rate_of_an_old_log_have_two_decimals_as_they_had() -> None:
    """101.03 USD at 151.67 were 15,323.22 JPY, and an order of 10.01 USD 1,518.22; today they are whole yen."""
    quotation = Quotation(currency="USD", into="JPY", from_day=date(2024, 1, 1), rate=Decimal("151.67"))
    commands: list[Command] = [
        SetCreditLimit(CUSTOMER, Decimal(1_000_000), "JPY", JUNE, "reviewed", "head of credit", JUNE),
        invoice(1, "101.03", JUNE + timedelta(days=30), JUNE, currency="USD"),
        CheckOrder("O-1", CUSTOMER, JUNE, Decimal("10.01"), "USD"),
    ]
    history = account(*commands, book=under(ExchangePolicy(quotations=(quotation,))))
    assert history.state.receivable("JPY") == 15_323
    assert history.state.orders.total == 1_518
    old = Account()
    for event in of_old_logs(history.facts):
        old = evolve(old, event)
    assert (old.receivable("JPY"), old.orders.total) == (Decimal("15323.22"), Decimal("1518.22"))


def test_a_rate_that_says_nothing_of_decimals_is_one_of_an_old_log() -> None:
    said = {"currency": "USD", "into": "JPY", "rate": "151.67", "quoted_on": "2024-01-01"}
    old = Rate.model_validate_json(json.dumps(said))
    assert (old.places, old.converted(Decimal("101.03"))) == (2, Decimal("15323.22"))
