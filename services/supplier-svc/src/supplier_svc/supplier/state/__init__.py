"""A supplier as its stream tells it: parts that each evolve by their own events."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from types import ModuleType
from typing import Any, get_args

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


@dataclass(frozen=True, slots=True)
class Supplier:
    ledger: Ledger = field(default_factory=Ledger)
    gradings: Gradings = field(default_factory=Gradings)
    improvements: Improvements = field(default_factory=Improvements)
    qualification: Qualification = field(default_factory=Qualification)
    certificates: Certificates = field(default_factory=Certificates)
    actions: Actions = field(default_factory=Actions)
    incentives: Incentives = field(default_factory=Incentives)
    objections: Objections = field(default_factory=Objections)
    sourcing: Sourcing = field(default_factory=Sourcing)


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
    return replace(supplier, **{name: evolve_part(getattr(supplier, name), event)})
