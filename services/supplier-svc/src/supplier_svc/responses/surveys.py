"""Rounds of the survey of heads."""

from datetime import date
from typing import Literal

from contracts.figures import PlainModel
from contracts.supplier import (
    SurveyFunction,
)


class HeadAnswers(PlainModel):
    """How many suppliers a head is asked about in a round, and about how many it answered."""

    respondent: str
    function: SurveyFunction
    asked_count: int
    answered_count: int
    missing_count: int
    is_reminded: bool


class SurveyRound(PlainModel):
    """A round of the survey; ``respondents`` is empty before it opens, and where nobody was asked."""

    round_id: str
    status: Literal["scheduled", "open", "closed"]
    opens_on: date
    due_on: date | None
    closed_on: date | None
    asked_count: int
    answered_count: int
    missing_count: int
    respondents: list[HeadAnswers]


class HeadQuestions(HeadAnswers):
    """``missing_supplier_ids``: the suppliers about which an answer is still missing, by id."""

    missing_supplier_ids: list[str]


class SurveyRoundAnswer(SurveyRound):
    """A round with the suppliers about which each head has not answered."""

    respondents: list[HeadQuestions]  # type: ignore[assignment]
