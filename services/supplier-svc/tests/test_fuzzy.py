"""Fuzzy comprehensive evaluation: of known matrices, of a supplier's year, and over HTTP."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import httpx
import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st
from pydantic import ValidationError

from chassis.sentences import statements
from chassis.testing.client import client_of, routes_of
from supplier_svc.policies.fuzzy import FuzzyEvaluation, Operator
from supplier_svc.reports.fuzzy import evaluation_of
from supplier_svc.responses.fuzzy import FuzzyAnswer
from supplier_svc.scoring.fuzzy import COMPOSED, Evaluation, NothingForAnyComment, evaluate
from supplier_svc.scoring.period import Period
from supplier_svc.service import SERVICE
from supplier_svc.supplier.facts import RecordSurvey
from supplier_svc.testing import book, deliveries, inspection, supplier

D = Decimal
PATH = "/v1/calculators/fuzzy"


def matrix(*rows: str) -> list[list[Decimal]]:
    return [[D(each) for each in row.split()] for row in rows]


def worked_out(weights: str, rows: list[list[Decimal]], operator: Operator) -> Evaluation:
    return evaluate([D(each) for each in weights.split()], rows, operator)


def b_of(found: Evaluation) -> list[Fraction]:
    return [*found.b]


def fractions(figures: str) -> list[Fraction]:
    return [Fraction(each) for each in figures.split()]


FIVE = matrix("0 .1 .2 .3 .4", ".1 .1 .4 .2 .2", "0 .1 .2 .6 .1", "0 .2 .5 .3 0")
FOUR = matrix(".2 .5 .2 .1", ".7 .2 .1 0", "0 .4 .5 .1", ".2 .3 .5 0")


@pytest.mark.parametrize(
    ("operator", "b"),
    [
        ("min_max", ".1 .2 .4 .3 .2"),
        ("product_sum", ".02 .14 .36 .34 .14"),
        ("product_max", ".02 .08 .20 .12 .08"),
        ("min_sum", ".1 .5 1 .9 .5"),
    ],
)
def test_f1_five_comments_by_each_operator(operator: Operator, b: str) -> None:
    found = worked_out(".2 .2 .2 .4", FIVE, operator)
    assert (b_of(found), found.comment, found.is_tie) == (fractions(b), 3, False)


def test_f1_is_normalised_by_its_sum() -> None:
    shares = worked_out(".2 .2 .2 .4", FIVE, "min_max").normalised
    assert [round(float(each), 4) for each in shares] == [0.0833, 0.1667, 0.3333, 0.25, 0.1667]


@pytest.mark.parametrize(
    ("weights", "b", "comment"), [(".1 .2 .3 .4", ".2 .3 .4 .1", 3), (".4 .35 .15 .1", ".35 .4 .2 .1", 2)]
)
def test_f2_other_weights_lead_to_another_comment(weights: str, b: str, comment: int) -> None:
    found = worked_out(weights, FOUR, "min_max")
    assert (b_of(found), found.comment) == (fractions(b), comment)


def test_f3_three_factors_by_weighted_sums() -> None:
    found = worked_out(".5 .3 .2", matrix(".7 .2 .1 0", ".2 .3 .4 .1", ".3 .4 .2 .1"), "product_sum")
    assert (b_of(found), found.comment) == (fractions(".47 .27 .21 .05"), 1)


def test_a_tie_goes_to_the_worse_comment() -> None:
    found = worked_out("1", matrix(".4 .4 .2"), "product_sum")
    assert (found.comment, found.is_tie) == (2, True)


MEMBERSHIP = st.decimals(0, 1, places=3)
MATRICES = st.integers(1, 5).flatmap(
    lambda comments: st.lists(
        st.tuples(st.decimals(D("0.001"), 1, places=3), st.lists(MEMBERSHIP, min_size=comments, max_size=comments)),
        min_size=1,
        max_size=6,
    )
)


@for_all(MATRICES, st.sampled_from([*COMPOSED]))
def test_every_b_is_from_0_to_1_and_the_normalised_ones_make_1(rows, operator):
    weights, memberships = [weight for weight, _ in rows], [row for _, row in rows]
    try:
        found = evaluate(weights, memberships, operator)
    except NothingForAnyComment:
        assert not any(map(any, memberships))
        return
    assert all(0 <= each <= 1 for each in found.b)
    assert sum(found.normalised) == 1
    assert found.b[found.comment - 1] == max(found.b)
    assert min(found.score([D(1)] * len(found.b)), 1) == 1


# --- a supplier


SURVEYS = {  # quality, timeliness, assurance, after-sales
    "SU-1": (90, 85, 80, 84),
    "SU-2": (85, "84.9", 70, 70),
    "SU-3": (70, 70, 60, "69.99"),
    "SU-4": (60, 65, "59.9", 60),
}
TOPICS = ("quality_stability", "delivery_timeliness", "supply_assurance", "after_sales")
YEAR = Period.parse("2024")


def survey(name: str, *scores: object) -> RecordSurvey:
    by_topic = {topic: D(str(score)) for topic, score in zip(TOPICS, scores, strict=False)}
    return RecordSurvey("S-1", name, date(2024, 5, 20), "wu", by_topic)


def evaluated(*commands: object, under: FuzzyEvaluation | None = None) -> FuzzyAnswer:
    known = supplier().when(*commands)
    policies = book(*([under] if under else []))
    policy = policies.at(FuzzyEvaluation, YEAR.ends_on)
    return evaluation_of("S-1", YEAR, known.state.facts.of(YEAR), policy)


FORTY_LOTS = (*deliveries(40), inspection("I-1", "major", result="rejected", lot_id="L-D-1"))
"""Of which one was rejected: a pass rate of 97.5 %."""


def test_supplier_fuzzy_keeps_the_weight_of_each_opinion() -> None:
    found = evaluated(*FORTY_LOTS, *(survey(name, *scores) for name, scores in SURVEYS.items()))
    assert {each.name: [f"{share}" for share in each.memberships] for each in found.factors} == {
        "pass_rate": ["1", "0", "0", "0"],
        "quality_stability": ["0.5", "0.25", "0.25", "0"],
        "delivery_timeliness": ["0.25", "0.5", "0.25", "0"],
        "supply_assurance": ["0", "0.5", "0.25", "0.25"],
        "after_sales": ["0", "0.5", "0.5", "0"],
    }
    assert found.b == found.normalised == [D("0.5375"), D("0.25"), D("0.175"), D("0.0375")]
    assert (found.comment, found.score and round(found.score, 2), found.reasons) == ("A", D("81.59"), [])
    assert (found.operator, found.policy_version) == ("product_sum", 1)


def test_a_factor_without_facts_is_left_out_and_the_others_are_scaled() -> None:
    found = evaluated(*FORTY_LOTS, survey("SU-1", 75))
    assert [(each.name, each.weight) for each in found.factors] == [
        ("pass_rate", D("0.666667")),
        ("quality_stability", D("0.333333")),
    ]
    assert (found.comment, found.score) == ("A", D("87.5"))
    assert found.reasons == [
        "Nothing is known of delivery_timeliness, supply_assurance, after_sales; the weights of the others were scaled to 1."
    ]


def test_with_less_than_half_of_the_weights_it_is_insufficient() -> None:
    found = evaluated(*FORTY_LOTS)
    assert (found.comment, found.score, found.b, found.normalised) == ("insufficient", None, [], [])
    assert found.reasons == ["The factors with facts weigh 0.40; an evaluation takes at least 0.5."]
    assert evaluated(survey("SU-1", 90), under=FuzzyEvaluation(min_weight=D("0.2"))).comment == "A"
    assert evaluation_of("S-1", YEAR, [], book().at(FuzzyEvaluation, YEAR.ends_on)).factors == []


def test_a_tie_of_comments_is_said() -> None:
    found = evaluated(survey("SU-1", 90, 90, 90, 90), survey("SU-2", 75, 75, 75, 75))
    assert (found.comment, found.is_tie, found.reasons[-1]) == ("B", True, "A tie of A, B goes to the worse comment.")
    assert [each.code for text in found.reasons for each in statements(text, SERVICE.sentences)] == [
        "factors-left-out",
        "tie-of-comments",
    ]


@pytest.mark.parametrize(
    ("document", "sentence"),
    [
        ({"factors": [{"name": "x", "measure": "on_time_ratio", "weight": "0.9"}]}, "the weights make 0.9, not 1"),
        ({"factors": [{"name": "x", "measure": "on_time_ratio", "weight": "0.5"}] * 2}, "have the same name"),
        ({"factors": [{"name": "x", "measure": "days_late", "weight": "1"}]}, "on_time_ratio"),
        ({"comments": []}, "A, B, C and D"),
    ],
)
def test_a_policy_that_cannot_judge_is_refused_with_the_reason(document: object, sentence: str) -> None:
    with pytest.raises(ValidationError, match=sentence):
        FuzzyEvaluation.model_validate(document, strict=False)


@pytest.mark.parametrize(
    ("field", "figures", "sentence"),
    [
        ("at_least", [85, 85, 60, 0], "a better comment takes a higher percent"),
        ("at_least", [85, 70, 60, 10], "its at_least is 0"),
        ("value", [70, 80, 60, 0], "must not be worth less"),
    ],
)
def test_comments_descend(field: str, figures: list[int], sentence: str) -> None:
    comments = [each.model_dump() for each in FuzzyEvaluation().comments]
    changed = [{**each, field: D(figure)} for each, figure in zip(comments, figures, strict=True)]
    with pytest.raises(ValidationError, match=sentence):
        FuzzyEvaluation.model_validate({"comments": changed}, strict=False)


# --- over HTTP


async def asked(**body: object) -> httpx.Response:
    async with client_of(routes_of(SERVICE)) as client:
        return await client.post(PATH, json={"weights": ["0.5", "0.3", "0.2"], "matrix": THREE, **body})


THREE = [["0.7", "0.2", "0.1", "0"], ["0.2", "0.3", "0.4", "0.1"], ["0.3", "0.4", "0.2", "0.1"]]


async def test_the_calculator_answers_shares_comment_and_score() -> None:
    answer = await asked(values=["92.5", "77.5", "65", "30"])
    assert answer.json() == {
        "b": ["0.47", "0.27", "0.21", "0.05"],
        "normalised": ["0.47", "0.27", "0.21", "0.05"],
        "comment_number": 1,
        "is_tie": False,
        "score": "79.55",
    }
    assert (await asked(operator="min_max")).json()["score"] is None


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ({"weights": ["0.5", "0.3", "0.1"]}, "The weights make 0.9, not 1."),
        ({"weights": ["0.5", "0.5"]}, "There are 3 rows; there are 2 weights."),
        ({"matrix": [THREE[0], ["1"], THREE[2]]}, "Row 2 has 1 entry; there are 4 comments."),
        ({"weights": ["1"]}, "There are 3 rows; there is 1 weight."),
        ({"matrix": [THREE[0]]}, "There is 1 row; there are 3 weights."),
        ({"matrix": [["1"], ["1", "0"], ["1"]]}, "Row 2 has 2 entries; there is 1 comment."),
        ({"values": ["1", "2"]}, "values has 2 entries; there are 4 comments."),
        ({"values": ["1"]}, "values has 1 entry; there are 4 comments."),
        ({"matrix": [THREE[0], THREE[1], ["0", "1.2", "0", "0"]]}, "A membership is from 0 to 1, not 1.2."),
        ({"matrix": [["0"] * 4] * 3}, "No comment gets anything: every b is 0."),
    ],
)
async def test_figures_that_make_no_evaluation_are_refused_with_a_sentence(body, sentence):
    answer = await asked(**body)
    assert (answer.status_code, answer.json()["detail"]) == (422, sentence)


async def test_weights_that_miss_1_by_a_billionth_are_taken() -> None:
    thirds = ["0.333333333333"] * 3
    assert (await asked(weights=thirds, operator="product_sum")).json()["b"] == ["0.4", "0.3", "0.233333", "0.066667"]
