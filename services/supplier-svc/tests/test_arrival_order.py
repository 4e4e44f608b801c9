"""Laws: in which order, how often and how late facts arrive changes nothing in the end."""

from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st

from chassis.testing import Given
from contracts.supplier import GradingScheduled, SupplierGraded
from supplier_svc.scoring.period import Period
from supplier_svc.supplier.gradings import GradeSupplier
from supplier_svc.testing import delivery, inspection, supplier

LAST = Period(2025, 6)
SEVERITIES = st.sampled_from(["critical", "major", "minor", "major own", "minor undetermined"])


def days(first: Period, months: int):
    months_of = st.integers(0, months - 1).map(first.plus)
    return st.builds(lambda month, day: f"{month}-{day:02}", months_of, st.integers(1, 28))


@st.composite
def facts(draw, months: int, size: int):
    """Deliveries and inspections with ids of their own."""
    of_day = days(Period(2024, 1), months)
    lots = draw(st.lists(of_day, max_size=size))
    found = draw(st.lists(st.tuples(of_day, st.lists(SEVERITIES, max_size=3)), max_size=size))
    return [delivery(f"D-{n}", on=day) for n, day in enumerate(lots)] + [
        inspection(f"I-{n}", *defects, on=day) for n, (day, defects) in enumerate(found)
    ]


def due(known: Given) -> list[GradeSupplier]:
    """What the to-do list of the operational track holds up to the last month, in the order of due dates."""
    months = [event for event in known.facts if getattr(event, "track", None) == "operational"]
    on_list = [event.period for event in months if isinstance(event, GradingScheduled)]
    done = {event.period for event in months if isinstance(event, SupplierGraded)}
    assert len(on_list) == len(set(on_list)), "a month was scheduled twice"
    assert done <= set(on_list)
    periods = sorted(Period.parse(period) for period in on_list if period not in done)
    return [GradeSupplier("S-1", period) for period in periods if period <= LAST]


def until_all_is_graded(known: Given) -> Given:
    while todo := due(known):
        known = known.when(todo[0])
    return known


def result(known: Given):
    """The grade and score of every graded month, and the standing."""
    gradings = known.state.gradings
    graded = {str(p): (each.grade, each.score, gradings.grade_in_force(p)) for p, each in gradings.by_period.items()}
    return graded, gradings.standing


@for_all(facts(months=1, size=8).flatmap(lambda commands: st.tuples(st.just(commands), st.permutations(commands))))
def test_shuffled_facts_of_a_month_give_the_same_grading(orders):
    in_order, shuffled = orders
    if in_order:
        grade = GradeSupplier("S-1", Period(2024, 1))
        graded = [supplier().when(*commands).when(grade).one(SupplierGraded) for commands in (in_order, shuffled)]
        assert graded[0] == graded[1]


@settings(max_examples=60, deadline=None)
@for_all(
    facts(months=4, size=6).flatmap(lambda commands: st.tuples(st.just(commands), st.permutations(commands))),
    st.lists(st.booleans(), min_size=12, max_size=12),
)
def test_facts_that_arrive_in_any_order_between_gradings_end_in_the_same_grades_and_standing(orders, timer_fires):
    in_order, shuffled = orders
    known = supplier()
    for fact, fires in zip(shuffled, timer_fires, strict=False):
        known = known.when(fact)
        known = known.when(*due(known)[:1]) if fires else known
    assert result(until_all_is_graded(known)) == result(until_all_is_graded(supplier().when(*in_order)))


@settings(max_examples=60, deadline=None)
@for_all(facts(months=4, size=4).flatmap(lambda commands: st.tuples(st.just(commands), st.permutations(commands))))
def test_facts_reported_twice_change_nothing(orders):
    once, again = orders
    known = until_all_is_graded(supplier().when(*once))
    known.when(*again).then()


@settings(max_examples=60, deadline=None)
@for_all(facts(months=14, size=3))
def test_the_graded_months_are_those_with_a_fact_and_the_eleven_after_each(commands):
    known = supplier().when(*commands)
    with_facts = list(known.state.facts.tallies)
    expected = {str(month.plus(n)) for month in with_facts for n in range(12) if month.plus(n) <= LAST}
    assert set(result(until_all_is_graded(known))[0]) == expected
