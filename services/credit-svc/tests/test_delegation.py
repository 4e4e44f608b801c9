"""Delegation: an agency of good standing, under an agreed commission, settled with in the end."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from chassis.testing import Given, replay
from contracts.credit import (
    AgencyMoneyReceived,
    AgencySettled,
    CaseDelegated,
    CaseStageReached,
    CollectionCaseClosed,
    PaymentRecorded,
)
from credit_svc.account.delegation import (
    AgencyTerms,
    CollectedNeeded,
    CommissionNeeded,
    CommissionTooHigh,
    SettledInFractions,
    StandingNeeded,
)
from credit_svc.account.payments import RecordPayment
from credit_svc.account.refusals import FactDiffers
from credit_svc.account.stages import RecordStage
from credit_svc.policies.collection import CollectionPolicy
from credit_svc.read_models import agency_mandate
from credit_svc.testing import CUSTOMER, account, all_of, invoice, last, payment, under, until
from credit_svc.timers import invoice_due, step_due

CASE, AGENCY, ON = "C-1-1", "Good Faith Collections", date(2024, 2, 4)
TODO: tuple[Any, ...] = (invoice_due.TODO, step_due.TODO)
CHOSEN = AgencyTerms(AGENCY, standing="member of the association")
BEFORE_TERMS = ("present_case", "hear_assessment")
AFTER_TERMS = ("sign_mandate", "hand_over_papers", "progress_report")


def overdue(amount: str = "100000", *documents: Any) -> Given:
    """Invoice I-1, due on 31 January and unpaid on 4 February."""
    return until(ON, account(invoice(1, amount), book=under(*documents)), TODO)


def stage(name: str, terms: AgencyTerms | None = None) -> RecordStage:
    return RecordStage(CASE, CUSTOMER, "delegated", name, "", "collector", ON, terms or AgencyTerms())


def mandated(history: Given, terms: AgencyTerms) -> Given:
    """The agency is chosen, its commission agreed, and it has reported."""
    first = (stage("choose_agency", CHOSEN), *map(stage, BEFORE_TERMS))
    return history.when(*first, stage("agree_commission", terms), *map(stage, AFTER_TERMS))


def settled(history: Given, collected: str, **terms: Any) -> Given:
    return history.when(stage("settle", AgencyTerms(collected=Decimal(collected), **terms)))


def open_of(history: Given, invoice_id: str = "I-1") -> Decimal:
    found: Decimal = history.state.ledger("EUR").open.get(invoice_id, Decimal(0))
    return found


def test_an_agency_is_chosen_with_why_it_is_of_good_standing() -> None:
    overdue().when(stage("choose_agency", AgencyTerms(AGENCY))).then_refused(
        StandingNeeded, f"Say why {AGENCY} is of good standing."
    )
    chosen = overdue().when(stage("choose_agency", CHOSEN)).one(CaseDelegated)
    assert (chosen.agency, chosen.kind, chosen.standing) == (AGENCY, "professional", CHOSEN.standing)
    assert (chosen.given, chosen.currency, chosen.commission_percent) == (100_000, "EUR", None)
    lawyer = AgencyTerms(AGENCY, "lawyer", "at the bar for 20 years")
    assert overdue().when(stage("choose_agency", lawyer)).one(CaseDelegated).kind == "lawyer"


def test_no_commission_no_mandate() -> None:
    history = overdue().when(stage("choose_agency", CHOSEN), *map(stage, BEFORE_TERMS))
    for terms in (AgencyTerms(), AgencyTerms(commission_percent=Decimal(0)), AgencyTerms(commission_fixed=Decimal(0))):
        refused = history.when(stage("agree_commission", terms))
        refused.then_refused(CommissionNeeded, "A commission must be agreed before the mandate.")
        assert CommissionNeeded.status == 422
    too_much = AgencyTerms(commission_percent=Decimal("50.01"))
    history.when(stage("agree_commission", too_much)).then_refused(CommissionTooHigh, "50.01 %")
    most = history.when(stage("agree_commission", AgencyTerms(commission_percent=Decimal(50))))
    assert most.one(CaseDelegated).commission_percent == 50
    fixed = history.when(stage("agree_commission", AgencyTerms(commission_fixed=Decimal(500))))
    assert fixed.one(CaseDelegated).commission_fixed == 500


def test_a_log_of_before_gets_its_commission_when_the_mandate_is_signed() -> None:
    """The stage agree_commission could be reached without one."""
    history = overdue().when(stage("choose_agency", CHOSEN), *map(stage, BEFORE_TERMS))
    unagreed = last(history, CaseStageReached).model_copy(update={"stage": "agree_commission", "number": 4})
    old = replace(history, facts=(*history.facts, unagreed))
    old.when(stage("sign_mandate")).then_refused(CommissionNeeded)
    signed = old.when(stage("sign_mandate", AgencyTerms(commission_percent=Decimal(10))))
    assert signed.state.case.mandate.commission_percent == 10


def test_agency_settles() -> None:
    history = mandated(overdue(), AgencyTerms(commission_percent=Decimal(12)))
    found = settled(history, "80000")
    done = found.one(AgencySettled)
    assert (done.collected, done.commission, done.remitted, done.currency) == (80_000, 9_600, 70_400, "EUR")
    assert (done.agency, done.payment_id, done.to_debtor) == (AGENCY, "C-1-1-A1", False)
    paid = found.one(PaymentRecorded)
    assert (paid.payment_id, paid.amount, paid.method) == ("C-1-1-A1", 80_000, "agency")
    assert open_of(found) == 20_000
    assert last(found, CaseStageReached).stage == "settle"
    (row,) = replay(agency_mandate.MODEL, found.facts).values()
    assert (row.given, row.collected, row.commission, row.settled_on) == (100_000, 80_000, 9_600, ON)


def test_all_of_it_collected_closes_the_case() -> None:
    found = settled(mandated(overdue(), AgencyTerms(commission_percent=Decimal(12))), "100000")
    assert found.one(CollectionCaseClosed).cause == "settled"
    assert open_of(found) == 0


def test_a_fixed_commission_is_kept_besides_and_may_be_more_than_was_collected() -> None:
    both = AgencyTerms(commission_percent=Decimal("12.5"), commission_fixed=Decimal(300))
    done = settled(mandated(overdue(), both), "1000.01").one(AgencySettled)
    assert (done.commission, done.remitted) == (Decimal("425.00"), Decimal("575.01"))
    nothing = settled(mandated(overdue(), AgencyTerms(commission_fixed=Decimal(300))), "0")
    assert nothing.one(AgencySettled).remitted == -300
    assert not all_of(nothing, PaymentRecorded)


def test_a_settlement_says_how_much_was_collected_in_payable_money() -> None:
    history = mandated(overdue(), AgencyTerms(commission_percent=Decimal(12)))
    history.when(stage("settle")).then_refused(CollectedNeeded)
    settled(history, "0.001").then_refused(SettledInFractions, "cannot be paid")


def test_a_payment_that_another_system_has_brought_is_not_recorded_twice() -> None:
    history = mandated(overdue(), AgencyTerms(commission_percent=Decimal(12)))
    known = history.when(payment(7, "80000", ON))
    found = settled(known, "80000", payment_id="P-7")
    assert open_of(found) == 20_000
    assert len(all_of(found, PaymentRecorded)) == 1
    settled(known, "70000", payment_id="P-7").then_refused(FactDiffers)


def remitted(
    number: int, amount: str, of: str | None, on: date = date(2024, 2, 9), method: str = "transfer"
) -> RecordPayment:
    """What the agency passed on, as the ERP booked it: P-{number}, naming the payment of the settlement or not."""
    fact = payment(number, amount, on).fact
    return RecordPayment(fact.model_copy(update={"agency_payment_id": of, "method": method}))


def test_what_the_agency_passed_on_is_no_second_payment_of_the_debtor() -> None:
    found = settled(mandated(overdue(), AgencyTerms(commission_percent=Decimal(12))), "80000")
    booked = found.when(remitted(7, "70400", "C-1-1-A1"))
    received = booked.one(AgencyMoneyReceived)
    assert (received.payment_id, received.agency_payment_id, received.amount) == ("P-7", "C-1-1-A1", 70_400)
    assert (open_of(booked), len(all_of(booked, PaymentRecorded))) == (20_000, 1)
    assert not booked.when(remitted(7, "70400", "C-1-1-A1")).outcome, "told again it is the same"
    booked.when(remitted(7, "70000", "C-1-1-A1")).then_refused(FactDiffers, "70400")
    ordinary = found.when(remitted(8, "5000", "C-1-1-A9"))
    assert open_of(ordinary) == 15_000, "what names a settlement that is not known is a payment like any other"


def test_the_payment_that_a_settlement_names_may_come_after_it() -> None:
    history = mandated(overdue(), AgencyTerms(commission_percent=Decimal(12)))
    found = settled(history, "80000", payment_id="P-7").when(remitted(7, "70400", None))
    assert found.one(AgencyMoneyReceived).agency_payment_id == "P-7"
    assert open_of(found) == 20_000


def test_of_money_that_came_before_the_settlement_the_debtor_has_paid_the_commission_too() -> None:
    history = mandated(overdue(), AgencyTerms(commission_percent=Decimal(12))).when(remitted(7, "70400", None, ON))
    assert open_of(history) == 29_600
    found = settled(history, "80000", payment_id="P-7")
    assert found.one(PaymentRecorded).amount == 9_600
    assert open_of(found) == 20_000
    again = found.when(remitted(7, "70400", None, ON))
    assert not again.outcome
    assert open_of(again) == 20_000


def test_the_debtor_is_charged_with_the_commission_where_the_policy_has_it_so() -> None:
    history = mandated(
        overdue("100000", CollectionPolicy(commission_to_debtor=True)), AgencyTerms(commission_percent=Decimal(12))
    )
    assert settled(history, "80000").one(AgencySettled).to_debtor


def test_another_agency_begins_without_the_commission_of_the_first() -> None:
    history = mandated(overdue(), AgencyTerms(commission_percent=Decimal(12)))
    other = AgencyTerms("Honest Brothers", standing="known for years")
    history = history.when(stage("progress_report", other))
    history.when(stage("settle", AgencyTerms(collected=Decimal(1)))).then_refused(CommissionNeeded)
