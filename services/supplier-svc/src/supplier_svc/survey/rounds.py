"""Commands of a round: scheduled, opened by asking the heads, reminded of, closed. Each happens once; a repeat changes nothing."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import assert_never

from chassis.calendar import add_days
from chassis.policies import PolicyBook
from contracts import Event
from contracts.supplier import (
    SupplierSurveyAsked,
    SupplierSurveyClosed,
    SupplierSurveyReminded,
    SupplierSurveyScheduled,
)
from supplier_svc.policies.surveys import SupplierSurvey
from supplier_svc.survey.state import Round

SUPPLIERS_MAX = 500
"""In one event: a message has to stay below the broker's limit."""


@dataclass(frozen=True, slots=True)
class ScheduleRound:
    """Let a round open on a day, which is its name too."""

    opens_on: date

    @property
    def round_id(self) -> str:
        return f"{self.opens_on}"


@dataclass(frozen=True, slots=True)
class AskHeads:
    """Open the round: ask each head of the policy about these suppliers, in their order. ``today`` is later where the service was down."""

    round_id: str
    opens_on: date
    supplier_ids: tuple[str, ...]
    today: date


@dataclass(frozen=True, slots=True)
class RemindHeads:
    """Remind whoever has not answered about all suppliers; ``answered`` counts the answers by respondent."""

    round_id: str
    answered: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class CloseRound:
    round_id: str
    answered: Mapping[str, int]


Command = ScheduleRound | AskHeads | RemindHeads | CloseRound


def decide(command: Command, known: Round, policies: PolicyBook) -> Sequence[Event]:
    match command:
        case ScheduleRound(opens_on):
            scheduled = SupplierSurveyScheduled(round_id=command.round_id, step="opening", due_on=opens_on)
            return [] if known.exists else [scheduled]
        case AskHeads():
            return [*_open(command, policies)] if known.step == "opening" else []
        case RemindHeads():
            return [*_remind(command, known)] if known.step == "reminder" else []
        case CloseRound():
            return [_closed(command, known)] if known.step == "closing" else []
    assert_never(command)


def _open(command: AskHeads, policies: PolicyBook) -> Iterator[Event]:
    policy = policies.at(SupplierSurvey, command.opens_on)
    due_on = policy.document.due_on(command.opens_on)
    is_called_off = policy.document.opening(command.opens_on) != command.opens_on or command.today > due_on
    heads = () if is_called_off or not command.supplier_ids else policy.document.heads
    if not heads:
        yield SupplierSurveyClosed(round_id=command.round_id, asked_count=0, answered=0, closed_on=command.opens_on)
        return
    for head in heads:
        for start in range(0, len(command.supplier_ids), SUPPLIERS_MAX):
            yield SupplierSurveyAsked(
                round_id=command.round_id,
                respondent=head.person_id,
                function=head.function,
                supplier_ids=command.supplier_ids[start : start + SUPPLIERS_MAX],
                supplier_count=len(command.supplier_ids),
                asked_on=command.opens_on,
                due_on=due_on,
                policy_version=policy.version,
            )
    remind_on = add_days(due_on, -policy.document.remind_days_before)
    yield SupplierSurveyScheduled(round_id=command.round_id, step="reminder", due_on=remind_on)


def _remind(command: RemindHeads, known: Round) -> Iterator[Event]:
    for respondent, question in sorted(known.questions.items()):
        missing = len(question.supplier_ids) - command.answered.get(respondent, 0)
        if missing > 0:
            yield SupplierSurveyReminded(
                round_id=command.round_id, respondent=respondent, missing=missing, due_on=question.due_on
            )
    last = max(question.due_on for question in known.questions.values())
    yield SupplierSurveyScheduled(round_id=command.round_id, step="closing", due_on=add_days(last, 1))


def _closed(command: CloseRound, known: Round) -> SupplierSurveyClosed:
    assert known.due_on is not None, "a step that is due has a day"
    return SupplierSurveyClosed(
        round_id=command.round_id,
        asked_count=sum(len(question.supplier_ids) for question in known.questions.values()),
        answered=sum(command.answered.get(respondent, 0) for respondent in known.questions),
        closed_on=known.due_on,
    )
