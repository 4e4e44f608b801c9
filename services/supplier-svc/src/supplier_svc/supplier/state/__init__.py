"""The state of a supplier: parts that each evolve by their own events."""

from collections.abc import Callable
from types import ModuleType
from typing import Any, NamedTuple, get_args

from contracts import Event
from supplier_svc.supplier.state import (
    certificates,
    claims,
    corrective_actions,
    facts,
    gradings,
    improvements,
    incentives,
    objections,
    qualification,
    recalls,
    sourcing,
    sub_suppliers,
)
from supplier_svc.supplier.state.certificates import Certificates
from supplier_svc.supplier.state.claims import Claims
from supplier_svc.supplier.state.corrective_actions import Actions
from supplier_svc.supplier.state.facts import Facts
from supplier_svc.supplier.state.gradings import Gradings
from supplier_svc.supplier.state.improvements import Improvements
from supplier_svc.supplier.state.incentives import Incentives
from supplier_svc.supplier.state.objections import Objections
from supplier_svc.supplier.state.qualification import Qualification
from supplier_svc.supplier.state.recalls import Recalls
from supplier_svc.supplier.state.sourcing import Sourcing
from supplier_svc.supplier.state.sub_suppliers import SubSuppliers


class Supplier(NamedTuple):
    facts: Facts = Facts()
    gradings: Gradings = Gradings()
    improvements: Improvements = Improvements()
    qualification: Qualification = Qualification()
    certificates: Certificates = Certificates()
    corrective_actions: Actions = Actions()
    claims: Claims = Claims()
    incentives: Incentives = Incentives()
    objections: Objections = Objections()
    sourcing: Sourcing = Sourcing()
    sub_suppliers: SubSuppliers = SubSuppliers()
    recalls: Recalls = Recalls()


PARTS: dict[str, ModuleType] = {
    "facts": facts,
    "gradings": gradings,
    "improvements": improvements,
    "qualification": qualification,
    "certificates": certificates,
    "corrective_actions": corrective_actions,
    "claims": claims,
    "incentives": incentives,
    "objections": objections,
    "sourcing": sourcing,
    "sub_suppliers": sub_suppliers,
    "recalls": recalls,
}
_PART_OF: dict[type[Any], tuple[str, Callable[[Any, Any], Any]]] = {
    event: (name, part.evolve) for name, part in PARTS.items() for event in get_args(part.Handled)
}


def evolve(supplier: Supplier, event: Event) -> Supplier:
    """An event that no part handles leaves the state as it is: it is published for others."""
    part = _PART_OF.get(type(event))
    if part is None:
        return supplier
    name, evolve_part = part
    return supplier._replace(**{name: evolve_part(getattr(supplier, name), event)})
