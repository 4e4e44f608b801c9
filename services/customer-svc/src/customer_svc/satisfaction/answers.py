"""Numbers out of what customers answered."""

from collections.abc import Mapping
from decimal import Decimal

from chassis.domain import Refusal
from contracts.digits import figure_of
from customer_svc.policies.satisfaction import Scale


class AnswerOffScale(Refusal):
    """Answer '{question}' of survey {survey_id} must be a number from {worst} to {best}; it is {answer}."""

    status = 422


class NothingAnswered(Refusal):
    """Survey {survey_id} is a {kind}, which needs {needed}; it answers {answered}."""

    status = 422


def number(survey_id: str, question: str, answers: Mapping[str, Decimal | str], scale: Scale) -> Decimal:
    """The answer to a question as a number on a scale. Raises AnswerOffScale."""
    answer = answers.get(question)
    try:
        found = figure_of(answer)
    except ValueError:
        found = None
    if found is None or not scale.holds(found):
        shown = "missing" if answer is None else answer
        raise AnswerOffScale(survey_id=survey_id, question=question, worst=scale.worst, best=scale.best, answer=shown)
    return found


def nothing(survey_id: str, kind: str, needed: str, answers: Mapping[str, Decimal | str]) -> NothingAnswered:
    return NothingAnswered(
        survey_id=survey_id, kind=kind, needed=needed, answered=", ".join(sorted(answers)) or "nothing"
    )
