"""How many sources an item should have: by its importance, its market, and how reliable its sources are."""

from datetime import date
from decimal import Decimal

import hypothesis
import pytest
from hypothesis import strategies as st

from chassis.testing import given, replay
from chassis.testing.replay import envelope
from contracts.supplier import ItemProfileSet, OrderSharesChanged
from supplier_svc.items import DECIDER as ITEM
from supplier_svc.items.profiles import SetProfile
from supplier_svc.items.rules.advice import SOURCES, Profile, advise, compared
from supplier_svc.items.sources import NoteSource
from supplier_svc.read_models import item_profile
from supplier_svc.reports.source_advice import source_advice
from supplier_svc.responses.items import SourceAdvice
from supplier_svc.testing import book

DAY = date(2025, 4, 1)
PROFILES = st.builds(
    Profile, st.sampled_from(["high", "medium", "low"]), st.sampled_from(["abundant", "balanced", "scarce"])
)
PATTERNS = st.text("ABC", max_size=6).map(lambda grades: "".join(sorted(grades)))


def profile(importance, market) -> SetProfile:
    return SetProfile("bolt", importance, market, DAY, "li.na", "the line stands without it")


def source(number, grade) -> NoteSource:
    return NoteSource(
        "bolt",
        f"S-{number}",
        1,
        grade,
        None if grade is None else Decimal(90 - number),
        True,
        Decimal(100),
        DAY,
        "graded",
    )


def row_of(*commands) -> item_profile.Row:
    """The item's row after these commands."""
    known = given(ITEM, book=book()).when(*commands)
    return replay(item_profile.MODEL, [(event, envelope(n)) for n, event in enumerate(known.facts, start=1)])[("bolt",)]


def advice_on(importance, market, grades, is_overdue=False) -> SourceAdvice:
    sources = (source(n, grade) for n, grade in enumerate(grades, start=1))
    return source_advice(row_of(profile(importance, market), *sources), is_overdue)


def test_high_abundant_bc_takes_one_more_and_an_excellent_one():
    advice = advice_on("high", "abundant", "BC")
    assert (advice.advised, advice.present, advice.lacking) == (3, 2, 1)
    assert advice.reasons == [
        "Sources for importance high and market abundant: 3.",
        "One more; seek an excellent supplier.",
    ]


def test_low_scarce_a_is_content_with_its_one_source():
    advice = advice_on("low", "scarce", "A")
    assert (advice.advised, advice.lacking) == (1, 0)
    assert advice.reasons[-2:] == ["There is at least one source.", "There are as many sources as advised."]


def test_medium_balanced_cc_takes_a_third_source_because_none_of_the_two_is_good():
    advice = advice_on("medium", "balanced", "CC")
    assert (advice.advised, advice.present) == (3, 2)
    assert "No source that may get orders stands at A or B: one more." in advice.reasons


def test_medium_balanced_a_does_with_its_one_excellent_source_until_that_owes_something():
    assert advice_on("medium", "balanced", "A").advised == 1
    assert (
        "The best source, S-1, stands at A and nothing of it is overdue: one less."
        in advice_on("medium", "balanced", "A").reasons
    )
    assert advice_on("medium", "balanced", "A", is_overdue=True).advised == 2


def test_an_important_item_keeps_its_sources_however_good_the_best_one_is():
    assert advice_on("high", "scarce", "AB").advised == 2


def test_a_source_that_is_out_of_orders_neither_counts_nor_is_reliable():
    advice = advice_on("medium", "scarce", "D")
    assert (advice.advised, advice.present, advice.lacking) == (2, 0, 2)
    assert advice.reasons[-1] == "Find 2 more; seek excellent suppliers."


def test_the_best_source_is_the_one_with_the_best_merit_among_the_best_grade():
    assert row_of(profile("low", "abundant"), source(3, "A"), source(1, "A"), source(2, "B")).best == "S-1"
    assert row_of(profile("low", "abundant"), source(1, None)).best is None


def test_without_a_profile_nothing_is_advised_and_the_answer_asks_for_one():
    advice = source_advice(row_of(source(1, "A")), False)
    assert (advice.advised, advice.present, advice.lacking) == (None, 1, None)
    assert advice.reasons == ["Say how important it is and how the market is."]
    assert [each.code for each in advice.sentences["reasons.1"]] == ["profile-missing"]


def test_a_profile_may_be_set_before_there_is_a_source_and_is_set_once():
    known = given(ITEM, book=book()).when(profile("high", "scarce")).then(ItemProfileSet)
    known.when(profile("high", "scarce")).then()
    known.when(profile("low", "scarce")).then(ItemProfileSet)
    assert row_of(profile("high", "scarce")).advised == 3


def test_a_profile_changes_neither_the_orders_nor_who_gets_them():
    known = given(ITEM, book=book()).when(source(1, "B"))
    assert not [
        event for event in known.when(profile("high", "scarce")).outcome if isinstance(event, OrderSharesChanged)
    ]


@hypothesis.given(PROFILES, PATTERNS, st.booleans())
def test_the_advice_is_from_one_to_four_and_says_why(asked, pattern, is_overdue):
    advice = advise(asked, pattern, "S-1" if pattern else None, is_overdue)
    assert 1 <= advice.advised <= 4
    assert abs(advice.advised - SOURCES[asked.importance][asked.market]) <= 1
    assert len(advice.because) >= 1


@hypothesis.given(PROFILES, PATTERNS)
def test_something_overdue_never_makes_sources_superfluous(asked, pattern):
    clear, overdue = (advise(asked, pattern, "S-1" if pattern else None, owes).advised for owes in (False, True))
    assert clear <= overdue


@hypothesis.given(PATTERNS, st.sampled_from(["abundant", "balanced", "scarce"]), st.booleans())
def test_a_more_important_item_never_takes_fewer_sources(pattern, market, is_overdue):
    best = "S-1" if pattern else None
    high, medium, low = (
        advise(Profile(each, market), pattern, best, is_overdue).advised for each in ("high", "medium", "low")
    )  # type: ignore[arg-type]
    assert high >= medium >= low


@pytest.mark.parametrize(("advised", "present", "said"), [
    (2, 2, "There are as many sources as advised."),
    (3, 2, "One more; seek an excellent supplier."),
    (4, 1, "Find 3 more; seek excellent suppliers."),
    (1, 2, "There is one source more than advised."),
    (1, 4, "There are 3 sources more than advised."),
])  # fmt: skip
def test_the_difference_is_said_in_a_sentence(advised, present, said):
    assert compared(advised, present) == said
