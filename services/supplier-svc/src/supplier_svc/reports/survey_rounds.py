"""Rounds of the survey with their answers counted by head."""

from collections.abc import Mapping, Sequence
from typing import Any

from chassis.http import Queries
from supplier_svc.read_models import survey_answer
from supplier_svc.responses.surveys import HeadAnswers, HeadQuestions, SurveyRound, SurveyRoundAnswer


async def counted(rows: Sequence[Mapping[str, Any]], queries: Queries) -> list[SurveyRound]:
    """Rows of rounds, each with what was answered by now."""
    counts = await queries.rows(survey_answer.counts([row["round_id"] for row in rows]))
    answered = {(each["round_id"], each["respondent"]): each["answered"] for each in counts}
    return [_round(row, [_head(head, answered.get((row["round_id"], head["respondent"]), 0)) for head in row["heads"]])
            for row in rows]  # fmt: skip


async def with_missing(row: Mapping[str, Any], queries: Queries) -> SurveyRoundAnswer:
    """One round, with the suppliers about which each head has not answered."""
    given: dict[str, set[str]] = {}
    for answer in await queries.rows(survey_answer.answers(round_id=row["round_id"])):
        given.setdefault(answer["respondent"], set()).add(answer["supplier_id"])
    heads = [_questions(head, given.get(head["respondent"], set())) for head in row["heads"]]
    return SurveyRoundAnswer(**{**dict(_round(row, heads)), "respondents": heads})


def _round(row: Mapping[str, Any], heads: Sequence[HeadAnswers]) -> SurveyRound:
    return SurveyRound(
        round_id=row["round_id"],
        status=row["status"],
        opens_on=row["opens_on"],
        due_on=row["due_on"],
        closed_on=row["closed_on"],
        asked_count=sum(head.asked_count for head in heads),
        answered_count=sum(head.answered_count for head in heads),
        missing_count=sum(head.missing_count for head in heads),
        respondents=[HeadAnswers(**{name: getattr(head, name) for name in HeadAnswers.model_fields}) for head in heads],
    )


def _head(head: Mapping[str, Any], answered: int) -> HeadAnswers:
    asked_count = len(head["supplier_ids"])
    return HeadAnswers(
        respondent=head["respondent"],
        function=head["function"],
        asked_count=asked_count,
        answered_count=answered,
        missing_count=asked_count - answered,
        is_reminded=head["is_reminded"],
    )


def _questions(head: Mapping[str, Any], given: set[str]) -> HeadQuestions:
    missing = [each for each in head["supplier_ids"] if each not in given]
    return HeadQuestions(**dict(_head(head, len(given))), missing_supplier_ids=missing)
