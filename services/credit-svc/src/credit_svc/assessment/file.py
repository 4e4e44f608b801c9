"""The credit file of a customer: what was assessed, agreed and secured. Pure."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from chassis.values import replace
from contracts.credit import (
    BehaviourActionAsked,
    CreditClass,
    CreditClassChanged,
    CreditFileRecorded,
    CustomerRankNoted,
    CustomerRegionNoted,
    DebtorPlaceNoted,
    Financials,
    ReviewDone,
    ReviewDue,
    SecuritySet,
    TermsSet,
)
from credit_svc.receivables.facts import NOTHING
from credit_svc.receivables.terms import Terms

FileEvent = (
    CreditFileRecorded
    | CreditClassChanged
    | TermsSet
    | SecuritySet
    | CustomerRankNoted
    | CustomerRegionNoted
    | DebtorPlaceNoted
    | ReviewDue
    | ReviewDone
    | BehaviourActionAsked
)


@dataclass(frozen=True, slots=True)
class Security:
    """In force from a day to another, its last; None: until it is set again."""

    amount: Decimal
    currency: str
    valid_from: date
    ends_on: date | None


@dataclass(frozen=True)
class File:
    """``order_region``: that of the latest order. ``review``: the review that a person owes. ``terms`` and ``securities`` in the
    order in which they were set.
    """

    recorded: CreditFileRecorded | None = None
    credit_class: CreditClass | None = None
    terms: tuple[Terms, ...] = ()
    securities: tuple[Security, ...] = ()
    tier: str | None = None
    is_key_account: bool = False
    file_region: str | None = None
    order_region: str | None = None
    review: str | None = None
    reviews: int = 0
    review_on: date | None = None
    place: DebtorPlaceNoted | None = None

    @property
    def region(self) -> str | None:
        """Of its file, or until that names one of its latest order."""
        return self.file_region or self.order_region

    @property
    def financials(self) -> Financials | None:
        return self.recorded.financials if self.recorded else None

    def terms_on(self, day: date) -> Terms | None:
        """Of the terms in force on a day those set last."""
        in_force = [terms for terms in self.terms if terms.valid_from <= day]
        return in_force[-1] if in_force else None

    def security_on(self, day: date, currency: str) -> Decimal:
        """What secures the claims on a day, of the security set last; only in the account's own currency."""
        started = [each for each in self.securities if each.valid_from <= day]
        if not started or started[-1].currency != currency:
            return NOTHING
        newest = started[-1]
        return newest.amount if newest.ends_on is None or day <= newest.ends_on else NOTHING


def evolve(file: File, event: FileEvent) -> File:
    match event:
        case CreditFileRecorded() as e:
            return replace(file, recorded=e, review_on=e.review_on)
        case CreditClassChanged(after=after):
            return replace(file, credit_class=after)
        case TermsSet() as e:
            terms = Terms(
                e.credit_days, e.discount_days, e.discount_percent, e.interest_percent, e.has_arbitration_clause,
                e.valid_from, e.prepayment_percent,
            )  # fmt: skip
            return replace(file, terms=(*file.terms, terms))
        case SecuritySet() as e:
            security = Security(e.amount, e.currency, e.valid_from, e.ends_on)
            return replace(file, securities=(*file.securities, security))
        case CustomerRankNoted() as e:
            return replace(file, tier=e.tier, is_key_account=e.is_key_account)
        case CustomerRegionNoted(region=region, source=source):
            return replace(file, file_region=region) if source == "file" else replace(file, order_region=region)
        case DebtorPlaceNoted() as e:
            return replace(file, place=e)
        case ReviewDue(review_id=review_id):
            return replace(file, review=review_id, reviews=file.reviews + 1, review_on=None)
        case ReviewDone(next_on=next_on):
            return replace(file, review=None, review_on=next_on)
        case BehaviourActionAsked(review_on=on):
            return file if on is None else replace(file, review_on=on)
