"""What is known of a round."""

from dataclasses import dataclass, field, replace
from datetime import date

from immutables import Map

from contracts import Event
from contracts.supplier import (
    SupplierSurveyAsked,
    SupplierSurveyClosed,
    SupplierSurveyScheduled,
    SurveyFunction,
    SurveyStep,
)


@dataclass(frozen=True, slots=True)
class Question:
    """What one head is asked: about these suppliers, in what capacity, until when."""

    function: SurveyFunction
    supplier_ids: frozenset[str]
    due_on: date


@dataclass(frozen=True, slots=True)
class Round:
    """``step`` is the next one, due on ``due_on``; None before a round was scheduled and after it closed."""

    step: SurveyStep | None = None
    due_on: date | None = None
    questions: Map[str, Question] = field(default_factory=Map)
    closed_on: date | None = None

    @property
    def exists(self) -> bool:
        return self.due_on is not None


def evolve(known: Round, event: Event) -> Round:
    match event:
        case SupplierSurveyScheduled():
            return replace(known, step=event.step, due_on=event.due_on)
        case SupplierSurveyAsked():
            before = known.questions.get(event.respondent)
            supplier_ids = frozenset(event.supplier_ids) | (before.supplier_ids if before else frozenset())
            question = Question(event.function, supplier_ids, event.due_on)
            return replace(known, questions=known.questions.set(event.respondent, question))
        case SupplierSurveyClosed():
            return replace(known, step=None, closed_on=event.closed_on)
    return known
