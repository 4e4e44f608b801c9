"""Answers of heads who are asked about the supplier in a round of the survey; they count like every survey of it."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from chassis.calendar import add_days
from chassis.domain import Decision, Refusal
from contracts.supplier import SupplierSurveyed, SurveyTopic
from supplier_svc.sentences import Sentences
from supplier_svc.supplier import restatements
from supplier_svc.supplier.state import Supplier
from supplier_svc.survey.state import Round

ANSWERS = uuid.UUID("7f5d3b1e-0c46-5a0e-8a7b-2f9d1c64e0a3")
"""The namespace of the answers' ids; never changes, because an answer is recognised by its id."""


@dataclass(frozen=True, slots=True)
class AnswerSurvey:
    """``survey_round`` is the round of that id as it was when the answer came."""

    supplier_id: str
    round_id: str
    respondent: str
    scores: Mapping[SurveyTopic, Decimal]
    answered_on: date
    survey_round: Round


Command = AnswerSurvey


class NotInRound(Refusal):
    """{person} was not asked in round {round_id}."""

    status = 403


class NotAboutSupplier(Refusal):
    """{person} was not asked about {supplier_id} in round {round_id}."""

    status = 403


class AnsweredAlready(Refusal):
    """You answered about {supplier_id} in this round already."""


class RoundClosed(Refusal):
    """Round {round_id} closed on {day}."""


def decide(command: AnswerSurvey, decision: Decision[Supplier]) -> None:
    question = command.survey_round.questions.get(command.respondent)
    if question is None:
        raise NotInRound(person=command.respondent, round_id=command.round_id)
    if command.supplier_id not in question.supplier_ids:
        raise NotAboutSupplier(person=command.respondent, supplier_id=command.supplier_id, round_id=command.round_id)
    by_head = (command.round_id, command.respondent)
    if any((each.round_id, each.respondent) == by_head for each in decision.state.facts.surveys.values()):
        raise AnsweredAlready(supplier_id=command.supplier_id)
    if command.survey_round.closed_on is not None or command.answered_on > question.due_on:
        closed_on = command.survey_round.closed_on or add_days(question.due_on, 1)
        raise RoundClosed(round_id=command.round_id, day=closed_on)
    survey_id = str(uuid.uuid5(ANSWERS, "\n".join((*by_head, command.supplier_id))))
    decision.emit(
        SupplierSurveyed(
            supplier_id=command.supplier_id,
            survey_id=survey_id,
            answered_on=command.answered_on,
            respondent=command.respondent,
            scores=dict(command.scores),
            round_id=command.round_id,
            function=question.function,
        )
    )
    because = Sentences.SURVEY_KNOWN_LATE(survey_id=survey_id, day=command.answered_on)
    restatements.follow(decision, command.answered_on, because)
