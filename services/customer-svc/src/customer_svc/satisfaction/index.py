"""The customer satisfaction index (CSI). Pure.

Rule: index = 10 × Σ weight × score on 1–10, weight = importance / Σ importance.
"""

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal

from contracts.customer import Weighed
from customer_svc.policies.satisfaction import IndexRules, Scale
from customer_svc.satisfaction.answers import nothing, number

IMPORTANCE = "importance:"
IMPORTANCE_SCALE = Scale(worst=Decimal(0), best=Decimal(100))
MICRO, CENT = Decimal("0.000001"), Decimal("0.01")


def indicators(survey_id: str, answers: Mapping[str, Decimal | str], rules: IndexRules) -> tuple[Weighed, ...]:
    """The indicators that the survey answers, each with its score and weight. Raises a Refusal for an answer that cannot be read."""
    named = [name for name in answers if name.partition(".")[0] in rules.importance]
    importance = {name: _importance(survey_id, name, answers, rules) for name in named}
    total = sum(importance.values())
    if not total:
        raise nothing(survey_id, "csi", f"a score for one of {', '.join(rules.importance)}", answers)
    return tuple(
        Weighed(
            indicator=name,
            score=number(survey_id, name, answers, rules.scale),
            importance=importance[name],
            weight=(importance[name] / total).quantize(MICRO, ROUND_HALF_UP),
        )
        for name in sorted(named)
    )


def index_of(found: Sequence[Weighed]) -> Decimal:
    """The index, 10–100 on a scale of 1–10, with two decimals."""
    total = sum((each.importance for each in found), Decimal(0))
    weighed = sum((each.importance * each.score for each in found), Decimal(0))
    return (10 * weighed / total).quantize(CENT, ROUND_HALF_UP)


def _importance(survey_id: str, name: str, answers: Mapping[str, Decimal | str], rules: IndexRules) -> Decimal:
    branch = name.partition(".")[0]
    for question in (IMPORTANCE + name, IMPORTANCE + branch):
        if question in answers:
            return number(survey_id, question, answers, IMPORTANCE_SCALE)
    return rules.importance.get(name, rules.importance[branch])
