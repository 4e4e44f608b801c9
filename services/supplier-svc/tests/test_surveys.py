"""The survey of heads: rounds that ask, remind and close; answers that count by function."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st
from pydantic import ValidationError

from chassis.testing import replay
from chassis.testing.replay import envelope
from contracts.supplier import (
    CaseWithdrawn,
    SupplierSurveyAsked,
    SupplierSurveyClosed,
    SupplierSurveyed,
    SupplierSurveyReminded,
    SupplierSurveyScheduled,
)
from supplier_svc.policies.fuzzy import FuzzyEvaluation
from supplier_svc.policies.surveys import Head, SupplierSurvey
from supplier_svc.read_models import supplier_case, survey_answer, survey_round
from supplier_svc.scoring.evidence import evidence_of
from supplier_svc.scoring.memberships import memberships
from supplier_svc.scoring.period import Period
from supplier_svc.supplier.facts import RecordSurvey
from supplier_svc.supplier.surveys import AnswerSurvey, NotAboutSupplier, NotInRound, RoundClosed
from supplier_svc.survey import DECIDER as SURVEY
from supplier_svc.survey.rounds import AskHeads, CloseRound, RemindHeads, ScheduleRound
from supplier_svc.survey.state import Round
from supplier_svc.testing import GivenSupplier, book, case, supplier

HEADS = SupplierSurvey(heads=(Head(person_id="shen", function="supply"), Head(person_id="guo", function="sales")))
SUPPLIERS = tuple(f"S-{number:02}" for number in range(1, 23))
ROUND, OPENS_ON = "2025-06-01", date(2025, 6, 1)
JUNE, YEAR = Period.parse("2025-06"), Period.parse("2025")
TOPIC = "quality_stability"


def a_round(policy: SupplierSurvey = HEADS) -> GivenSupplier:
    return GivenSupplier(SURVEY, book(policy)).when(ScheduleRound(OPENS_ON))


def opened(
    policy: SupplierSurvey = HEADS, suppliers: tuple[str, ...] = SUPPLIERS, on: date = OPENS_ON
) -> GivenSupplier:
    return a_round(policy).when(AskHeads(ROUND, OPENS_ON, suppliers, on))


def answer(
    person: str, score: str, supplier_id: str = "S-01", on: str = "2025-06-10", of: Round | None = None
) -> AnswerSurvey:
    survey_round = of or opened().state
    return AnswerSurvey(supplier_id, ROUND, person, {TOPIC: Decimal(score)}, date.fromisoformat(on), survey_round)


def outside(survey_id: str, score: str) -> RecordSurvey:
    return RecordSurvey("S-01", survey_id, date(2025, 6, 20), "chen", {TOPIC: Decimal(score)})


def judged(*commands: object) -> Fraction:
    """The percent of quality stability in June."""
    known = supplier().when(*commands)
    return evidence_of(known.state.facts.of(JUNE)).surveyed[TOPIC] * 100


THREE_HEADS = SupplierSurvey(heads=(*HEADS.heads, Head(person_id="wu", function="sales")))
ROUND_OF_THREE = opened(THREE_HEADS).state


def test_functions_weigh_alike_however_many_answered_of_each() -> None:
    answers = [answer("shen", "90", of=ROUND_OF_THREE), answer("guo", "60", of=ROUND_OF_THREE)]
    assert judged(*answers, answer("wu", "80", of=ROUND_OF_THREE)) == 80


def test_sales_alone_is_the_mean_of_sales() -> None:
    assert judged(answer("guo", "60", of=ROUND_OF_THREE), answer("wu", "80", of=ROUND_OF_THREE)) == 70


def test_an_answer_outside_of_a_round_counts_as_one_of_supply() -> None:
    assert judged(outside("SU-1", "70"), answer("shen", "90"), answer("guo", "60")) == 70
    assert judged(outside("SU-1", "70"), outside("SU-2", "75")) == Fraction(145, 2)


@for_all(st.lists(st.integers(0, 100), min_size=1, max_size=8), st.lists(st.integers(0, 100), max_size=8))
def test_another_answer_of_a_function_at_its_mean_changes_nothing(supply: list[int], sales: list[int]) -> None:
    def surveyed(function: str | None, number: int, score: Fraction | int) -> SupplierSurveyed:
        return SupplierSurveyed(
            supplier_id="S-01", survey_id=f"{function}-{number}", answered_on=date(2025, 6, 5), respondent="x",
            scores={TOPIC: Decimal(score)}, function=function,
        )  # fmt: skip

    answers = [surveyed("supply", n, score) for n, score in enumerate(supply)]
    answers += [surveyed("sales", n, score) for n, score in enumerate(sales)]
    found = evidence_of(supplier(*answers).state.facts.of(JUNE)).surveyed[TOPIC] * 100
    means = [Fraction(sum(each), len(each)) for each in (supply, sales) if each]
    assert found == sum(means) / len(means)


def test_the_memberships_of_a_fuzzy_evaluation_weigh_functions_alike_too() -> None:
    answers = [
        answer(person, score, of=ROUND_OF_THREE) for person, score in (("shen", "90"), ("guo", "60"), ("wu", "80"))
    ]
    known, policy = supplier().when(*answers), FuzzyEvaluation()
    [(factor, row)] = memberships(known.state.facts.of(YEAR), policy.factors, policy.comments)
    assert (factor.name, row) == (TOPIC, (Fraction(1, 2), Fraction(1, 4), Fraction(1, 4), 0))


def test_asked_once_each_head_in_one_event_and_reminded_only_where_answers_are_missing() -> None:
    known = opened()
    questions = known.all_of(SupplierSurveyAsked)
    assert [(each.respondent, each.function, each.supplier_ids) for each in questions] == [
        ("shen", "supply", SUPPLIERS), ("guo", "sales", SUPPLIERS),
    ]  # fmt: skip
    assert {(each.asked_on, each.due_on) for each in questions} == {(OPENS_ON, date(2025, 6, 21))}
    assert known.one(SupplierSurveyScheduled).due_on == date(2025, 6, 16)

    reminded = known.when(RemindHeads(ROUND, {"shen": 22, "guo": 4}))
    assert [(each.respondent, each.missing) for each in reminded.all_of(SupplierSurveyReminded)] == [("guo", 18)]
    assert reminded.one(SupplierSurveyScheduled).due_on == date(2025, 6, 22)

    closed = reminded.when(CloseRound(ROUND, {"shen": 22, "guo": 5}))
    assert closed.one(SupplierSurveyClosed) == SupplierSurveyClosed(
        round_id=ROUND, asked_count=44, answered=27, closed_on=date(2025, 6, 22)
    )


def test_a_step_that_is_repeated_or_late_changes_nothing() -> None:
    known = opened()
    again = (ScheduleRound(OPENS_ON), AskHeads(ROUND, OPENS_ON, SUPPLIERS, OPENS_ON), CloseRound(ROUND, {}))
    assert known.when(*again).outcome == ()
    reminded = known.when(RemindHeads(ROUND, {}))
    assert reminded.when(RemindHeads(ROUND, {}), *again[:2]).outcome == ()
    closed = reminded.when(CloseRound(ROUND, {}))
    assert closed.when(CloseRound(ROUND, {}), RemindHeads(ROUND, {}), *again[:2]).outcome == ()


@pytest.mark.parametrize(
    ("policy", "suppliers", "today"),
    [
        (SupplierSurvey(), SUPPLIERS, OPENS_ON),  # no heads
        (HEADS, (), OPENS_ON),  # nobody delivered
        (
            HEADS.model_copy(update={"opens_on": ("09-01",)}),
            SUPPLIERS,
            OPENS_ON,
        ),  # another policy since it was scheduled
        (HEADS, SUPPLIERS, date(2025, 6, 22)),  # the service was down
    ],
)
def test_a_round_that_asks_nobody_says_so(policy: SupplierSurvey, suppliers: tuple[str, ...], today: date) -> None:
    opened(policy, suppliers, today).then(
        SupplierSurveyClosed(round_id=ROUND, asked_count=0, answered=0, closed_on=OPENS_ON)
    )


def test_more_than_500_suppliers_are_asked_about_in_several_events() -> None:
    many = tuple(f"S-{number:04}" for number in range(1_201))
    known = opened(HEADS, many)
    sizes = [
        (each.respondent, len(each.supplier_ids), each.supplier_count) for each in known.all_of(SupplierSurveyAsked)
    ]
    assert sizes == [(head, size, 1_201) for head in ("shen", "guo") for size in (500, 500, 201)]
    assert known.state.questions["guo"].supplier_ids == frozenset(many)


def test_who_is_not_asked_or_answers_twice_or_too_late_is_refused() -> None:
    known = supplier()
    known.when(answer("chen", "90")).then_refused(NotInRound, "chen was not asked in round 2025-06-01.")
    elsewhere = answer("shen", "90", supplier_id="S-77")
    known.when(elsewhere).then_refused(NotAboutSupplier, "shen was not asked about S-77 in round 2025-06-01.")
    assert (NotInRound.status, NotAboutSupplier.status) == (403, 403)
    twice = known.when(answer("shen", "90"), answer("shen", "80", on="2025-06-12"))
    assert str(twice.outcome) == "You answered about S-01 in this round already."
    known.when(answer("shen", "90", on="2025-06-21")).one(SupplierSurveyed)
    late = known.when(answer("shen", "90", on="2025-06-22"))
    late.then_refused(RoundClosed, "Round 2025-06-01 closed on 2025-06-22.")


def test_an_answer_names_its_round_and_the_function_of_who_gave_it() -> None:
    found = supplier().when(answer("guo", "60")).one(SupplierSurveyed)
    assert (found.round_id, found.function, found.respondent) == (ROUND, "sales", "guo")
    again = supplier().when(answer("guo", "60")).one(SupplierSurveyed)
    of_another = supplier().when(answer("guo", "60", supplier_id="S-02")).one(SupplierSurveyed)
    assert found.survey_id == again.survey_id != of_another.survey_id


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        ({"opens_on": ["02-29"]}, "as 06-01, not 02-29"),
        ({"opens_on": ["6-1"]}, "match pattern"),
        ({"remind_days_before": 21}, "before the round opens"),
        ({"heads": [{"person_id": "li", "function": "supply"}, {"person_id": "li", "function": "sales"}]}, "twice"),
    ],
)
def test_a_policy_that_cannot_be_followed_is_refused(document: dict[str, object], reason: str) -> None:
    with pytest.raises(ValidationError, match=reason):
        SupplierSurvey.model_validate(document)


def test_the_next_opening_is_that_day_or_the_first_one_after_it() -> None:
    openings = [HEADS.opening(date.fromisoformat(day)) for day in ("2025-06-01", "2025-06-02", "2025-12-02")]
    assert openings == [date(2025, 6, 1), date(2025, 12, 1), date(2026, 6, 1)]
    assert SupplierSurvey(opens_on=()).opening(OPENS_ON) is None


def test_rounds_answers_and_cases_are_listed() -> None:
    rounds = opened().when(RemindHeads(ROUND, {"shen": 22}), CloseRound(ROUND, {"shen": 22}))
    row = replay(survey_round.MODEL, [(each, envelope(n)) for n, each in enumerate(rounds.facts, 1)])[(ROUND,)]
    assert (row.status, row.due_on, row.closed_on, row.answered) == (
        "closed", date(2025, 6, 21), date(2025, 6, 22), 22,
    )  # fmt: skip
    assert [(head["respondent"], len(head["supplier_ids"]), head["is_reminded"]) for head in row.heads] == [
        ("shen", 22, False), ("guo", 22, True),
    ]  # fmt: skip
    known = supplier().when(answer("shen", "90"), case("CASE-1"), case("CASE-2", on="2024-05-16"))
    withdrawn = CaseWithdrawn(supplier_id="S-1", case_id="CASE-1", kind="uncooperative", happened_on=date(2024, 5, 15))
    log = [(each, envelope(n)) for n, each in enumerate([*known.facts, withdrawn], 1)]
    [found] = replay(survey_answer.MODEL, log).values()
    assert (found.round_id, found.function, found.scores) == (ROUND, "supply", {TOPIC: "90"})
    cases = replay(supplier_case.MODEL, log)
    assert {key[1]: row.is_withdrawn for key, row in cases.items()} == {"CASE-1": True, "CASE-2": False}
