"""The lists of a complaint's row that tell of its cause: corrective actions, reports, handovers. Pure."""

from collections.abc import Sequence
from typing import Any

from contracts.customer import ComplaintActionFollowed, ComplaintCauseReported, ComplaintTraceWithdrawn

Entry = dict[str, Any]
WITHDRAWN = ("withdrawn_on", "withdrawn_because")
STATUS = {"closure": "done", "withdrawn": "withdrawn"}


def followed(actions: Sequence[Entry], event: ComplaintActionFollowed) -> list[Entry]:
    """With the action, or with more of it: ``{supplier_id, action_id, status, done: [{step, done_on}], next_step, next_due_on}``."""
    new: Entry = {"supplier_id": event.supplier_id, "action_id": event.action_id, "status": "open", "done": []}
    at = next((n for n, each in enumerate(actions) if _is(each, event)), None)
    action = new if at is None else {**_unmarked(actions[at]), "status": "open"}
    done = [{"step": each.step, "done_on": each.done_on.isoformat()} for each in event.done]
    due_on = event.next_due_on.isoformat() if event.next_due_on else None
    action = {**action, "done": [*action["done"], *done], "next_step": event.next_step, "next_due_on": due_on}
    return [*actions, action] if at is None else [*actions[:at], action, *actions[at + 1 :]]


def answering(traces: Sequence[Entry], event: ComplaintActionFollowed) -> list[Entry]:
    """With the supplier as one that answers for its lots, also after it was withdrawn."""
    return [_unmarked(each) if each["supplier_id"] == event.supplier_id else each for each in traces]


def ended(actions: Sequence[Entry], event: ComplaintCauseReported) -> list[Entry]:
    """With the action closed or withdrawn, where the report says so."""
    if event.step not in STATUS:
        return [*actions]
    over = {"status": STATUS[event.step], "next_step": None, "next_due_on": None}
    return [{**each, **over} if _is(each, event) else each for each in actions]


def answered(handovers: Sequence[Entry], event: ComplaintCauseReported) -> list[Entry]:
    """With the supplier's own answer, where the report is one."""
    if event.step != "handover":
        return [*handovers]
    on = {"answered_on": event.reported_on.isoformat()}
    return [{**each, **on} if each["supplier_id"] == event.supplier_id else each for each in handovers]


def without(entries: Sequence[Entry], event: ComplaintTraceWithdrawn) -> list[Entry]:
    """With those of the supplier marked as withdrawn; what is done or answered stays so."""
    over = {"withdrawn_on": event.withdrawn_on.isoformat(), "withdrawn_because": event.because}
    return [_withdrawn(each, over) if each["supplier_id"] == event.supplier_id else each for each in entries]


def report(event: ComplaintCauseReported) -> Entry:
    return event.model_dump(
        mode="json", include={"supplier_id", "action_id", "step", "text", "due_on", "is_final", "reported_on"}
    )


def _unmarked(entry: Entry) -> Entry:
    return {name: value for name, value in entry.items() if name not in WITHDRAWN}


def _withdrawn(entry: Entry, over: Entry) -> Entry:
    if entry.get("status") in STATUS.values() or entry.get("answered_on"):
        return entry
    if "status" not in entry:
        return {**entry, **over}
    return {**entry, **over, "status": "withdrawn", "next_step": None, "next_due_on": None}


def _is(entry: Entry, event: ComplaintActionFollowed | ComplaintCauseReported) -> bool:
    return bool((entry["supplier_id"], entry["action_id"]) == (event.supplier_id, event.action_id))
