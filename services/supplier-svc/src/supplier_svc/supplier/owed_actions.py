"""Corrective actions that records and grades lead to, and that end where these change."""

from datetime import date

from chassis.domain import Decision
from contracts.supplier import Track
from supplier_svc.policies.corrective_actions import CorrectiveActions
from supplier_svc.scoring.period import Period
from supplier_svc.scoring.tally import Nonconformance
from supplier_svc.sentences import BY_SEVERITY, Sentences
from supplier_svc.supplier import claims, complaints, corrective_actions
from supplier_svc.supplier.state import Supplier


def after_record(decision: Decision[Supplier], nonconformance_id: str, on: date | None = None) -> None:
    """What a new or changed responsibility for a record leads to: an action opened, joined or withdrawn, a claim.

    ``on``: the day on which it was decided, where it is known.
    """
    record = decision.state.facts.nonconformance(nonconformance_id)
    assert record is not None
    policy = decision.policy(CorrectiveActions, record.found_on).document
    by_complaint = complaints.is_complaint(record) and policy.opens_on_complaints
    if record.responsibility == "supplier" and (by_complaint or record.severity in policy.opens_on_severities):
        _owe(decision, nonconformance_id, record, by_complaint)
    else:
        _withdraw_what_is_not_owed(decision, nonconformance_id, record)
    claims.after_record(decision, nonconformance_id, record, on)


def _owe(decision: Decision[Supplier], record_id: str, record: Nonconformance, by_complaint: bool) -> None:
    """An action for the record: the one that is there, for a complaint one that is open on the same defect of the lot, or a new one."""
    action_id = f"CA-{record_id}"
    if action_id in decision.state.corrective_actions.by_id or complaints.about(decision.state, record_id, record):
        return
    if by_complaint and (known := complaints.open_for(decision.state, record)) is not None:
        complaints.join(decision, known, record_id, record.found_on)
        return
    summary = BY_SEVERITY[record.severity](nonconformance_id=record_id)
    if by_complaint:
        summary = Sentences.COMPLAINT_TRACED(complaint_id=record_id, lot_id=record.lot_id, code=record.code)
    of = complaints.named_by(decision.state, record_id)
    corrective_actions.open_action(decision, action_id, "nonconformance", record_id, record.found_on, summary, of)


def _withdraw_what_is_not_owed(decision: Decision[Supplier], record_id: str, record: Nonconformance) -> None:
    """The actions of the record, unless the supplier answers for another one that they are about."""
    for action_id in complaints.about(decision.state, record_id, record):
        if not complaints.is_owed(decision.state, action_id, corrective_actions.action_of(decision, action_id)):
            because = Sentences.NOT_THE_SUPPLIERS(nonconformance_id=record_id)
            corrective_actions.close_action(decision, action_id, "withdrawn", record.found_on, because)


def after_grading(decision: Decision[Supplier], period: Period, track: Track, on: date) -> None:
    """A poor grade opens an action on the day of the grading; one that was restated to a better grade withdraws it."""
    grade, action_id = decision.state.gradings.of(track).grade_in_force(period), f"CA-{decision.id}-{period}"
    policy = decision.policy(CorrectiveActions, period.ends_on).document
    if grade in policy.opens_on_grades:
        if action_id not in decision.state.corrective_actions.by_id:
            summary = Sentences.GRADED_AS(period=period, grade=grade)
            corrective_actions.open_action(decision, action_id, "grade", str(period), on, summary)
    elif decision.state.corrective_actions.by_id.get(action_id) is not None:
        because = Sentences.RESTATED_TO(period=period, grade=grade)
        corrective_actions.close_action(decision, action_id, "withdrawn", on, because)
