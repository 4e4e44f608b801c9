"""What is owed."""

from datetime import date
from typing import Any

from supplier_svc.responses.answer import Answer


class DueActions(Answer):
    """What suppliers owe by a day. ``contracts_missing``: the suppliers that lack kinds of contract today, with these kinds."""

    until: date
    improvements: list[dict[str, Any]]
    corrective_actions: list[dict[str, Any]]
    certificates: list[dict[str, Any]]
    contracts: list[dict[str, Any]]
    contracts_missing: list[dict[str, Any]]
    objections: list[dict[str, Any]]
    partner_ratings: list[dict[str, Any]]
    contracts_to_end: list[dict[str, Any]]
    complaint_answers: list[dict[str, Any]]
    claims_to_price: list[dict[str, Any]]
