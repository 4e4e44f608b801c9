"""A customer answered a survey: the command, and what is recorded of it. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from chassis.differences import difference, fields_of
from chassis.domain import Refusal
from chassis.policies import PolicyBook
from contracts import Event, erp
from contracts.customer import SurveyRecorded
from customer_svc.satisfaction.scoring import recorded


@dataclass(frozen=True, slots=True)
class RecordSurvey:
    """``fact`` is the answer as the ERP sends it."""

    fact: erp.SurveyAnswered


class SurveyDiffers(Refusal):
    """Survey {survey_id} of customer {customer_id} is recorded already; it cannot come again with {difference}.
    Give another answer an id of its own.
    """


CONTENTS = ("answered_on", "kind", "answers", "order_id")


def record(command: RecordSurvey, surveys: Mapping[str, SurveyRecorded], policies: PolicyBook) -> Sequence[Event]:
    """The answer with its score; nothing where it is among the recorded ``surveys`` of the customer.

    Raises a Refusal for an answer that its kind of survey cannot read.
    """
    fact, known = command.fact, surveys.get(command.fact.survey_id)
    if known is None:
        return [recorded(fact, policies)]
    if differs := difference(fields_of(known, CONTENTS), fields_of(fact, CONTENTS)):
        raise SurveyDiffers(survey_id=fact.survey_id, customer_id=fact.customer_id, difference=differs)
    return []
