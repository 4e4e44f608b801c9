"""The facts of a period as memberships of each factor in the comments, the rows of a fuzzy evaluation. Pure."""

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import get_args

from contracts.supplier import SurveyTopic
from supplier_svc.policies.fuzzy import Comment, Factor
from supplier_svc.scoring.evidence import Evidence, FailedLots, evidence_of, no_failed_lots
from supplier_svc.scoring.measures import measured
from supplier_svc.scoring.tally import Tally

TOPICS: dict[str, SurveyTopic] = {f"surveyed_{topic}_ratio": topic for topic in get_args(SurveyTopic)}
"""The topic of each surveyed measure."""

Row = tuple[Fraction, ...]
"""By comment, best first; 1 in all."""


def memberships(
    tallies: Iterable[Tally],
    factors: Sequence[Factor],
    comments: Sequence[Comment],
    failed_lots: FailedLots = no_failed_lots,
) -> list[tuple[Factor, Row]]:
    """The factors that have a fact, each with its row: of a survey topic the share of the answers in each band, of a measured
    factor 1 in the band of its percent.
    """
    months = list(tallies)
    evidence = evidence_of(months, failed_lots=failed_lots)
    rows = ((factor, _percents(factor, months, evidence)) for factor in factors)
    return [(factor, _row(percents, comments)) for factor, percents in rows if percents]


def _percents(factor: Factor, months: Sequence[Tally], evidence: Evidence) -> list[Fraction]:
    topic = TOPICS.get(factor.measure)
    if topic is None:
        ratio = measured(factor.measure, evidence)
        return [] if ratio is None else [ratio * 100]
    answers = (scores for month in months for scores in month.surveys.values())
    return [Fraction(scores[topic]) for scores in answers if topic in scores]


def _row(percents: Sequence[Fraction], comments: Sequence[Comment]) -> Row:
    bands = [next(n for n, each in enumerate(comments) if percent >= each.at_least) for percent in percents]
    return tuple(Fraction(bands.count(n), len(bands)) for n in range(len(comments)))
