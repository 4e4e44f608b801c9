"""The to-do list of the survey's rounds: the next step of each, and the days on which a first round may have to be scheduled."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from chassis.calendar import add_days, add_months
from chassis.read_models import Key
from chassis.timers import DueCommand, TimerContext, TodoList
from contracts import Envelope
from contracts.supplier import (
    GradingScheduled,
    SupplierGraded,
    SupplierSurveyClosed,
    SupplierSurveyScheduled,
    SurveyStep,
)
from supplier_svc.policies.surveys import SupplierSurvey
from supplier_svc.read_models import lot_month, survey_answer
from supplier_svc.survey.rounds import AskHeads, CloseRound, Command, RemindHeads, ScheduleRound

# The steps of the rounds.

Handled = SupplierSurveyScheduled | SupplierSurveyClosed


@dataclass(frozen=True)
class Row:
    round_id: str
    step: SurveyStep
    due_on: date


def keys(event: Handled, _: Envelope) -> Iterable[Key]:
    return [(event.round_id,)]


def evolve(key: Key, _: Row | None, event: Handled, __: Envelope) -> Row | None:
    match event:
        case SupplierSurveyScheduled():
            return Row(key[0], event.step, event.due_on)
        case SupplierSurveyClosed():
            return None


async def perform(rows: Sequence[Row], context: TimerContext) -> Sequence[DueCommand]:
    return [DueCommand.by(row, command) for row in rows for command in await _commands(row, context)]


async def _commands(row: Row, context: TimerContext) -> Sequence[Command]:
    """An opened round schedules the next one, so that the rounds go on in months without a grading too."""
    if row.step == "opening":
        suppliers = await context.rows(lot_month.delivering(*_delivered(row.due_on, context)))
        supplier_ids = tuple(sorted(each["supplier_id"] for each in suppliers))
        ask = AskHeads(row.round_id, row.due_on, supplier_ids, context.today)
        return [ask, *_next_round(add_days(row.due_on, 1), context)]
    counts = await context.rows(survey_answer.counts([row.round_id]))
    answered = {each["respondent"]: each["answered"] for each in counts}
    return [RemindHeads(row.round_id, answered) if row.step == "reminder" else CloseRound(row.round_id, answered)]


def _delivered(opens_on: date, context: TimerContext) -> tuple[str, str, int]:
    """The first and the last month of the deliveries that count, and the fewest lots. Deliveries are counted by calendar months."""
    policy = context.policies.at(SupplierSurvey, opens_on).document
    return f"{add_months(opens_on, -policy.delivered_months):%Y-%m}", f"{opens_on:%Y-%m}", policy.min_lots


def _next_round(since: date, context: TimerContext) -> Sequence[ScheduleRound]:
    """After a pause of the service no round is scheduled that could not be answered in time any more."""
    opens_on = context.policies.at(SupplierSurvey, since).document.opening(max(since, context.today))
    return [] if opens_on is None else [ScheduleRound(opens_on)]


TODO = TodoList(
    name="survey_round_due", version=1, row=Row, key=("round_id",), keys=keys, evolve=evolve, perform=perform
)

# The first round: there is nobody to be asked about before there is somebody to be graded.

GradingHandled = GradingScheduled | SupplierGraded


@dataclass(frozen=True)
class FirstRow:
    """One a period and partition, due with its gradings."""

    period: str
    due_on: date


def first_keys(event: GradingHandled, _: Envelope) -> Iterable[Key]:
    return [(event.period,)]


def first_evolve(key: Key, row: FirstRow | None, event: GradingHandled, _: Envelope) -> FirstRow | None:
    match event:
        case GradingScheduled():
            return row or FirstRow(key[0], event.due_on)
        case SupplierGraded():
            return None


async def schedule(rows: Sequence[FirstRow], context: TimerContext) -> Sequence[DueCommand]:
    """The round that opens next from today on: a grading of a month long past opens none of its time."""
    return [DueCommand.by(row, command) for row in rows[:1] for command in _next_round(context.today, context)]


FIRST_TODO = TodoList(
    name="survey_first_due",
    version=1,
    row=FirstRow,
    key=("period",),
    keys=first_keys,
    evolve=first_evolve,
    perform=schedule,
)
