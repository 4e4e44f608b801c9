"""The read models of supplier-svc, one file each."""

from types import ModuleType

from supplier_svc.read_models import (
    certificate,
    certificate_due,
    corrective_action,
    corrective_due,
    defect_month,
    grading_due,
    improvement,
    improvement_call,
    improvement_due,
    item_share,
    lot_month,
    nonconformance,
    objection,
    order_share,
    qualification,
    settlement,
    shadow_grading,
    sources_due,
    supplier,
    supplier_month,
    unapproved_delivery,
)

_FILES: tuple[ModuleType, ...] = (
    supplier,
    supplier_month,
    nonconformance,
    lot_month,
    defect_month,
    qualification,
    certificate,
    improvement,
    corrective_action,
    settlement,
    objection,
    item_share,
    order_share,
    shadow_grading,
    unapproved_delivery,
    grading_due,
    improvement_call,
    improvement_due,
    corrective_due,
    certificate_due,
    sources_due,
)
READ_MODELS = tuple(file.MODEL for file in _FILES)
