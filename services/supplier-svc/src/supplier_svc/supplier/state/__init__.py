"""A supplier as its stream tells it: parts that each evolve by their own events."""

from collections.abc import Callable
from types import ModuleType
from typing import Any, NamedTuple, get_args

from contracts import Event
from supplier_svc.supplier.state import (
    certificates,
    corrective,
    gradings,
    improvement,
    incentives,
    ledger,
    objections,
    qualification,
    sourcing,
)
from supplier_svc.supplier.state.certificates import Certificates
from supplier_svc.supplier.state.corrective import Actions
from supplier_svc.supplier.state.gradings import Gradings
from supplier_svc.supplier.state.improvement import Improvements
from supplier_svc.supplier.state.incentives import Incentives
from supplier_svc.supplier.state.ledger import Ledger
from supplier_svc.supplier.state.objections import Objections
from supplier_svc.supplier.state.qualification import Qualification
from supplier_svc.supplier.state.sourcing import Sourcing


class Supplier(NamedTuple):
    """Each part is told of by its own events."""

    ledger: Ledger = Ledger()
    gradings: Gradings = Gradings()
    improvements: Improvements = Improvements()
    qualification: Qualification = Qualification()
    certificates: Certificates = Certificates()
    actions: Actions = Actions()
    incentives: Incentives = Incentives()
    objections: Objections = Objections()
    sourcing: Sourcing = Sourcing()


PARTS: dict[str, ModuleType] = {
    "ledger": ledger,
    "gradings": gradings,
    "improvements": improvement,
    "qualification": qualification,
    "certificates": certificates,
    "actions": corrective,
    "incentives": incentives,
    "objections": objections,
    "sourcing": sourcing,
}
_PART_OF: dict[type[Any], tuple[str, Callable[[Any, Any], Any]]] = {
    event: (name, part.evolve) for name, part in PARTS.items() for event in get_args(part.Told)
}


def evolve(supplier: Supplier, event: Event) -> Supplier:
    """An event that no part knows changes nothing: it was told for others."""
    part = _PART_OF.get(type(event))
    if part is None:
        return supplier
    name, evolve_part = part
    return supplier._replace(**{name: evolve_part(getattr(supplier, name), event)})
