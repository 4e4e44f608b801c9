"""Customers: tiers with promotion at once and demotion after grace, and the answers to surveys."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from chassis.domain import Refusal
from chassis.policies import PolicyBook
from chassis.testing import Given, given
from contracts import erp
from contracts.customer import (
    CustomerShadowTiered,
    CustomerTier,
    CustomerTierChanged,
    CustomerTiered,
    PolicyPublished,
    SurveyRecorded,
)
from customer_svc.policies.tiering import TieringPolicy
from customer_svc.satisfaction.answers import AnswerOffScale
from customer_svc.satisfaction.survey import RecordSurvey
from customer_svc.service import SERVICE
from customer_svc.tiers import DECIDER
from customer_svc.tiers.standing import TierCustomer, TierInShadow
from customer_svc.tiers.tiering import tiering_id
from customer_svc.tiers.value import CustomerValue, scores

JANUARY, FEBRUARY, MARCH = date(2024, 1, 31), date(2024, 2, 29), date(2024, 3, 31)


def find(as_of: date, deserved: CustomerTier, currency: str = "BRL", policy_version: int = 1) -> TierCustomer:
    value = CustomerValue("C-1", 12, Decimal(6_000), date(2024, 1, 5))
    return TierCustomer(
        customer_id="C-1",
        tiering_id=tiering_id(as_of, currency),
        as_of=as_of,
        value=scores(value, currency, as_of, TieringPolicy()),
        index=Decimal(0),
        deserved=deserved,
        factors=(),
        rank=3,
        population=200,
        policy_version=policy_version,
    )


def customer(*runs: TierCustomer) -> Given:
    return given(DECIDER, policies=SERVICE.policies).when(*runs)


def decided(runs: Given) -> list[Any]:
    assert not isinstance(runs.outcome, Refusal), str(runs.outcome)
    return list(runs.outcome)


def test_the_first_tier_says_rank_population_scores_and_policy() -> None:
    changed = customer(find(JANUARY, "important")).one(CustomerTierChanged)
    assert (changed.tier, changed.previous, changed.rank, changed.population) == ("important", None, 3, 200)
    assert (changed.value.code, changed.value.recency_days, changed.policy_version) == ("522", 26, 1)
    assert changed.because == "First tier: rank 3 of 200 with 6,000.00 BRL."


def test_a_run_that_tells_twice_decides_once() -> None:
    customer(find(JANUARY, "vip"), find(JANUARY, "vip")).then(CustomerTierChanged)


def test_a_run_of_an_earlier_date_comes_too_late() -> None:
    customer(find(FEBRUARY, "vip"), find(JANUARY, "small")).then(CustomerTierChanged)


def test_a_tier_that_is_deserved_again_is_confirmed() -> None:
    outcome = customer(find(JANUARY, "vip"), find(FEBRUARY, "vip")).then(CustomerTierChanged, CustomerTiered)
    assert outcome.one(CustomerTiered).demotion_due_on is None


def test_a_promotion_holds_at_once() -> None:
    outcome = customer(find(JANUARY, "small"), find(FEBRUARY, "vip")).then(CustomerTierChanged, CustomerTierChanged)
    assert (decided(outcome)[1].previous, decided(outcome)[1].tier) == ("small", "vip")


def test_a_demotion_waits_for_a_further_month_that_confirms_it() -> None:
    runs = customer(find(JANUARY, "vip"), find(FEBRUARY, "small"), find(MARCH, "small"))
    runs.then(CustomerTierChanged, CustomerTiered, CustomerTierChanged)
    _, on_grace, demoted = decided(runs)
    assert (on_grace.tier, on_grace.deserved, on_grace.demotion_due_on) == ("vip", "small", MARCH)
    assert (demoted.previous, demoted.tier) == ("vip", "small")
    assert "after the grace period to 2024-03-31" in demoted.because


def test_a_recovery_during_the_grace_period_ends_it() -> None:
    april = date(2024, 4, 30)
    runs = customer(find(JANUARY, "vip"), find(FEBRUARY, "small"), find(MARCH, "vip"), find(april, "small"))
    runs.then(CustomerTierChanged, CustomerTiered, CustomerTiered, CustomerTiered)
    assert [event.demotion_due_on for event in decided(runs)[1:]] == [MARCH, None, date(2024, 5, 31)]


def test_a_run_by_hand_during_the_grace_period_does_not_end_it() -> None:
    runs = customer(find(JANUARY, "vip"), find(FEBRUARY, "small"), find(date(2024, 3, 15), "small"))
    assert decided(runs)[2].demotion_due_on == MARCH


def test_after_the_grace_period_the_customer_falls_to_what_it_deserves_then() -> None:
    runs = customer(find(JANUARY, "vip"), find(FEBRUARY, "small"), find(MARCH, "important"))
    assert (decided(runs)[2].previous, decided(runs)[2].tier) == ("vip", "important")


def test_a_policy_without_grace_demotes_at_once_and_the_decision_names_its_version() -> None:
    without_grace = PolicyPublished(
        name="tiering",
        policy_version=2,
        effective_from=FEBRUARY,
        document=TieringPolicy(grace_months=0).model_dump(mode="json"),
        reason="no grace",
    )
    book = PolicyBook.of(SERVICE.policies).with_published(without_grace)
    runs = given(DECIDER, book=book).when(find(JANUARY, "vip"), find(FEBRUARY, "small", policy_version=2))
    runs.then(CustomerTierChanged, CustomerTierChanged)
    assert [event.policy_version for event in decided(runs)] == [1, 2]
    assert decided(runs)[1].because.startswith("Demoted: ")


def test_currencies_are_ranked_apart() -> None:
    runs = customer(find(JANUARY, "vip"), find(JANUARY, "small", currency="USD"))
    runs.then(CustomerTierChanged, CustomerTierChanged)
    assert {currency: standing.tier for currency, standing in runs.state.standings.items()} == {
        "BRL": "vip",
        "USD": "small",
    }


def rated(score: Decimal | str | None) -> RecordSurvey:
    answers = {} if score is None else {"rating": score}
    return RecordSurvey(
        erp.SurveyAnswered.model_validate(
            {
                "survey_id": "S-1",
                "customer_id": "C-1",
                "answered_on": date(2024, 1, 20),
                "kind": "rating",
                "answers": answers,
                "order_id": "O-1",
            }
        )
    )


@pytest.mark.parametrize(("score", "at_risk"), [(5, False), (4, True), (1, True)])
def test_a_score_below_5_of_5_is_at_risk(score: int, at_risk: bool) -> None:
    recorded = given(DECIDER, policies=SERVICE.policies).when(rated(Decimal(score))).one(SurveyRecorded)
    assert (recorded.score, recorded.at_risk, recorded.order_id) == (score, at_risk, "O-1")


def test_an_answer_told_twice_is_recorded_once() -> None:
    given(DECIDER, policies=SERVICE.policies).when(rated(Decimal(5)), rated(Decimal(5))).then(SurveyRecorded)


def test_a_survey_whose_kind_has_no_score_is_kept_without_one() -> None:
    fact = rated(None).fact.model_copy(
        update={"kind": "kano", "answers": {"box:with": "like", "box:without": "neutral"}}
    )
    recorded = given(DECIDER, policies=SERVICE.policies).when(RecordSurvey(fact)).one(SurveyRecorded)
    assert (recorded.score, recorded.at_risk) == (None, False)


@pytest.mark.parametrize("score", [Decimal(0), Decimal(6), "good", None])
def test_a_rating_off_the_scale_is_refused_with_the_scale(score: Decimal | str | None) -> None:
    given(DECIDER, policies=SERVICE.policies).when(rated(score)).then_refused(AnswerOffScale, "from 1 to 5")


def in_shadow(would_deserve: CustomerTier, as_of: date = JANUARY, shadow: int = 1) -> TierInShadow:
    return TierInShadow("C-1", tiering_id(as_of, "BRL"), as_of, "BRL", would_deserve, shadow)


def test_a_candidate_that_finds_the_same_says_nothing() -> None:
    customer(find(JANUARY, "vip")).when(in_shadow("vip")).then()


def test_a_candidate_that_finds_another_tier_says_so_once_and_changes_nothing() -> None:
    outcome = customer(find(JANUARY, "vip")).when(in_shadow("small"), in_shadow("small"))
    assert outcome.one(CustomerShadowTiered).would_deserve == "small"
    assert outcome.state.standings["BRL"].tier == "vip"


def test_a_candidate_is_compared_with_what_was_deserved_not_with_what_grace_keeps() -> None:
    runs = customer(find(JANUARY, "vip"), find(FEBRUARY, "small"))
    runs.when(in_shadow("small", FEBRUARY)).then()
    runs.when(in_shadow("vip", FEBRUARY)).then(CustomerShadowTiered)
