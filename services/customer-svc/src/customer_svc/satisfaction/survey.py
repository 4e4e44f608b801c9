"""A customer answered a survey: the command, and what is recorded of it. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from chassis.policies import PolicyBook
from contracts import Event, erp
from customer_svc.satisfaction.scoring import recorded


@dataclass(frozen=True, slots=True)
class RecordSurvey:
    """``fact`` is the answer as the ERP sends it."""

    fact: erp.SurveyAnswered


def record(command: RecordSurvey, known: Mapping[str, date], policies: PolicyBook) -> Sequence[Event]:
    """The answer with its score; nothing where the survey is among the ``known`` ones of the customer.

    Raises a Refusal for an answer that its kind of survey cannot read.
    """
    return [] if command.fact.survey_id in known else [recorded(command.fact, policies)]
