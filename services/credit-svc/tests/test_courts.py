"""Arbitration and litigation: whom the contract binds to, what a claim needs, and what awards and judgments mean."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import get_args

import pytest

from chassis.testing import Given, replay
from contracts.credit import (
    AppealNoted,
    AwardRecorded,
    AwardReviewed,
    CaseStageReached,
    CollectionCaseClosed,
    CollectionStepTaken,
    EnforcementRecorded,
    InvoiceSettled,
    JudgmentRecorded,
    PaymentOverdue,
    PaymentOverdueEnded,
    PromiseBroken,
    PromiseKept,
    PromiseMade,
    Route,
    WriteOffProposed,
    WriteOffRejected,
)
from credit_svc.account.awards import UnknownAward
from credit_svc.account.judgments import (
    AppealTooLate,
    EnforcementNotBegun,
    JudgmentStands,
    NobodyAppealed,
    NoteAppeal,
    RecordEnforcement,
    SecondInstanceDecided,
    UnknownJudgment,
)
from credit_svc.account.refusals import FactDiffers, UnknownInvoice
from credit_svc.account.stages import StageOutOfOrder
from credit_svc.account.suits import (
    AwardIsFinal,
    Claim,
    ClauseBindsToTribunal,
    ClausesDiffer,
    ConditionsMissing,
    NewAgreementNeeded,
    NoArbitrationClause,
)
from credit_svc.account.verdicts import ClaimInOtherCurrency, MayStillPerform, NoDecisionYet
from credit_svc.account.write_offs import ApproveWriteOff
from credit_svc.collection.routes import next_stages
from credit_svc.policies.collection import CollectionPolicy
from credit_svc.read_models import case_law, open_item
from credit_svc.testing import CUSTOMER, account, all_of, bounce, invoice, last, payment, under, until

from .courts import (
    CASE,
    CONDITIONS,
    FILED_ON,
    TODO,
    award,
    before_court,
    before_tribunal,
    claim,
    clause,
    instalments,
    judgment,
    overdue,
    review,
    stage,
)


def day(month: int, of_month: int, year: int = 2024) -> date:
    return date(year, month, of_month)


def appeal(on: date, number: int = 1) -> NoteAppeal:
    return NoteAppeal(CASE, CUSTOMER, f"J-{number}", True, on, "lawyer", on)


def law(history: Given) -> case_law.Row:
    [row] = replay(case_law.MODEL, history.facts).values()
    return row


# Whom the contract binds to


def test_clause_refuses_court() -> None:
    history = overdue(clause())
    history.when(stage("litigation", "filing")).then_refused(
        ClauseBindsToTribunal, "The contract of C-1 has an arbitration clause; a court will not take the case."
    )
    invalid = claim(clause_invalid_because="the court of Beijing held it void on 2024-02-01")
    reached = history.when(stage("litigation", "filing", said=invalid)).one(CaseStageReached)
    assert reached.clause_invalid_because == "the court of Beijing held it void on 2024-02-01"
    assert [(each.invoice_id, each.amount) for each in reached.items] == [("I-1", 100)]


def test_the_clause_of_the_invoice_s_day_counts_and_not_that_of_today() -> None:
    later = overdue(clause(valid_from=day(1, 20)))  # the invoice is of 1 January
    later.when(stage("arbitration", "application")).then_refused(NoArbitrationClause)
    assert later.when(stage("litigation", "filing")).one(CaseStageReached).way == "litigation"
    by_policy = overdue(book=under(CollectionPolicy(has_arbitration_clause=True)))
    by_policy.when(stage("litigation", "filing")).then_refused(ClauseBindsToTribunal)


def test_the_last_step_of_the_ladder_is_that_of_the_oldest_item_s_clause() -> None:
    history = until(day(12, 31), overdue(clause(valid_from=day(1, 20))), TODO)
    assert last(history, CollectionStepTaken).step == "litigation"


def test_invoices_with_and_without_a_clause_are_pursued_apart() -> None:
    history = account(clause(), clause(False, day(1, 10)), invoice(1), invoice(2, 50, day(2, 10)))
    history = until(day(2, 12), history, TODO)
    history.when(stage("litigation", "filing", day(2, 12))).then_refused(
        ClausesDiffer, "Invoices I-1 have an arbitration clause, I-2 have none: pursue them apart."
    )
    apart = history.when(stage("litigation", "filing", day(2, 12), claim("I-2"))).one(CaseStageReached)
    assert [each.invoice_id for each in apart.items] == ["I-2"]
    history.when(stage("litigation", "filing", day(2, 12), claim("I-9"))).then_refused(UnknownInvoice)


def test_three_conditions_missing() -> None:
    said = Claim(conditions=(("direct_interest", "we sold"), ("concrete_claim", "  ")))
    overdue().when(stage("litigation", "filing", said=said)).then_refused(
        ConditionsMissing, "The claim cannot be filed: definite_defendant, concrete_claim, competent_court is missing."
    )
    only = Claim(conditions=tuple((name, text) for name, text in CONDITIONS.items() if name != "within_clause"))
    overdue(clause()).when(stage("arbitration", "application", said=only)).then_refused(
        ConditionsMissing, "within_clause is missing"
    )
    conditions = overdue().when(stage("litigation", "filing")).one(CaseStageReached).conditions
    assert conditions is not None
    assert (conditions.competent_court, conditions.within_clause) == ("the court of its seat", None)


# Awards


def test_award_final() -> None:
    history = before_tribunal().when(award())
    for way, name in (("litigation", "filing"), ("arbitration", "application")):
        history.when(stage(way, name, day(2, 6))).then_refused(AwardIsFinal, "The award of 2024-02-05 is final.")  # type: ignore[arg-type]
    rejected = history.when(review(day(5, 6), "rejected"))
    rejected.when(stage("litigation", "filing", day(5, 7))).then_refused(AwardIsFinal)
    granted = history.when(review(day(5, 6)))
    granted.when(stage("arbitration", "application", day(5, 7))).then_refused(NewAgreementNeeded)
    assert granted.when(stage("litigation", "filing", day(5, 7))).one(CaseStageReached).number == 1
    anew = granted.when(stage("arbitration", "application", day(5, 7), claim(new_agreement="of 2024-05-06")))
    assert anew.one(CaseStageReached).new_agreement == "of 2024-05-06"


def test_an_award_stays_final_for_its_invoices_when_another_case_is_opened() -> None:
    history = before_tribunal().when(award()).when(payment(1, 100, day(2, 20), of=1))
    assert last(history, CollectionCaseClosed).cause == "settled"
    history = until(day(3, 10), history.when(invoice(2, 70, day(3, 1))), TODO)
    free = claim("I-2", clause_invalid_because="held void on 2024-03-05")
    filing = replace(stage("litigation", "filing", day(3, 10), free), case_id="C-1-2")
    assert [each.invoice_id for each in history.when(filing).one(CaseStageReached).items] == ["I-2"]
    bounced = history.when(bounce(1, 100, day(3, 11)))
    again = replace(stage("litigation", "filing", day(3, 12), claim("I-1")), case_id="C-1-2")
    bounced.when(again).then_refused(AwardIsFinal)


def test_an_award_comes_only_after_the_hearing_and_a_judgment_likewise() -> None:
    history = overdue(clause()).when(stage("arbitration", "application"))
    history.when(award()).then_refused(NoDecisionYet, "Case C-1-1 is at application; there is no award yet.")
    before_tribunal().when(judgment()).then_refused(NoDecisionYet, "there is no judgment yet")
    overdue().when(judgment()).then_refused(NoDecisionYet, "Case C-1-1 is at its own letters")


def test_partly() -> None:
    history = before_tribunal(100_000).when(award("partly", 80_000))
    recorded = history.one(AwardRecorded)
    assert (recorded.claimed, recorded.awarded) == (100_000, 80_000)
    proposed = history.one(WriteOffProposed)
    assert (proposed.invoice_id, proposed.amount, proposed.proposed_by) == ("I-1", 20_000, "lawyer")
    assert proposed.reason == "The award AW-1 of 2024-02-05 did not grant it."
    approved = history.when(ApproveWriteOff(CUSTOMER, "I-1", "head", day(2, 7)))
    assert approved.one(PaymentOverdue).open_amount == 80_000
    assert approved.one(PaymentOverdueEnded).overdue_since == day(2, 1)
    assert not all_of(approved, CollectionCaseClosed)
    paid = approved.when(payment(1, 80_000, day(2, 20), of=1))
    assert paid.one(InvoiceSettled).invoice_id == "I-1"
    assert paid.one(CollectionCaseClosed).cause == "settled"
    [row] = replay(open_item.MODEL, paid.facts).values()
    assert (row.status, row.open_amount, row.written_off) == ("settled", 0, 20_000)


def test_what_a_dismissed_claim_was_about_is_proposed_to_be_written_off_until_the_award_is_set_aside() -> None:
    history = account(clause(), invoice(1), invoice(2, 50))
    history = until(FILED_ON, history, TODO).when(
        *(stage("arbitration", name) for name in ("application", "tribunal", "hearing_and_award"))
    )
    history = history.when(award("dismissed", 0))
    assert [(each.invoice_id, each.amount) for each in all_of(history, WriteOffProposed)] == [("I-2", 50), ("I-1", 100)]
    assert history.one(AwardRecorded).enforce_until is None
    aside = history.when(review(day(5, 6)))
    assert {each.invoice_id for each in all_of(aside, WriteOffRejected)} == {"I-1", "I-2"}


def test_a_part_that_is_not_granted_is_of_the_youngest_invoices_and_never_more_than_is_open() -> None:
    history = account(clause(), invoice(1), invoice(2, 50, day(2, 2)), payment(1, 20, day(2, 3), of=2))
    history = until(FILED_ON, history, TODO).when(
        *(stage("arbitration", name) for name in ("application", "tribunal", "hearing_and_award"))
    )
    history = history.when(award("partly", 60))
    assert [(each.invoice_id, each.amount) for each in all_of(history, WriteOffProposed)] == [("I-2", 30), ("I-1", 40)]


def test_an_award_that_comes_again_is_recorded_once_and_with_other_contents_refused() -> None:
    history = before_tribunal().when(award())
    history.when(award()).then()
    history.when(award(awarded=90)).then_refused(FactDiffers, "Award AW-1 is known with other contents")
    history.when(award(award_id="AW-2")).then_refused(AwardIsFinal)
    history.when(review(day(3, 1), "granted")).when(review(day(3, 1), "granted")).then()
    history.when(replace(review(day(3, 1)), award_id="AW-9")).then_refused(UnknownAward)


def test_an_award_in_another_currency_is_refused() -> None:
    before_tribunal().when(award(currency="CNY")).then_refused(
        ClaimInOtherCurrency, "What is claimed in case C-1-1 is in EUR, not in CNY."
    )


def test_what_was_settled_is_promised_instalment_by_instalment() -> None:
    agreed = instalments((day(3, 1), "60"), (day(4, 1), "30"))
    history = before_tribunal().when(award("settled", 90, instalments=agreed))
    first = history.one(PromiseMade)
    assert (first.amount, first.promised_on) == (60, day(3, 1))
    assert history.one(WriteOffProposed).amount == 10
    kept = until(day(2, 20), history, TODO).when(payment(1, 60, day(2, 20), of=1))
    assert kept.one(PromiseKept).amount == 60
    second = kept.one(PromiseMade)
    assert (second.amount, second.promised_on, second.made_on) == (30, day(4, 1), day(2, 21))
    broken = until(day(4, 3), kept, TODO)
    assert last(broken, PromiseBroken).missing == 30
    assert len(all_of(broken, PromiseMade)) == 2
    steps = [each.taken_on for each in all_of(broken, CollectionStepTaken)]
    assert not [on for on in steps if day(2, 6) <= on < day(4, 2)], "the case waits for what was agreed"


def test_an_award_of_an_earlier_case_that_counts_no_more_leaves_the_present_case_on_its_way() -> None:
    history = before_tribunal().when(award(), payment(1, 100, day(2, 6), of=1), clause(False, day(3, 1)))
    history = until(day(4, 20), history.when(invoice(2, 50, day(4, 10), day(3, 11))), TODO)
    filing, preparation = (
        replace(stage("litigation", name, day(4, 20)), case_id="C-1-2") for name in ("filing", "preparation")
    )
    history = history.when(filing).when(review(day(4, 20)))
    assert history.one(AwardReviewed).case_id == CASE
    assert history.when(preparation).one(CaseStageReached).number == 2


# Judgments


def test_what_a_judgment_did_not_grant_is_given_up_once_nobody_can_appeal() -> None:
    history = before_court(1000).when(judgment(1, "partly", 700))
    assert history.one(JudgmentRecorded).appeal_until == day(2, 20)
    assert not all_of(history, WriteOffProposed)
    history = until(day(2, 20), history, TODO)
    assert not all_of(history, WriteOffProposed)
    assert last(until(day(2, 21), history, TODO), WriteOffProposed).amount == 300


def test_an_appeal_in_time_leads_to_a_second_instance_whose_judgment_is_final() -> None:
    history = before_court(1000).when(judgment(1, "dismissed", 0))
    history.when(judgment(2, instance=2)).then_refused(NobodyAppealed)
    history.when(appeal(day(2, 21))).then_refused(AppealTooLate)
    history.when(appeal(day(2, 10), 7)).then_refused(UnknownJudgment)
    appealed = history.when(appeal(day(2, 10)))
    assert appealed.one(AppealNoted).by_us
    appealed.when(appeal(day(2, 10))).then()
    appealed = until(day(4, 30), appealed, TODO)
    assert not all_of(appealed, WriteOffProposed)
    appealed.when(judgment(3)).then_refused(JudgmentStands)
    second = appealed.when(judgment(2, "partly", 900, day(5, 6), instance=2))
    assert second.one(JudgmentRecorded).is_final
    assert second.one(WriteOffProposed).amount == 100
    second.when(appeal(day(5, 7), 2)).then_refused(AppealTooLate)
    [first, last_one] = law(second).judgments
    assert (first["appeals"][0]["noted_on"], last_one["appeals"]) == ("2024-02-10", [])


def test_the_second_instance_decides_once_so_that_its_costs_are_owed_once() -> None:
    appealed = before_court(1000).when(judgment(1, "dismissed", 0)).when(appeal(day(2, 10)))
    appealed = until(day(5, 6), appealed, TODO)
    second = appealed.when(judgment(2, "partly", 900, day(5, 6), instance=2, costs=Decimal(200)))
    second.when(judgment(3, "partly", 800, day(5, 6), instance=2, costs=Decimal(300))).then_refused(
        SecondInstanceDecided, "The judgment J-2 of 2024-05-06 is of the second instance, and final"
    )
    second.when(judgment(4, "granted", 1000, day(5, 6))).then_refused(SecondInstanceDecided)


def test_enforcement_may_be_reached_from_the_day_after_the_last_to_perform() -> None:
    enforcement = stage("litigation", "enforcement", day(2, 29))
    before_court().when(enforcement).then_refused(NoDecisionYet, "Case C-1-1 is at hearing; there is no judgment yet.")
    history = before_court().when(judgment(perform_by=day(2, 29)))
    history = until(day(2, 28), history, TODO)
    history.when(enforcement).then_refused(MayStillPerform, "The debtor may perform until 2024-02-29")
    reached = history.when(stage("litigation", "enforcement", day(3, 1)))
    assert reached.one(CaseStageReached).number == 4
    collected = RecordEnforcement(CASE, CUSTOMER, Decimal(40), "EUR", day(3, 8), "paid", "", "lawyer", day(3, 8))
    assert reached.when(collected).one(EnforcementRecorded).collected == 40
    history.when(collected).then_refused(EnforcementNotBegun, "Case C-1-1 is at hearing")
    assert law(reached.when(collected)).enforcements[0]["collected"] == "40"


def test_a_judgment_that_can_be_appealed_is_not_enforced_yet() -> None:
    history = before_court().when(judgment())
    history.when(stage("litigation", "enforcement", day(2, 20))).then_refused(NoDecisionYet)
    later = until(day(2, 22), history, TODO)
    assert later.when(stage("litigation", "enforcement", day(2, 22))).one(CaseStageReached).stage == "enforcement"


def test_a_case_before_a_court_is_offered_no_stage_that_would_be_refused() -> None:
    case = before_court().state.case
    offered = {way: [each.name for each in next_stages(case, way, CollectionPolicy())] for way in get_args(Route)}
    assert offered == {"delegated": [], "arbitration": [], "litigation": ["enforcement"]}


@pytest.mark.parametrize("name", ["tribunal", "hearing_and_award"])
def test_stages_still_come_in_order(name: str) -> None:
    overdue(clause()).when(stage("arbitration", name)).then_refused(StageOutOfOrder)
