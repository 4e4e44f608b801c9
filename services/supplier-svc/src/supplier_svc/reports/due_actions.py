"""What suppliers owe by a day: answers, steps, certificates, contracts that end or are missing, objections, complaints; claims to price."""

from typing import Any

from sqlalchemy import Select

from chassis.calendar import add_days
from chassis.http import Queries
from supplier_svc.policies.qualification import SupplierQualification
from supplier_svc.read_models import (
    certificate,
    complaint_answer,
    contract,
    corrective_action,
    improvement,
    objection,
    partner_rating,
    supplier,
    unpriced_claim,
)
from supplier_svc.responses.due_actions import DueActions

SHOWN_MAX = 500


async def due_actions(queries: Queries, within_days: int, supplier_id: str | None = None) -> DueActions:
    """What all suppliers or one owe within this many days, overdue things included; at most 500 of each kind."""
    until = add_days(queries.today, within_days)
    owed = improvement.improvements(supplier_id, "due").where(improvement.TABLE.c.due_on <= until)
    steps = corrective_action.actions(supplier_id, "open", until)
    ending = certificate.certificates(supplier_id, until)
    running_out = contract.not_renewed(contract.contracts(supplier_id, until), queries.today)
    lacking = _without_contracts(queries, supplier_id)
    handed = complaint_answer.owed(supplier_id, until)
    to_rate, prohibited = partner_rating.due(supplier_id, until), partner_rating.prohibited(supplier_id)
    disputed = objection.objections(supplier_id, "open")
    return DueActions(
        until=until,
        improvements=await queries.rows(owed.order_by(*improvement.ORDER).limit(SHOWN_MAX)),
        corrective_actions=await queries.rows(
            steps.order_by(corrective_action.TABLE.c.next_due_on, *corrective_action.ORDER).limit(SHOWN_MAX)
        ),
        certificates=await queries.rows(ending.order_by(*certificate.ORDER).limit(SHOWN_MAX)),
        contracts=await queries.rows(running_out.order_by(*contract.ORDER).limit(SHOWN_MAX)),
        contracts_missing=await queries.rows(lacking.order_by(*supplier.ORDER).limit(SHOWN_MAX)),
        objections=await queries.rows(disputed.order_by(*objection.ORDER).limit(SHOWN_MAX)),
        claims_to_price=await queries.rows(
            unpriced_claim.to_price(supplier_id).order_by(*unpriced_claim.ORDER).limit(SHOWN_MAX)
        ),
        complaint_answers=await queries.rows(handed.order_by(*complaint_answer.ORDER).limit(SHOWN_MAX)),
        partner_ratings=await queries.rows(to_rate.order_by(*partner_rating.ORDER).limit(SHOWN_MAX)),
        contracts_to_end=[
            {"supplier_id": row["supplier_id"], **each}
            for row in await queries.rows(prohibited.order_by(*partner_rating.ORDER).limit(SHOWN_MAX))
            for each in row["contracts_to_end"] or ()
            if each["ends_on"] >= queries.today.isoformat()
        ],
    )


def _without_contracts(queries: Queries, supplier_id: str | None) -> Select[Any]:
    """The suppliers, by id and name, that lack kinds of contract today which an approval needs, with these kinds."""
    kinds = queries.policies.at(SupplierQualification, queries.today).document.contracts
    query = supplier.suppliers() if supplier_id is None else supplier.supplier(supplier_id)
    of = supplier.TABLE.c
    return contract.with_missing(
        query.with_only_columns(of.supplier_id, of.name), kinds, queries.today, is_missing=True
    )
