"""What stands beside the items: disputes, proposals to write off, interest that was charged. Pure."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from immutables import Map

from chassis.values import replace
from contracts.credit import (
    DisputeResolved,
    InterestCharged,
    InvoiceDisputed,
    InvoiceWrittenOff,
    WriteOffProposed,
    WriteOffRejected,
)
from credit_svc.receivables.facts import EMPTY, NOTHING

ClaimEvent = (
    InvoiceDisputed | DisputeResolved | InterestCharged | WriteOffProposed | WriteOffRejected | InvoiceWrittenOff
)


@dataclass(frozen=True, slots=True)
class Dispute:
    invoice_id: str
    amount: Decimal
    currency: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """A write-off that is not decided yet."""

    amount: Decimal
    reason: str
    proposed_by: str


@dataclass(frozen=True)
class Claims:
    """``disputes``: the open ones. ``charged``: invoice → interest and the last day it is charged for."""

    disputes: Map[str, Dispute] = EMPTY
    proposals: Map[str, Proposal] = EMPTY
    charged: Map[str, tuple[date, Decimal]] = EMPTY
    disputed: int = 0

    def in_dispute(self, invoice_id: str) -> Decimal:
        """What of an invoice is disputed; it may be more than is open of it."""
        if not self.disputes:
            return NOTHING
        return sum((each.amount for each in self.disputes.values() if each.invoice_id == invoice_id), NOTHING)


def evolve(claims: Claims, event: ClaimEvent) -> Claims:
    match event:
        case InvoiceDisputed() as e:
            dispute = Dispute(e.invoice_id, e.amount, e.currency)
            return replace(claims, disputes=claims.disputes.set(e.dispute_id, dispute), disputed=claims.disputed + 1)
        case DisputeResolved(dispute_id=dispute_id):
            return replace(claims, disputes=claims.disputes.delete(dispute_id))
        case InterestCharged() as e:
            return replace(claims, charged=claims.charged.set(e.invoice_id, (e.charged_until, e.total)))
        case WriteOffProposed() as e:
            proposal = Proposal(e.amount, e.reason, e.proposed_by)
            return replace(claims, proposals=claims.proposals.set(e.invoice_id, proposal))
        case WriteOffRejected(invoice_id=invoice_id) | InvoiceWrittenOff(invoice_id=invoice_id):
            known = claims.proposals
            return replace(claims, proposals=known.delete(invoice_id) if invoice_id in known else known)
