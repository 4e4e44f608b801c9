"""Laws of the standing: never better than a track allows, and the same in the event, the state and the table."""

from collections.abc import Iterator
from typing import Any

from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st

from chassis.testing import replay
from contracts.supplier import (
    SupplierStandingChanged,
)
from supplier_svc.read_models import supplier as supplier_table
from supplier_svc.scoring.period import Period
from supplier_svc.supplier.rules.standing import Judged, standing_of
from supplier_svc.testing import book, delivery, grade, grade_year, inspection, supplier

from .years import answer_of, survey

GRADES = st.sampled_from("ABCD")
MONTHS = st.integers(0, 35).map(Period(2023, 1).plus)


@st.composite
def judged(draw: Any, periods: Any) -> list[Judged]:
    of = draw(st.dictionaries(periods, st.tuples(GRADES, st.integers(1, 99)), max_size=14))
    return [Judged(period, grade, at) for period, (grade, at) in of.items()]


@for_all(judged(MONTHS), judged(st.integers(2022, 2025).map(lambda year: Period(year, 1, 12))))
def test_the_standing_is_never_better_than_either_track_allows(months: list[Judged], years: list[Judged]) -> None:
    found = standing_of(months, years, None, book())
    if months:
        assert found.grade is not None
        assert found.grade >= max(months).grade
    if years:
        assert found.grade is not None
        assert found.ceiling is not None
        assert found.grade >= found.ceiling
        assert found.ceiling <= max(years).grade
        assert max(years).grade != "D" or found.ceiling == "D"
    assert (found.grade is None) == (not months and not years)


@st.composite
def stories(draw: Any) -> Iterator[Any]:
    """Months with lots and defects, answers of the heads, and gradings of both tracks, in any order."""
    steps = st.one_of(
        st.tuples(st.just("lots"), st.integers(0, 17), st.integers(0, 4)),
        st.tuples(st.just("survey"), st.integers(0, 17), st.integers(20, 100)),
        st.tuples(st.just("grade"), st.integers(0, 17), st.just(0)),
        st.tuples(st.just("year"), st.integers(0, 1), st.just(0)),
    )
    return draw(st.lists(steps, max_size=14))  # type: ignore[no-any-return]


@settings(max_examples=80, deadline=None)
@for_all(stories())
def test_the_event_the_state_and_the_table_agree_on_the_standing(steps: Any) -> None:
    known, published = supplier(), None
    for n, (kind, number, figure) in enumerate(steps):
        month = Period(2023, 1).plus(number)
        commands: list[Any] = []
        match kind:
            case "lots":
                lots = [delivery(f"D-{n}-{each}", on=f"{month}-05") for each in range(6)]
                commands = [*lots, inspection(f"I-{n}", *["minor"] * figure, on=f"{month}-06", lot_id=f"L-D-{n}-1")]
            case "survey":
                commands = [survey((figure,) * 4, f"{month}-1{n % 9}", f"head-{n}")]
            case "grade" if known.state.facts.is_active(month, 12):
                commands = [grade(str(month))]
            case "year" if known.state.facts.is_active(Period(2023 + number, 1, 12), 12):
                commands = [grade_year(str(2023 + number))]
        for command in commands:
            known = known.when(command)
            for changed in known.all_of(SupplierStandingChanged):
                assert changed.previous == published
                published = changed.standing
    gradings, answer = known.state.gradings, answer_of(known, "2026-12-31")
    assert published == gradings.standing == answer.grade
    assert gradings.ceiling == answer.ceiling
    row = replay(supplier_table.MODEL, known.facts).get(("S-1",))
    assert row is None or (row.grade, row.ceiling) == (gradings.standing, gradings.ceiling)
