"""One row per registered supplier: its onboarding file, the steps of its qualification, its contracts."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Select, select

from chassis.read_models import Key, ReadModel
from contracts import Envelope
from contracts.personal import IN_CLEAR
from contracts.supplier import (
    ContractSigned,
    FileReviewed,
    OnboardingFileRevised,
    PartnerRated,
    SupplementsRequested,
    SupplierApproved,
    SupplierEliminated,
    SupplierGateFailed,
    SupplierGatePassed,
    SupplierReentryOpened,
    SupplierRegistered,
    SupplierReinstated,
    SupplierSuspended,
    SupplierTrialStarted,
)

Handled = (
    SupplierRegistered
    | OnboardingFileRevised
    | FileReviewed
    | SupplierGatePassed
    | SupplierGateFailed
    | SupplementsRequested
    | ContractSigned
    | PartnerRated
    | SupplierApproved
    | SupplierTrialStarted
    | SupplierSuspended
    | SupplierReinstated
    | SupplierEliminated
    | SupplierReentryOpened
)


@dataclass(frozen=True)
class QualificationRow:
    """``steps`` are the events of its qualification in order, each with its ``event``; ``contracts`` those that were signed.

    What tells of a person stands in ``file`` as in the log, sealed unless the event is older than sealing.
    """

    supplier_id: str
    file: dict[str, Any]
    steps: list[dict[str, Any]]
    contracts: list[dict[str, Any]]


def keys(event: Handled, _: Envelope) -> Iterable[Key]:
    return [(event.supplier_id,)]


def evolve(key: Key, row: QualificationRow | None, event: Handled, _: Envelope) -> QualificationRow:
    row = row or QualificationRow(key[0], {}, [], [])
    step = event.model_dump(mode="json", exclude={"supplier_id"}, context=IN_CLEAR)
    match event:
        case SupplierRegistered() | OnboardingFileRevised():
            row = replace(row, file=step.pop("file"))
        case ContractSigned():
            return replace(row, contracts=[*row.contracts, step])
        case _:
            pass
    return replace(row, steps=[*row.steps, {"event": type(event).__name__, **step}])


MODEL = ReadModel(
    name="qualification",
    version=4,
    row=QualificationRow,
    key=("supplier_id",),
    keys=keys,
    evolve=evolve,
)
TABLE = MODEL.table


def qualification(supplier_id: str) -> Select[Any]:
    return select(TABLE).where(TABLE.c.supplier_id == supplier_id)
