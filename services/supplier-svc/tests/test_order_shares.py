"""Order shares by the number of sources and their grades; splitting a quantity; items and their sources."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st
from pydantic import ValidationError

from chassis.testing import given
from contracts.supplier import OrderSharesChanged, SourceNoted, SourceRemoved
from supplier_svc.items import DECIDER
from supplier_svc.items.rules.divisions import Source, divide
from supplier_svc.items.rules.splits import split
from supplier_svc.items.sources import NoteSource, RemoveSource, SourceUnknown
from supplier_svc.policies.order_shares import DEFAULT_TABLE, OrderSharing
from supplier_svc.testing import book

POLICY = OrderSharing()
D = Decimal


def sources(grades: str, merits: list[int] | None = None) -> list[Source]:
    """Suppliers S-0, S-1, … of these grades; each later one has a lesser merit unless others are named."""
    merits = merits or list(range(100, 100 - len(grades), -1))
    return [Source(f"S-{n}", g, D(m)) for n, (g, m) in enumerate(zip(grades, merits, strict=True))]


def shares(grades: str, merits: list[int] | None = None) -> str:
    return "/".join(f"{share.normalize():f}" for share in divide(sources(grades, merits), POLICY).shares.values())


@pytest.mark.parametrize(
    ("grades", "expected", "action"),
    [
        ("A", "100", "keep"), ("B", "100", "develop_another"), ("C", "100", "replace"), ("D", "0", "eliminate"),
        ("AA", "50/50", "keep"), ("AB", "70/30", "urge"), ("BB", "50/50", "urge"), ("AC", "80/20", "reserve"),
        ("BC", "70/30", "seek_excellent"), ("CC", "50/50", "replace"),
        ("AAA", "40/30/30", "keep"), ("AAB", "40/40/20", "urge"), ("ABB", "50/25/25", "urge"),
        ("AAC", "45/45/10", "urge"), ("ABC", "60/30/10", "urge"), ("ACC", "80/10/10", "seek_excellent"),
        ("BBB", "40/30/30", "urge"), ("BBC", "45/45/10", "seek_excellent"), ("BCC", "70/15/15", "seek_excellent"),
        ("CCC", "40/30/30", "replace"),
    ],
)  # fmt: skip
def test_the_table_of_sources_and_grades(grades, expected, action):
    assert (shares(grades), divide(sources(grades), POLICY).action) == (expected, action)


def test_two_sources_b_and_c_are_urged_and_an_excellent_supplier_is_sought():
    division = divide(sources("BC"), POLICY)
    assert (division.urged, division.action) == (("S-0", "S-1"), "seek_excellent")
    assert division.summary == "Urge S-0, S-1 to improve; seek an excellent supplier."


def test_a_d_gets_nothing_and_the_others_are_divided_as_if_it_were_not_there():
    assert shares("ADB") == "70/0/30"
    assert shares("DD") == "0/0"


def test_more_than_three_share_by_the_weights_of_their_grades():
    assert shares("ABCC") == "50/30/10/10"
    assert divide(sources("ABCC"), POLICY).action == "seek_excellent"
    assert divide(sources("AAAA"), POLICY).action == "keep"


def test_the_better_score_takes_the_larger_share_inside_a_grade():
    assert shares("AAA", [70, 90, 80]) == "30/40/30"


def test_equal_scores_share_equally_by_largest_remainder():
    assert shares("AAA", [80, 80, 80]) == "33.34/33.33/33.33"
    assert shares("AAA", [80, 80, 70]) == "35/35/30"


def test_a_source_on_trial_gets_at_most_its_cap_while_others_can_take_the_rest():
    old, new = Source("old", "B", D(80)), Source("new", "A", D(90), share_max_percent=D(10))
    assert divide([old, new], POLICY).shares == {"old": D(90), "new": D(10)}
    alone = divide([new], POLICY)
    assert (alone.shares, alone.is_interim) == ({"new": D(100)}, True)


LETTERS = st.sampled_from("ABCD")
SOME = st.lists(
    st.builds(
        lambda grade, merit, cap: (grade, D(merit), D(cap)),
        LETTERS,
        st.integers(0, 3),
        st.sampled_from([100, 100, 10, 35]),
    ),
    min_size=1,
    max_size=8,
)


def _sources(graded) -> list[Source]:
    return [Source(f"S-{n}", grade, merit, cap) for n, (grade, merit, cap) in enumerate(graded)]


@for_all(SOME)
def test_shares_sum_to_100_for_any_grades_and_scores_or_to_0_where_all_are_d(graded):
    division = divide(_sources(graded), POLICY)
    assert sum(division.shares.values()) == (0 if all(grade == "D" for grade, _, _ in graded) else 100)
    assert all(share >= 0 for share in division.shares.values())


@settings(max_examples=400)
@for_all(SOME, st.integers(0, 7), LETTERS)
def test_no_suppliers_share_grows_when_only_its_own_grade_worsens(graded, who, worse):
    who %= len(graded)
    grade, merit, cap = graded[who]
    if worse > grade:
        after = [*graded]
        after[who] = (worse, merit, cap)
        assert divide(_sources(after), POLICY).shares[f"S-{who}"] <= divide(_sources(graded), POLICY).shares[f"S-{who}"]


@for_all(SOME, st.randoms(use_true_random=False))
def test_the_order_in_which_sources_are_named_changes_nothing(graded, random):
    named = _sources(graded)
    shuffled = random.sample(named, len(named))
    assert divide(shuffled, POLICY).shares == divide(named, POLICY).shares


@pytest.mark.parametrize(
    ("pattern", "rule", "summary"),
    [
        ("AB", {"shares": [70, 20], "action": "keep"}, "the shares make 90, not 100"),
        ("AB", {"shares": [30, 70], "action": "keep"}, "a worse source must not get a larger share"),
        ("AB", {"shares": [100], "action": "keep"}, "2 sources need 2 shares"),
        ("ABC", {"shares": [34, 33, 33], "action": "keep"}, "must not gain"),
    ],
)
def test_a_table_that_cannot_work_is_refused_with_the_reason(pattern, rule, summary):
    table = {key: each.model_dump() for key, each in DEFAULT_TABLE.items()}
    with pytest.raises(ValidationError, match=summary):
        OrderSharing.model_validate({"table": {**table, pattern: rule}})


def test_a_table_without_a_pattern_is_refused():
    with pytest.raises(ValidationError, match="no rule for"):
        OrderSharing(table={"A": DEFAULT_TABLE["A"]})


# --- splitting


def test_a_quantity_is_split_by_share():
    assert split(D(1000), {"a": D(60), "b": D(30), "c": D(10)}).quantities == {"a": 600, "b": 300, "c": 100}


def test_a_remainder_below_the_minimum_lot_goes_whole_to_the_lowest_share():
    result = split(D(1070), {"a": D(60), "b": D(40)}, min_lot=D(100))
    assert (result.quantities, result.unplaced) == ({"a": D(600), "b": D(470)}, 0)


def test_what_is_above_a_maximum_is_shared_among_the_others_by_their_shares():
    result = split(D(1000), {"a": D(60), "b": D(30), "c": D(10)}, maxima={"a": D(400)})
    assert result.quantities == {"a": D(400), "b": D(450), "c": D(150)}


def test_what_no_maximum_leaves_room_for_is_said():
    result = split(D(1000), {"a": D(50), "b": D(50)}, maxima={"a": D(300), "b": D(300)})
    assert (sum(result.quantities.values()), result.unplaced) == (600, 400)


@for_all(
    st.integers(1, 10_000),
    st.lists(st.integers(0, 100), min_size=1, max_size=6),
    st.one_of(st.none(), st.integers(1, 500)),
    st.lists(st.integers(0, 5_000), min_size=6, max_size=6),
)
def test_a_split_places_everything_or_says_what_is_left_and_keeps_every_maximum(quantity, parts, lot, limits):
    named = {f"S-{n}": D(part) for n, part in enumerate(parts)}
    maxima = {f"S-{n}": D(limit) for n, limit in enumerate(limits[: len(parts)])}
    result = split(D(quantity), named, None if lot is None else D(lot), maxima)
    assert sum(result.quantities.values()) + result.unplaced == quantity
    assert all(result.quantities[name] <= maxima[name] for name in named)
    assert all(result.quantities[name] == 0 for name, share in named.items() if share == 0)


# --- an item


def note(supplier_id: str, grade, revision: int = 1, merit: int = 0, **fields) -> NoteSource:
    plain = {"may_supply": True, "share_max_percent": D(100), "on": date(2024, 6, 1), "because": "2024-05 was graded."}
    return NoteSource("bolt", supplier_id, revision, grade, D(merit), **{**plain, **fields})


def an_item(*facts):
    return given(DECIDER, *facts, book=book())


def test_a_second_source_divides_the_orders_anew():
    known = an_item().when(note("S-1", "B"))
    assert known.one(OrderSharesChanged).is_sole_source
    changed = known.when(note("S-2", "C")).then(SourceNoted, OrderSharesChanged).one(OrderSharesChanged)
    assert [(each.supplier_id, each.share_percent) for each in changed.sources] == [("S-1", 70), ("S-2", 30)]
    assert (changed.pattern, changed.because) == ("BC", "S-2: 2024-05 was graded.")


def test_a_grade_that_changes_nothing_in_the_shares_is_only_noted():
    known = an_item().when(note("S-1", "A", merit=90))
    known.when(note("S-1", "A", revision=2, merit=95)).then(SourceNoted)
    known.when(note("S-1", "A", revision=1, merit=95)).then()


def test_the_last_source_that_becomes_a_d_leaves_none():
    changed = an_item().when(note("S-1", "A")).when(note("S-1", "D", 2)).one(OrderSharesChanged)
    assert (changed.no_source_left, changed.action, changed.sources[0].share_percent) == (True, "eliminate", 0)


def test_a_suspended_source_gets_nothing_and_comes_back():
    known = an_item().when(note("S-1", "A"), note("S-2", "A"))
    without = known.when(note("S-2", "A", 2, may_supply=False)).one(OrderSharesChanged)
    assert [each.supplier_id for each in without.sources] == ["S-1"]
    again = known.when(note("S-2", "A", 2, may_supply=False)).when(note("S-2", "A", 3)).one(OrderSharesChanged)
    assert again.sources_counted == 2


def test_a_removed_source_stays_away_until_it_is_named_again():
    known = an_item().when(note("S-1", "A"), note("S-2", "A"))
    removed = known.when(RemoveSource("bolt", "S-2", date(2024, 7, 1), "discontinued"))
    removed.then(SourceRemoved, OrderSharesChanged)
    removed.when(note("S-2", "B", 2)).then()
    removed.when(note("S-2", "B", 2, by_hand=True)).then(SourceNoted, OrderSharesChanged)
    known.when(RemoveSource("bolt", "S-9", date(2024, 7, 1), "gone")).then_refused(SourceUnknown, "S-9 is not a source")


@settings(max_examples=60, deadline=None)
@for_all(
    st.lists(
        st.tuples(st.sampled_from(["S-1", "S-2", "S-3"]), LETTERS, st.integers(0, 2)), min_size=1, max_size=8
    ).flatmap(lambda graded: st.tuples(st.just(graded), st.permutations(range(len(graded)))))
)
def test_in_whatever_order_suppliers_tell_their_standing_the_division_ends_the_same(orders):
    graded, order = orders
    notes = [
        note(supplier, grade, revision, merit) for revision, (supplier, grade, merit) in enumerate(graded, start=1)
    ]
    in_order = an_item().when(*notes)
    shuffled = an_item().when(*(notes[n] for n in order))
    assert _divided(in_order.state.divided) == _divided(shuffled.state.divided)


def _divided(division: OrderSharesChanged):
    shares = {each.supplier_id: each.share_percent for each in division.sources}
    return division.pattern, division.action, division.urged, shares
