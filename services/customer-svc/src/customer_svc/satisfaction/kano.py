"""Kano: which features customers take for granted, pay for, or are delighted by. Pure.

Rule: the published evaluation table; Better = (A+O)/(A+O+M+I),
Worse = −(O+M)/(A+O+M+I). A feature is a pair of answers, ``spare_parts:with`` and ``spare_parts:without``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import get_args

from chassis.domain import Refusal
from contracts.customer import Feature, KanoClass
from customer_svc.satisfaction.answers import nothing

WITH, WITHOUT = ":with", ":without"
ANSWERS = ("like", "expect", "neutral", "tolerate", "dislike")
CLASSES: tuple[KanoClass, ...] = get_args(KanoClass)

_A, _O, _M, _I, _R, _Q = CLASSES
TABLE: dict[str, tuple[KanoClass, ...]] = {
    "like": (_Q, _A, _A, _A, _O),
    "expect": (_R, _I, _I, _I, _M),
    "neutral": (_R, _I, _I, _I, _M),
    "tolerate": (_R, _I, _I, _I, _M),
    "dislike": (_R, _R, _R, _R, _Q),
}
"""The evaluation table: what is felt with the feature → what is felt without it, in the order of ANSWERS."""


class NoKanoAnswer(Refusal):
    """Answer '{question}' of survey {survey_id} must be one of {allowed}; it is {answer}."""

    status = 422


@dataclass(frozen=True)
class Coefficients:
    """``better``: what having the feature adds to satisfaction (0 to 1); ``worse``: what lacking it takes (0 to −1)."""

    better: Decimal
    worse: Decimal


def features(survey_id: str, answers: Mapping[str, Decimal | str]) -> tuple[Feature, ...]:
    """The class of each feature in the answers. Raises a Refusal for half a pair or an unknown feeling."""
    names = sorted(
        {name.removesuffix(WITH).removesuffix(WITHOUT) for name in answers if name.endswith((WITH, WITHOUT))}
    )
    if not names:
        raise nothing(survey_id, "kano", "pairs of answers, with and without a feature", answers)
    return tuple(
        Feature(
            feature=name,
            kano=TABLE[_feeling(survey_id, name + WITH, answers)][
                ANSWERS.index(_feeling(survey_id, name + WITHOUT, answers))
            ],
        )
        for name in names
    )


def coefficients(counts: Mapping[KanoClass, int]) -> Coefficients | None:
    """Better and Worse with two decimals; None where no answer counts."""
    attractive, one_dimensional, must_be, indifferent = (counts.get(each, 0) for each in (_A, _O, _M, _I))
    total = attractive + one_dimensional + must_be + indifferent
    if not total:
        return None
    return Coefficients(
        better=round(Decimal(attractive + one_dimensional) / total, 2),
        worse=round(-Decimal(one_dimensional + must_be) / total, 2),
    )


def _feeling(survey_id: str, question: str, answers: Mapping[str, Decimal | str]) -> str:
    answer = str(answers.get(question, "missing"))
    if answer not in ANSWERS:
        raise NoKanoAnswer(survey_id=survey_id, question=question, allowed=", ".join(ANSWERS), answer=answer)
    return answer
