"""Answers to claims, and clearings of notes, as HTTP bodies."""

from chassis.http import Body, JsonBody
from contracts.erp import SupplierNoteCleared
from contracts.fields import Day, Id, Text
from supplier_svc.requests.fields import Because

NoteClearing = JsonBody[SupplierNoteCleared]


class AcceptanceBody(Body):
    accepted_on: Day


class ContestBody(Body):
    """The supplier's objection to the nonconformance that is claimed for."""

    objection_id: Id
    reason: Because
    evidence: tuple[Text, ...] = ()
    raised_on: Day
