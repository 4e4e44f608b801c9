"""Rows of the ledger of partners as they go out: the fields of the rule in its order, and which of them are out of date."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from supplier_svc.read_models.partner_ledger import EXPIRES

FIELDS = (
    "name", "applicant", "applied_on", "cooperation", "registered_address", "registered_capital", "licence_number",
    "licence_expires_on", "organisation_code", "organisation_code_expires_on", "tax_number", "tax_expires_on", "contact_name",
    "contact_phone", "owner_name", "owner_phone", "rating", "credit_limit", "remarks",
)  # fmt: skip
"""The fields of the rule (客户及供应商管理办法), in its order."""
PERSONAL = ("contact_name", "contact_phone", "owner_name", "owner_phone")
BESIDES = ("supplier_id", "status", "standing", "lapsed_fields", "currency", "restrictions")


def ledger_rows(rows: Sequence[Mapping[str, Any]], today: date) -> list[dict[str, Any]]:
    """Rows of the read model as rows of the ledger; ``lapsed_fields`` names the days of numbers that are before ``today``."""
    found = []
    for row in rows:
        lapsed = [each for each in EXPIRES if row[each] is not None and row[each] < today]
        found.append({name: lapsed if name == "lapsed_fields" else row[name] for name in (*FIELDS, *BESIDES)})
    return found


def csv_rows(rows: Sequence[dict[str, Any]], texts: Mapping[str, Sequence[str]]) -> list[dict[str, Any]]:
    """Rows of the ledger for a spreadsheet: lists as words, and what tells of a person from ``texts``, by column."""
    return [
        {
            **row,
            **{name: texts[name][number] for name in PERSONAL},
            "lapsed_fields": " ".join(row["lapsed_fields"]),
            "restrictions": " ".join(row["restrictions"] or ()),
        }
        for number, row in enumerate(rows)
    ]
