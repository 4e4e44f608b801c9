"""What supplier-svc says of complaints that were traced to lots → commands of these complaints. Nothing else of its topic is of interest.

supplier-svc listens to ComplaintTraced and ComplaintHandedToSupplier alone, and none of these commands becomes one of them: what goes
out comes back once, and no further.
"""

from collections.abc import Mapping

from chassis.reactions import React
from contracts import Event, supplier
from contracts.supplier import DisciplineDone
from customer_svc.complaints.causes import EndAction, FollowAction, TakeAnswer, WithdrawTrace


def follow_opened(event: supplier.CorrectiveActionOpened, *_: object) -> list[FollowAction]:
    first = event.steps[0] if event.steps else None
    due = (first.step, first.due_on) if first else (None, None)
    return [FollowAction(each, event.supplier_id, event.action_id, (), *due) for each in event.complaint_ids]


def follow_joined(event: supplier.ComplaintJoinedAction, *_: object) -> FollowAction:
    due = (event.next_step, event.next_due_on)
    return FollowAction(event.complaint_id, event.supplier_id, event.action_id, event.done, *due)


def follow_step(event: supplier.CorrectiveActionStepDone, *_: object) -> list[FollowAction]:
    done = (DisciplineDone(step=event.step, done_on=event.done_on, statement=event.statement),)
    due = (event.next_step, event.next_due_on)
    return [FollowAction(each, event.supplier_id, event.action_id, done, *due) for each in event.complaint_ids]


def end_action(event: supplier.CorrectiveActionClosed, *_: object) -> list[EndAction]:
    how = (event.outcome, event.because, event.closed_on)
    return [EndAction(each, event.supplier_id, event.action_id, *how) for each in event.complaint_ids]


def withdraw_trace(event: supplier.ComplaintTraceRefuted, *_: object) -> WithdrawTrace:
    return WithdrawTrace(event.complaint_id, event.supplier_id, event.because, event.refuted_on)


def take_answer(event: supplier.ComplaintAnswered, *_: object) -> TakeAnswer:
    return TakeAnswer(event.complaint_id, event.supplier_id, event.statement, event.done_on)


REACTIONS: Mapping[type[Event], React] = {
    supplier.CorrectiveActionOpened: follow_opened,
    supplier.ComplaintJoinedAction: follow_joined,
    supplier.CorrectiveActionStepDone: follow_step,
    supplier.CorrectiveActionClosed: end_action,
    supplier.ComplaintTraceRefuted: withdraw_trace,
    supplier.ComplaintAnswered: take_answer,
}
