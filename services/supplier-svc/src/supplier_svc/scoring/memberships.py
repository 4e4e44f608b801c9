"""The facts of a period as memberships of each factor in the comments, the rows of a fuzzy evaluation. Pure."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import get_args

from contracts.supplier import SurveyTopic
from supplier_svc.policies.fuzzy import Comment, Factor
from supplier_svc.scoring.evidence import Evidence, FailedLots, evidence_of, no_failed_lots
from supplier_svc.scoring.measures import measured
from supplier_svc.scoring.opinions import Scores, by_function
from supplier_svc.scoring.tally import Tally

TOPICS: dict[str, SurveyTopic] = {f"surveyed_{topic}_ratio": topic for topic in get_args(SurveyTopic)}
"""The topic of each surveyed measure."""

Percent = Decimal | Fraction

Row = tuple[Fraction, ...]
"""By comment, best first; 1 in all."""


def memberships(
    tallies: Iterable[Tally],
    factors: Sequence[Factor],
    comments: Sequence[Comment],
    failed_lots: FailedLots = no_failed_lots,
) -> list[tuple[Factor, Row]]:
    """The factors that have a fact, each with its row: of a survey topic the share of the answers in each band, where functions weigh
    alike; of a measured factor 1 in the band of its percent.
    """
    months = list(tallies)
    evidence = evidence_of(months, failed_lots=failed_lots)
    answers = by_function(opinion for month in months for opinion in month.surveys.values())
    rows = ((factor, _percents(factor, answers, evidence)) for factor in factors)
    return [(factor, _mean([_row(each, comments) for each in percents])) for factor, percents in rows if percents]


def _percents(factor: Factor, answers: Mapping[SurveyTopic, Scores], evidence: Evidence) -> list[Collection[Percent]]:
    """What a factor is judged by, in groups that weigh alike: the answers of each function, or the one percent that was measured."""
    topic = TOPICS.get(factor.measure)
    if topic is not None:
        return list(answers[topic].values()) if topic in answers else []
    ratio = measured(factor.measure, evidence)
    return [] if ratio is None else [[ratio * 100]]


def _row(percents: Collection[Percent], comments: Sequence[Comment]) -> Row:
    bands = [next(n for n, each in enumerate(comments) if percent >= each.at_least) for percent in percents]
    return tuple(Fraction(bands.count(n), len(bands)) for n in range(len(comments)))


def _mean(rows: Sequence[Row]) -> Row:
    return tuple(sum(column, Fraction(0)) / len(rows) for column in zip(*rows, strict=True))
