"""Samples of the events of the survey of heads."""

from datetime import date

from contracts import Event
from contracts.supplier import SupplierSurveyAsked, SupplierSurveyClosed, SupplierSurveyReminded

ROUND, ANSWER_BY = "2024-06-01", date(2024, 6, 21)

SAMPLES: tuple[Event, ...] = (
    SupplierSurveyAsked(
        round_id=ROUND, respondent="li.na", function="supply", supplier_ids=("S-1", "S-2"), supplier_count=2,
        asked_on=date(2024, 6, 1), due_on=ANSWER_BY, policy_version=1,
    ),
    SupplierSurveyReminded(round_id=ROUND, respondent="li.na", missing=1, due_on=ANSWER_BY),
    SupplierSurveyClosed(round_id=ROUND, asked_count=4, answered=3, closed_on=date(2024, 6, 22)),
)  # fmt: skip
