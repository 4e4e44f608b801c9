"""The state of a supplier: parts that each evolve by their own events."""

from collections.abc import Callable
from types import ModuleType
from typing import Any, NamedTuple, get_args

from contracts import Event
from supplier_svc.supplier.state import (
    certificates,
    claims,
    complaint_answers,
    contracts,
    corrective_actions,
    facts,
    gradings,
    improvements,
    incentives,
    notes,
    objections,
    partner_ratings,
    pending_steps,
    qualification,
    recalls,
    sourcing,
    sub_suppliers,
    submissions,
)
from supplier_svc.supplier.state.certificates import Certificates
from supplier_svc.supplier.state.claims import Claims
from supplier_svc.supplier.state.complaint_answers import ComplaintAnswers
from supplier_svc.supplier.state.contracts import Contracts
from supplier_svc.supplier.state.corrective_actions import Actions
from supplier_svc.supplier.state.facts import Facts
from supplier_svc.supplier.state.gradings import Gradings
from supplier_svc.supplier.state.improvements import Improvements
from supplier_svc.supplier.state.incentives import Incentives
from supplier_svc.supplier.state.notes import Notes
from supplier_svc.supplier.state.objections import Objections
from supplier_svc.supplier.state.partner_ratings import Ratings
from supplier_svc.supplier.state.pending_steps import PendingSteps
from supplier_svc.supplier.state.qualification import Qualification
from supplier_svc.supplier.state.recalls import Recalls
from supplier_svc.supplier.state.sourcing import Sourcing
from supplier_svc.supplier.state.sub_suppliers import SubSuppliers
from supplier_svc.supplier.state.submissions import Submissions


class Supplier(NamedTuple):
    facts: Facts = Facts()
    gradings: Gradings = Gradings()
    improvements: Improvements = Improvements()
    qualification: Qualification = Qualification()
    certificates: Certificates = Certificates()
    contracts: Contracts = Contracts()
    corrective_actions: Actions = Actions()
    claims: Claims = Claims()
    complaint_answers: ComplaintAnswers = ComplaintAnswers()
    incentives: Incentives = Incentives()
    objections: Objections = Objections()
    sourcing: Sourcing = Sourcing()
    notes: Notes = Notes()
    ratings: Ratings = Ratings()
    pending: PendingSteps = PendingSteps()
    submissions: Submissions = Submissions()
    sub_suppliers: SubSuppliers = SubSuppliers()
    recalls: Recalls = Recalls()


PARTS: dict[str, ModuleType] = {
    "facts": facts,
    "gradings": gradings,
    "improvements": improvements,
    "qualification": qualification,
    "certificates": certificates,
    "contracts": contracts,
    "corrective_actions": corrective_actions,
    "claims": claims,
    "complaint_answers": complaint_answers,
    "incentives": incentives,
    "objections": objections,
    "sourcing": sourcing,
    "notes": notes,
    "ratings": partner_ratings,
    "pending": pending_steps,
    "submissions": submissions,
    "sub_suppliers": sub_suppliers,
    "recalls": recalls,
}
_PARTS_OF: dict[type[Any], list[tuple[str, Callable[[Any, Any], Any]]]] = {}
for _name, _part in PARTS.items():
    for _event in get_args(_part.Handled):
        _PARTS_OF.setdefault(_event, []).append((_name, _part.evolve))


def evolve(supplier: Supplier, event: Event) -> Supplier:
    """An event that no part handles leaves the state as it is: it is published for others."""
    for name, evolve_part in _PARTS_OF.get(type(event), ()):
        supplier = supplier._replace(**{name: evolve_part(getattr(supplier, name), event)})
    return supplier
