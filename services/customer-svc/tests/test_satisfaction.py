"""Satisfaction: the worked examples of the rules, and answers that cannot be read."""

from datetime import date
from decimal import Decimal
from typing import Any, Literal

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st
from pydantic import ValidationError

from chassis.domain import Refusal
from chassis.policies import PolicyBook
from contracts import erp
from contracts.customer import Gap, KanoClass, SurveyRecorded
from customer_svc.policies.satisfaction import SatisfactionPolicy
from customer_svc.satisfaction.answers import AnswerOffScale, NothingAnswered
from customer_svc.satisfaction.index import indicators
from customer_svc.satisfaction.kano import ANSWERS, Coefficients, NoKanoAnswer, coefficients
from customer_svc.satisfaction.scoring import recorded
from customer_svc.satisfaction.service_quality import mean_gap
from customer_svc.service import SERVICE

BRANCHES = ("product", "service", "purchase", "price", "supply")
IMPORTANCE, SCORES = (7, 5, 9, 3, 6), (8, 4, 8, 3, 4)


def answered(kind: Literal["csi", "servqual", "kano", "rating"], answers: dict[str, Any]) -> SurveyRecorded:
    outcome = {name: answer if isinstance(answer, str) else Decimal(str(answer)) for name, answer in answers.items()}
    fact = erp.SurveyAnswered(
        survey_id="S-1", customer_id="C-1", answered_on=date(2024, 5, 31), kind=kind, answers=outcome
    )
    return recorded(fact, PolicyBook.of(SERVICE.policies))


# --- the index -----------------------------------------------------------------------------------------


def test_the_worked_example_60_33() -> None:
    said = {f"importance:{name}": value for name, value in zip(BRANCHES, IMPORTANCE, strict=True)}
    event = answered("csi", {**dict(zip(BRANCHES, SCORES, strict=True)), **said})
    assert (event.score, event.at_risk) == (Decimal("60.33"), False)
    assert round(sum(each.weight for each in event.indicators), 5) == 1


def test_the_importance_of_the_policy_counts_where_the_customer_says_none() -> None:
    assert answered("csi", dict(zip(BRANCHES, SCORES, strict=True))).score == Decimal("60.33")


def test_a_leaf_of_the_tree_has_the_importance_of_its_branch() -> None:
    event = answered("csi", {"product.finish": 9, "product.fit": 5, "price": 7, "importance:price": 7})
    assert event.score == Decimal("70.00")
    assert [each.indicator for each in event.indicators] == ["price", "product.finish", "product.fit"]


def test_an_index_below_60_is_at_risk() -> None:
    assert answered("csi", {"product": "5.9"}).at_risk


@for_all(st.dictionaries(st.sampled_from(BRANCHES), st.integers(1, 10), min_size=1))
def test_the_index_lies_between_the_worst_and_the_best_score(answers: dict[str, int]) -> None:
    score = answered("csi", answers).score
    assert score is not None
    assert 10 * min(answers.values()) <= score <= 10 * max(answers.values())


# --- service quality -------------------------------------------------------------------------------------


def test_the_worked_example_minus_0_858() -> None:
    means = ("-1.10", "-0.83", "-0.70", "-1.01", "-0.65")
    assert mean_gap([Gap(dimension=mean, gap=Decimal(mean), items=4) for mean in means]) == Decimal("-0.858")


def test_a_gap_is_perception_less_expectation_and_a_dimension_the_mean_of_its_items() -> None:
    event = answered(
        "servqual",
        {
            "reliability.on_time:expected": 7, "reliability.on_time:perceived": 5,
            "reliability.complete:expected": 6, "reliability.complete:perceived": 6,
            "empathy.knows_us:expected": 4, "empathy.knows_us:perceived": 6,
        },
    )  # fmt: skip
    assert [(gap.dimension, gap.gap, gap.items) for gap in event.gaps] == [
        ("reliability", Decimal(-1), 2),
        ("empathy", Decimal(2), 1),
    ]
    assert (event.score, event.at_risk) == (Decimal("0.5"), False)


# --- Kano -----------------------------------------------------------------------------------------------


def test_the_worked_example_0_70_and_minus_0_50() -> None:
    counts: dict[KanoClass, int] = {"attractive": 40, "one_dimensional": 30, "must_be": 20, "indifferent": 10}
    assert coefficients(counts) == Coefficients(Decimal("0.70"), Decimal("-0.50"))


@pytest.mark.parametrize(
    ("with_it", "without_it", "kano"),
    [
        ("like", "dislike", "one_dimensional"),
        ("like", "neutral", "attractive"),
        ("expect", "dislike", "must_be"),
        ("neutral", "neutral", "indifferent"),
        ("dislike", "like", "reverse"),
        ("like", "like", "questionable"),
        ("dislike", "dislike", "questionable"),
    ],
)
def test_the_evaluation_table(with_it: str, without_it: str, kano: KanoClass) -> None:
    event = answered("kano", {"spare_parts:with": with_it, "spare_parts:without": without_it})
    assert [(each.feature, each.kano) for each in event.features] == [("spare_parts", kano)]


def test_nobody_says_anything() -> None:
    assert coefficients({"reverse": 3, "questionable": 1}) is None


@for_all(
    st.dictionaries(
        st.sampled_from(["attractive", "one_dimensional", "must_be", "indifferent"]), st.integers(1, 99), min_size=1
    )
)
def test_better_is_between_0_and_1_and_worse_between_minus_1_and_0(counts: dict[KanoClass, int]) -> None:
    found = coefficients(counts)
    assert found is not None
    assert 0 <= found.better <= 1
    assert -1 <= found.worse <= 0


# --- what cannot be read -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "answers", "refusal", "sentence"),
    [
        (
            "rating",
            {"rating": 6},
            AnswerOffScale,
            "Answer 'rating' of survey S-1 must be a number from 1 to 5; it is 6.",
        ),
        ("rating", {}, AnswerOffScale, "it is missing"),
        ("csi", {"product": 11}, AnswerOffScale, "from 1 to 10; it is 11"),
        ("csi", {"colour": 3}, NothingAnswered, "needs a score for one of product, service"),
        ("servqual", {"empathy.a:expected": 3}, AnswerOffScale, "'empathy.a:perceived'"),
        ("servqual", {"a": 3}, NothingAnswered, "it answers a"),
        ("kano", {"x:with": "like"}, NoKanoAnswer, "must be one of like, expect"),
        ("kano", {"x:with": "love", "x:without": "like"}, NoKanoAnswer, "it is love"),
        ("kano", {}, NothingAnswered, "it answers nothing"),
    ],
)
def test_an_answer_that_cannot_be_read_is_told_why(
    kind: Any, answers: dict[str, Any], refusal: type[Refusal], sentence: str
) -> None:
    with pytest.raises(refusal, match=sentence.replace("'", ".")):
        answered(kind, answers)


def test_a_tree_in_which_nothing_counts_is_refused() -> None:
    with pytest.raises(ValidationError, match="names nothing that counts"):
        SatisfactionPolicy.model_validate({"index": {"importance": {"product": 0}}})


def test_an_indicator_that_does_not_count_changes_nothing() -> None:
    rules = SatisfactionPolicy().index
    found = indicators("S-1", {"product": Decimal(8), "importance:price": Decimal(0), "price": Decimal(1)}, rules)
    assert [each.weight for each in found] == [0, 1]


def test_answers_are_feelings_in_order() -> None:
    assert ANSWERS == ("like", "expect", "neutral", "tolerate", "dislike")
