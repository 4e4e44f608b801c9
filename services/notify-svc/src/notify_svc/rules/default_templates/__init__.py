"""Version 1 of the templates, in English and Chinese. Filters: ``number``, ``next_day_of_month(day)``, ``moment``."""

from notify_svc.rules.default_templates import (
    accounts,
    care,
    collection,
    complaints,
    contracts,
    orders,
    own,
    reaching,
    recalls,
    sourcing,
    submissions,
    supplier_grades,
    supplier_measures,
    supplier_notes,
    supplier_surveys,
    tiers,
)
from notify_svc.rules.templates import NoticeTemplate

DEFAULT_TEMPLATES: dict[str, NoticeTemplate] = {
    **supplier_grades.TEMPLATES,
    **supplier_measures.TEMPLATES,
    **supplier_notes.TEMPLATES,
    **supplier_surveys.TEMPLATES,
    **contracts.TEMPLATES,
    **sourcing.TEMPLATES,
    **submissions.TEMPLATES,
    **tiers.TEMPLATES,
    **complaints.TEMPLATES,
    **care.TEMPLATES,
    **orders.TEMPLATES,
    **collection.TEMPLATES,
    **accounts.TEMPLATES,
    **reaching.TEMPLATES,
    **recalls.TEMPLATES,
    **own.TEMPLATES,
}
