"""What came of speaking with a debtor: a promise, a refusal or a dispute goes on as its own command would."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from chassis.domain import Refusal
from contracts.credit import ContactResult, ContactWay, DebtorContacted
from credit_svc.account.behaviour import DECIDE as REFUSALS
from credit_svc.account.behaviour import RecordPaymentRefusal
from credit_svc.account.decision import AccountDecision, Handlers
from credit_svc.account.disputes import DECIDE as DISPUTES
from credit_svc.account.disputes import DisputeInvoice
from credit_svc.account.limitation import demand_reached
from credit_svc.account.promises import DECIDE as PROMISES
from credit_svc.account.promises import RecordPromise
from credit_svc.account.refusals import require_case
from credit_svc.collection.reaching import place_of
from credit_svc.policies.collection import CollectionPolicy
from credit_svc.receivables.facts import NOTHING


@dataclass(frozen=True, slots=True)
class RecordContact:
    """``promised_amount`` and ``promised_on`` belong to a promise, ``invoice_id`` and ``disputed_amount`` (None: all that is open) to a
    dispute. ``on``: the day on which it is recorded."""

    case_id: str
    customer_id: str
    way: ContactWay
    contacted_on: date
    with_whom: str
    statement: str
    result: ContactResult
    demand_reached: bool
    by: str
    on: date
    promised_amount: Decimal | None = None
    promised_on: date | None = None
    invoice_id: str | None = None
    disputed_amount: Decimal | None = None


class ContactToCome(Refusal):
    """{on} is after today."""

    status = 422


def _record(decision: AccountDecision, command: RecordContact) -> None:
    """Raises ContactToCome, and what a promise or a dispute is refused with."""
    case = require_case(decision, command.case_id)
    if command.contacted_on > command.on:
        raise ContactToCome(on=command.contacted_on)
    decision.emit(
        DebtorContacted(
            contact_id=f"{case.case_id}-K{case.contacts + 1}",
            case_id=case.case_id,
            customer_id=decision.id,
            way=command.way,
            contacted_on=command.contacted_on,
            with_whom=command.with_whom,
            statement=command.statement,
            result=command.result,
            demand_reached=command.demand_reached,
            step=case.steps[-1] if case.steps else None,
            is_distant=command.way == "visit" and _is_distant(decision, command.on),
            recorded_by=command.by,
        )
    )
    if command.demand_reached:
        demand_reached(decision, command.contacted_on)
    _go_on(decision, command)


def _go_on(decision: AccountDecision, command: RecordContact) -> None:
    customer_id, by, on = decision.id, command.by, command.on
    match command.result:
        case "promise":
            amount, promised_on = command.promised_amount or NOTHING, command.promised_on or on
            promise = RecordPromise(command.case_id, customer_id, amount, promised_on, by, on)
            PROMISES[RecordPromise](decision, promise)
        case "refusal":
            refusal = RecordPaymentRefusal(customer_id, command.statement, by, on)
            REFUSALS[RecordPaymentRefusal](decision, refusal)
        case "dispute":
            invoice_id, amount_disputed = command.invoice_id or "", command.disputed_amount
            dispute = DisputeInvoice(customer_id, invoice_id, amount_disputed, command.statement, by, on)
            DISPUTES[DisputeInvoice](decision, dispute)


def _is_distant(decision: AccountDecision, on: date) -> bool:
    """By the offices of the day; a place that nobody has noted is distant where there are offices."""
    known, policy = decision.state.file.place, decision.policy(CollectionPolicy, on).document
    province, city = (known.province, known.city) if known else (None, None)
    return place_of(decision.id, province, city, (), policy).is_distant


DECIDE: Handlers = {RecordContact: _record}
