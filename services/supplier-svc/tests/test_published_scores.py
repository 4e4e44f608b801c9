"""Scores as they are published: two decimals, rounded half up; those published before keep the places they had."""

from decimal import Decimal
from fractions import Fraction

import pytest

from contracts.supplier import SupplierGraded, SupplierGradeRestated
from supplier_svc.scoring.rounding import published_score
from supplier_svc.testing import deliveries, grade, inspection, supplier


@pytest.mark.parametrize(
    ("exact", "score"),
    [
        (Fraction(68900, 3200), "21.53"),
        (Fraction(98000, 3200), "30.63"),
        (Fraction(86125, 1000), "86.13"),
        (Fraction(1, 200), "0.01"),
        (Fraction(200, 3), "66.67"),
        (Fraction(84), "84"),
        (Fraction(80), "80"),
        (0, "0"),
    ],
)
def test_a_score_has_two_decimals_at_most_and_a_half_goes_up(exact, score):
    assert f"{published_score(exact)}" == score


def an_old_log():
    """Three points in 9 lots, graded when scores had six places."""
    known = supplier().when(*deliveries(9), inspection("I-1", "major"), grade("2024-05"))
    graded = known.one(SupplierGraded)
    assert graded.grading.score == Decimal("33.33")
    old = graded.grading.model_copy(update={"score": Decimal("33.333333")})
    return [fact if fact is not graded else graded.model_copy(update={"grading": old}) for fact in known.facts]


def test_a_score_of_six_places_stays_on_record_and_a_fact_that_changes_nothing_does_not_restate_it():
    known = supplier(*an_old_log()).when(inspection("I-2"))
    assert not known.all_of(SupplierGradeRestated)
    [graded] = known.state.gradings.by_period.values()
    assert graded.score == Decimal("33.333333")


def test_a_fact_that_changes_it_restates_it_with_two_decimals():
    restated = supplier(*an_old_log()).when(inspection("I-2", "minor", lot_id="L-2")).one(SupplierGradeRestated)
    assert (restated.before.score, restated.after.score) == (Decimal("33.333333"), Decimal("44.44"))
