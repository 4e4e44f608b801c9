"""What heads answered about a supplier: functions weigh alike, so that many salesmen do not outvote one buyer. Pure."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from decimal import Decimal
from fractions import Fraction

from contracts.supplier import SurveyFunction, SurveyTopic
from supplier_svc.scoring.tally import Opinion

Scores = Mapping[SurveyFunction, Collection[Decimal]]
"""The answers about one topic by the function of who answered; a function without an answer is not in it."""


def by_function(opinions: Iterable[Opinion]) -> Mapping[SurveyTopic, Scores]:
    """The answers by topic and function."""
    answers = defaultdict[SurveyTopic, dict[SurveyFunction, list[Decimal]]](dict)
    for opinion in opinions:
        for topic, score in opinion.scores.items():
            answers[topic].setdefault(opinion.function, []).append(score)
    return answers


def mean_of_functions(scores: Scores) -> Fraction:
    """The mean of the functions' means: supply 90, sales 60 and 80 are (90 + 70) / 2 = 80."""
    means = [Fraction(sum(of_function)) / len(of_function) for of_function in scores.values()]
    return sum(means, Fraction(0)) / len(means)
