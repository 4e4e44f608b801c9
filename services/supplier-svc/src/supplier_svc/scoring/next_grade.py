"""What the next better grade of a period would have taken."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor
from typing import Literal

from contracts.digits import plain
from contracts.supplier import Grading, SupplierGrade
from supplier_svc.scoring.points import points_allowed
from supplier_svc.scoring.rounding import published
from supplier_svc.sentences import Sentences

BetterGrade = Literal["A", "B", "C"]
NEXT_BETTER: dict[SupplierGrade, BetterGrade] = {"D": "C", "C": "B", "B": "A"}


@dataclass(frozen=True, slots=True)
class Gain:
    """A criterion that could still give ``at_most`` points; ``is_enough`` when these alone reach the better grade."""

    criterion: str
    at_most: Decimal
    is_enough: bool


@dataclass(frozen=True, slots=True)
class NextGrade:
    """What the next better ``grade`` of the period would have taken; None where a limit does not apply.

    By points: the most points in the same number of lots, or the fewest lots with the same points. By a composite score: the score to
    reach, and what each criterion could still give. ``grade`` is None where the period had no grade, so that any would be better.
    """

    grade: BetterGrade | None
    points_at_most: int | None
    lots_at_least: int | None
    summary: str
    score_at_least: Decimal | None = None
    gains: tuple[Gain, ...] = ()


def next_grade(grading: Grading, points: int, lots: int) -> NextGrade | None:
    """What a grading with these points and lots lacks for the next better grade; None for an A."""
    if grading.grade == "insufficient":
        needed = grading.min_lots
        if needed is not None and lots >= needed:
            return NextGrade(None, None, None, _too_little_measured(grading))
        if needed is None:
            return NextGrade(None, None, None, Sentences.TOO_FEW_FACTS())
        return NextGrade(None, None, needed, Sentences.TOO_FEW_LOTS(needed=needed, lots=lots))
    better = NEXT_BETTER.get(grading.grade)
    if better is None:
        return None
    if grading.basis == "fuzzy":
        return _by_shares(grading, better)
    limit = next(each for each in grading.thresholds if each.grade == better)
    if limit.at_least is not None:
        return _by_score(grading, better, limit.at_least)
    return None if limit.at_most is None else _by_points(better, limit.at_most, points, lots)


def _too_little_measured(grading: Grading) -> str:
    missing = ", ".join(each.name for each in grading.criteria if not each.measured)
    if grading.min_measured is None:
        return Sentences.EVERYTHING_MEASURED(criteria=missing) if missing else Sentences.TOO_FEW_FACTS()
    measured = sum((each.max for each in grading.criteria if each.measured), Decimal(0))
    return Sentences.TOO_LITTLE_MEASURED(needed=plain(grading.min_measured), measured=plain(measured), criteria=missing)


def _by_shares(grading: Grading, better: BetterGrade) -> NextGrade:
    """Of a fuzzy evaluation: the better comment takes the largest share."""
    shares = {each.name: each.value for each in grading.factors if each.unit != "weight"}
    largest = max(shares.values())
    summary = Sentences.LARGEST_SHARE(grade=better, share=_shown(shares[better]), largest=_shown(largest))
    return NextGrade(better, None, None, summary)


def _by_points(better: BetterGrade, limit: Decimal, points: int, lots: int) -> NextGrade:
    allowed = floor(points_allowed(limit, lots))
    if not lots:
        return NextGrade(better, allowed, None, Sentences.POINTS_AT_MOST(grade=better, allowed=allowed, points=points))
    summary = Sentences.POINTS_AT_MOST_IN_LOTS(grade=better, allowed=allowed, lots=lots, points=points)
    if not limit:
        return NextGrade(better, allowed, None, summary)
    spread = ceil(Fraction(points * 100) / Fraction(limit))
    return NextGrade(better, allowed, spread, f"{summary} {Sentences.POINTS_IN_MORE_LOTS(lots=spread, grade=better)}")


def _by_score(grading: Grading, better: BetterGrade, at_least: Decimal) -> NextGrade:
    short = max(at_least - grading.score, Decimal(0))
    counted = [each for each in grading.criteria if each.measured or grading.on_missing != "rescale"]
    maxima = sum((each.max for each in counted), Decimal(0))
    scale = Fraction(100) / Fraction(maxima) if grading.on_missing == "rescale" and maxima else Fraction(1)
    open_points = {each.name: published(Fraction(each.max - each.score) * scale) for each in counted}
    gains = tuple(
        Gain(each.name, open_points[each.name], open_points[each.name] >= short)
        for each in sorted(counted, key=lambda each: each.score - each.max)
        if each.max > each.score
    )
    sentences = [
        Sentences.SCORE_AT_LEAST(
            grade=better, needed=plain(at_least), score=_shown(grading.score), missing=_shown(short)
        )
    ]
    if enough := [gain.criterion for gain in gains if gain.is_enough and short]:
        sentences.append(Sentences.ENOUGH_ON_ITS_OWN(criteria=", ".join(enough)))
    scores = {each.name: each.score for each in grading.criteria}
    sentences += [
        Sentences.GATE_AT_LEAST(
            needed=plain(gate.at_least), criterion=gate.criterion, score=_shown(scores[gate.criterion])
        )
        for gate in grading.gates
        if gate.grade == better and scores[gate.criterion] < gate.at_least
    ]
    return NextGrade(better, None, None, " ".join(sentences), at_least, gains)


def _shown(score: Decimal) -> str:
    return f"{score.normalize():f}"
