"""The credit file of a customer: assessment and class, terms, security, tier."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from chassis.domain import Refusal
from contracts.credit import (
    CreditClassChanged,
    CreditFileRecorded,
    CustomerRankNoted,
    CustomerRegionNoted,
    Financials,
    SecuritySet,
    TermsSet,
)
from credit_svc.account.decision import AccountDecision, Handlers, WithoutDay
from credit_svc.account.orders import check_held_orders
from credit_svc.account.reviews import finish, next_review_on
from credit_svc.account.strategies import follow_class
from credit_svc.assessment.rating import rate
from credit_svc.policies.assessment import ClassPolicy
from credit_svc.sentences import Sentences


@dataclass(frozen=True, slots=True)
class RecordFile:
    """``assessed``: character, capacity, capital, collateral, conditions, each from 0 to 100."""

    customer_id: str
    assessed: Mapping[str, Decimal]
    financials: Financials | None
    by: str
    on: date


@dataclass(frozen=True, slots=True)
class SetTerms(WithoutDay):
    customer_id: str
    credit_days: int
    discount_days: int
    discount_percent: Decimal
    interest_percent: Decimal | None
    has_arbitration_clause: bool | None
    valid_from: date
    reason: str
    by: str
    prepayment_percent: Decimal = Decimal(0)
    entered_on: date | None = None
    """Where it is given, orders that wait are checked again as on this day."""


@dataclass(frozen=True, slots=True)
class SetSecurity:
    customer_id: str
    amount: Decimal
    currency: str
    kind: str
    valid_from: date
    ends_on: date | None
    reason: str
    by: str
    on: date


@dataclass(frozen=True, slots=True)
class NoteTier(WithoutDay):
    """None: what customer-svc did not report stays as it was known."""

    customer_id: str
    tier: str | None = None
    is_key_account: bool | None = None


@dataclass(frozen=True, slots=True)
class NoteRegion(WithoutDay):
    """The customer is in a region, by its file or by an order."""

    customer_id: str
    region: str
    source: Literal["file", "order"]


class DiscountLongerThanCredit(Refusal):
    """A discount for {discount_days} days needs a credit period longer than that, not {credit_days} days."""

    status = 422


class SecurityInAnotherCurrency(Refusal):
    """The account of {customer_id} is kept in {account_currency}; its security counts in that currency only,
    not in {currency}."""


def _record(decision: AccountDecision, command: RecordFile) -> None:
    policy = decision.policy(ClassPolicy, command.on)
    recorded = CreditFileRecorded(
        customer_id=decision.id,
        **command.assessed,
        financials=command.financials,
        recorded_on=command.on,
        recorded_by=command.by,
        review_on=next_review_on(decision, command.on),
        policy_version=policy.version,
    )
    if recorded == decision.state.file.recorded:
        return
    decision.emit(recorded)
    rating = rate(command.assessed, policy.document)
    before = decision.state.file.credit_class
    if rating.credit_class != before:
        decision.emit(
            CreditClassChanged(
                customer_id=decision.id,
                before=before,
                after=rating.credit_class,
                score=rating.score,
                factors=rating.factors,
                because=rating.because,
                decided_on=command.on,
                policy_version=policy.version,
            )
        )
        follow_class(decision, command.on)
        check_held_orders(decision, command.on)
    if decision.state.file.review is not None:
        finish(
            decision,
            command.on,
            command.by,
            Sentences.FILE_REVIEWED(credit_class=rating.credit_class, score=f"{rating.score:f}"),
        )


def _set_terms(decision: AccountDecision, command: SetTerms) -> None:
    if command.discount_percent and command.discount_days >= command.credit_days:
        raise DiscountLongerThanCredit(discount_days=command.discount_days, credit_days=command.credit_days)
    decision.emit(
        TermsSet(
            customer_id=decision.id,
            credit_days=command.credit_days,
            discount_days=command.discount_days,
            discount_percent=command.discount_percent,
            interest_percent=command.interest_percent,
            has_arbitration_clause=command.has_arbitration_clause,
            valid_from=command.valid_from,
            reason=command.reason,
            approved_by=command.by,
            prepayment_percent=command.prepayment_percent,
        )
    )
    if command.entered_on is not None:
        check_held_orders(decision, command.entered_on)


def _set_security(decision: AccountDecision, command: SetSecurity) -> None:
    own = decision.state.currency
    if own is not None and command.currency != own:
        raise SecurityInAnotherCurrency(customer_id=decision.id, account_currency=own, currency=command.currency)
    decision.emit(
        SecuritySet(
            customer_id=decision.id,
            amount=command.amount,
            currency=command.currency,
            kind=command.kind,
            valid_from=command.valid_from,
            ends_on=command.ends_on,
            reason=command.reason,
            approved_by=command.by,
        )
    )
    check_held_orders(decision, command.on)


def _note_tier(decision: AccountDecision, command: NoteTier) -> None:
    file = decision.state.file
    tier = command.tier if command.tier is not None else file.tier
    is_key = command.is_key_account if command.is_key_account is not None else file.is_key_account
    if (tier, is_key) != (file.tier, file.is_key_account):
        decision.emit(CustomerRankNoted(customer_id=decision.id, tier=tier, is_key_account=is_key))


def _note_region(decision: AccountDecision, command: NoteRegion) -> None:
    """Of each source for itself, so that it is open which of them is heard of first."""
    file = decision.state.file
    if command.region != (file.file_region if command.source == "file" else file.order_region):
        decision.emit(CustomerRegionNoted(customer_id=decision.id, region=command.region, source=command.source))


DECIDE: Handlers = {
    RecordFile: _record,
    SetTerms: _set_terms,
    SetSecurity: _set_security,
    NoteTier: _note_tier,
    NoteRegion: _note_region,
}
