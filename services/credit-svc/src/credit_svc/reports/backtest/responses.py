"""What people did about what was decided live, as the commands that they are on a side, where there is the same to be done."""

from dataclasses import dataclass, field
from datetime import date

from contracts import Event
from contracts.credit import (
    CasePaused,
    CaseResumed,
    DisputeResolved,
    InvoiceDisputed,
    OrderCreditOverridden,
    OverrideEnded,
    PaymentReassigned,
    PromiseMade,
)
from credit_svc.account.cases import PauseCase, ResumeCase
from credit_svc.account.decision import Command
from credit_svc.account.disputes import DisputeInvoice, ResolveDispute
from credit_svc.account.overrides import EndOverride, OverrideHold
from credit_svc.account.payments import ReassignPayment
from credit_svc.account.promises import RecordPromise
from credit_svc.account.state import Account
from credit_svc.receivables.facts import NOTHING
from credit_svc.reports.backtest.inputs import Response


@dataclass
class Responses:
    """``disputes``: the id of a dispute live → that of the same dispute here, "" where there is none."""

    disputes: dict[str, str] = field(default_factory=dict)

    def copied(self) -> "Responses":
        return Responses(dict(self.disputes))

    def command(self, event: Response, account: Account, on: date) -> Command | None:
        """None where nothing of the kind was decided here: the order was not held, no case is open, the dispute is not known."""
        match event:
            case OrderCreditOverridden() as e:
                if e.order_id not in account.orders.held:
                    return None
                return OverrideHold(e.customer_id, e.order_id, e.ends_on, e.reason, e.overridden_by, on)
            case OverrideEnded() as e:
                return EndOverride(e.customer_id, e.order_id, e.ended_on, is_over=False)
            case InvoiceDisputed() as e:
                if e.dispute_id in self.disputes:
                    return None  # it goes on for the invoice that took the place of an instalment
                return DisputeInvoice(e.customer_id, e.invoice_id, e.amount, e.reason, e.recorded_by, e.disputed_on)
            case DisputeResolved() as e:
                # What was conceded is a credit note, which is an input of its own.
                own = self.disputes.get(e.dispute_id)
                if not own:
                    return None
                return ResolveDispute(e.customer_id, own, NOTHING, e.outcome, e.resolved_by, e.resolved_on)
            case PaymentReassigned() as e:
                return ReassignPayment(e.customer_id, e.payment_id, e.after, e.reason, e.reassigned_by)
        case = account.case
        if case is None:
            return None
        match event:
            case PromiseMade() as made:
                return RecordPromise(
                    case.case_id, made.customer_id, made.amount, made.promised_on, made.recorded_by, made.made_on
                )
            case CasePaused(until=date() as until) as pause:
                return PauseCase(case.case_id, pause.customer_id, until, pause.reason, pause.paused_by, pause.paused_on)
            case CaseResumed() as resumed:
                return ResumeCase(case.case_id, resumed.customer_id, resumed.resumed_on)
        return None

    def note(self, event: Response, decided: list[Event]) -> None:
        """The id that a dispute got here."""
        if isinstance(event, InvoiceDisputed):
            found = [each.dispute_id for each in decided if isinstance(each, InvoiceDisputed)]
            self.disputes[event.dispute_id] = found[0] if found else ""
