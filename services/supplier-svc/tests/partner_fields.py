"""The fields that a supplier may be shown, by name, and all fields of the answers that are open to it."""

from collections.abc import Iterator
from typing import Any

from fastapi.routing import APIRoute
from pydantic import TypeAdapter

from chassis.http.identity.rights import right_of
from supplier_svc.policies.partner_access import LEFT_OUT, NEVER, READS, ROLES
from supplier_svc.read_models.supplier_history import HANDLES
from supplier_svc.service import SERVICE

VISIBLE = frozenset("""
    a_running acceptable accepted_on action_id after amount annual annual_grade annual_period annual_score answer_by answer_due_on
    approved_on as_known_at as_of at_least at_most back balance_amount basis because because_settled before called_on case_id cause
    cause_origin ceiling ceiling_because certificate certificate_id certifications changed_on charged_on claim_id clauses cleared_on
    closed_on code complaint_id complaint_ids consequence contact_id contacts content contract_id contracts contracts_missing
    contracts_to_end contribution cooperation copies counts_from counts_on cpk credit_amount credit_limit credit_open_amount criteria
    criterion currency customers data days_late days_late_before days_left debit_amount debit_open_amount decided_on
    deciding_period deciding_records declared_on delivery_id delivery_ids despite direction done done_on due_again_on due_on
    effect_status eliminated_on email ended_because ended_on ends_on escalated_on escalation_level event_id evidence excess
    excess_amount expired_on factors failed_on falls_running file findings first_fact_on first_grade for_role form found_on gains gate
    gates grade graded_on grading granted_on handed_on happened_on holder how incentive_id information_exchanged inspected_on
    inspection_count inspection_id is_closed is_enough is_preferred is_withdrawn issued_on item_id item_ids items joined_on key kind
    kind_before last last_fact_on latest_grade latest_period latest_score level line_stop_minutes lines lot_id lot_ids lot_quantity
    lots lots_at_least lots_late lots_received lots_rejected made_on max may_supply measured media_type min_lots min_measured missing
    missing_kinds moved_grade movement name near_lots needed next next_due_on next_gate next_grade next_level_on next_step
    nonconformance_count nonconformance_id not_shipped note note_count note_id number number_given_up objection_id occurred_at
    of_event on_missing open open_amount opened_on operational ordered_quantity outcome overdue_on parameters passed_on penalty_id
    percent period periods_needed phone plant_id plant_ids points points_at_most points_before policy_version position possible
    previous previous_standing process processes product profile progress progressed_on promised_on quantity raised_on rated_on rating
    rating_due_on reached reason recall_id received received_on record_id record_kind record_on recorded_at recorded_on reentry_from
    reference refuted_on registered_address registered_capital registered_on registration_numbers reinstated_on relief remarks remedy
    remind_first_on remind_last_on remind_on reminded_on removed_on requested_on responsibility restated_because restatement_count
    restrictions result returned_on reversed_by reverses reviewed_on revised_on revision reward_id role running scheme scope score
    score_at_least scores sealed sentence sentences settled_amount settled_by settled_on settlement_id severity sha256
    share_max_percent share_percent shipped signed_on since sold sold_recall_id stage standing started_on starts_on statement
    status status_before step steps sub_lot_id sub_lots sub_supplier sub_supplier_id subject submission_id suggested summary
    supplier_id survey suspended_on terminated_on thresholds track type uncovered unit unit_price url valid_from valid_to value wanted
    widened_because widened_on withdrawn_on
""".split())  # noqa: SIM905 - as text, three hundred names are read and compared more easily  # fmt: skip
"""Figures, days, ids and words about the supplier itself; persons among them are its own contacts."""
OF_ROWS = frozenset({"event"})
"""What rows say in plain JSON beside the fields of events."""
CLASSIFIED = VISIBLE | OF_ROWS | NEVER | frozenset(ROLES)


def opened_to_partners() -> dict[str, list[APIRoute]]:
    """Right → the routes that name the supplier they are about."""
    found: dict[str, list[APIRoute]] = {}
    for route in (route for router in SERVICE.routes for route in router.routes):
        if isinstance(route, APIRoute) and (needed := right_of(route)) is not None and needed.partner is not None:
            found.setdefault(needed.right, []).append(route)
    return found


def fields_of_answers() -> dict[str, set[str]]:
    """Field → where it stands: the paths that a supplier may read, and the events of its history, of which plain JSON in rows is made."""
    found: dict[str, set[str]] = {}
    routes = opened_to_partners()
    for route in (route for right in READS for route in routes.get(right, ())):
        if route.response_model is not None:
            for field in _fields(TypeAdapter(route.response_model).json_schema(mode="serialization")):
                found.setdefault(field, set()).add(route.path)
    for event in HANDLES:
        if event.TYPE not in LEFT_OUT:
            for field in _fields(event.model_json_schema(mode="serialization")):
                found.setdefault(field, set()).add(event.TYPE)
    return found


def names_in(answer: Any) -> set[str]:
    """Every name in an answer, those in plain JSON too; not those of a sentence's parameters, whose values stand in the sentence."""
    if isinstance(answer, list):
        return {name for each in answer for name in names_in(each)}
    if not isinstance(answer, dict):
        return set()
    inside = names_in([_plain(name, value) for name, value in answer.items() if name != "parameters"])
    return {*answer, *inside}


def _plain(name: str, value: Any) -> Any:
    """``sentences`` is by the place of each sentence, as next_grade.summary: no field."""
    return [*value.values()] if name == "sentences" and isinstance(value, dict) else value


def _fields(schema: Any) -> Iterator[str]:
    """Every field that a JSON schema names, in whatever depth."""
    if isinstance(schema, dict):
        properties = schema.get("properties")
        yield from properties if isinstance(properties, dict) else ()
        for each in schema.values():
            yield from _fields(each)
    elif isinstance(schema, list):
        for each in schema:
            yield from _fields(each)
