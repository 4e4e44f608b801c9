"""SERVQUAL: where service falls behind what was expected. Pure.

Rule: gap = perception − expectation per item, mean per dimension, unweighted mean.
An item is a pair of answers, ``reliability.on_time:expected`` and ``reliability.on_time:perceived``.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from contracts.customer import Gap
from customer_svc.policies.satisfaction import ServiceQualityRules
from customer_svc.satisfaction.answers import nothing, number

EXPECTED, PERCEIVED = ":expected", ":perceived"


def gaps(survey_id: str, answers: Mapping[str, Decimal | str], rules: ServiceQualityRules) -> tuple[Gap, ...]:
    """The gap of each dimension in the answers, in the order of the policy. Raises a Refusal for half a pair."""
    found: list[Gap] = []
    for dimension in rules.dimensions:
        items = _items(dimension, answers)
        each = [
            number(survey_id, item + PERCEIVED, answers, rules.scale)
            - number(survey_id, item + EXPECTED, answers, rules.scale)
            for item in items
        ]
        if each:
            found.append(Gap(dimension=dimension, gap=round(sum(each, Decimal(0)) / len(each), 4), items=len(each)))
    if not found:
        raise nothing(survey_id, "servqual", f"pairs of answers for one of {', '.join(rules.dimensions)}", answers)
    return tuple(found)


def mean_gap(found: Sequence[Gap]) -> Decimal:
    """The unweighted mean over the dimensions, with four decimals."""
    return round(sum((each.gap for each in found), Decimal(0)) / len(found), 4)


def _items(dimension: str, answers: Mapping[str, Decimal | str]) -> list[str]:
    names = {
        name.removesuffix(EXPECTED).removesuffix(PERCEIVED) for name in answers if name.endswith((EXPECTED, PERCEIVED))
    }
    return sorted(name for name in names if name.partition(".")[0] == dimension)
