"""What of an account's history goes with it when it becomes part of another one, as it reads there. Pure.

Orders, invoices and money go, and how they were paid. Limits and classes stay behind: there is one of each, which the merge decides.
The open case goes where the other account has none; file, terms, security, rank and region go where the other has none of that kind.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, get_args

from chassis.business_calendar import day_of
from chassis.domain import Happened, Refusal
from chassis.policies import PolicyBook
from contracts import Event
from contracts.credit import (
    AccountAbsorbed,
    AccountMerged,
    AgencyMoneyReceived,
    AgencySettled,
    BehaviourClassChanged,
    BehaviourReviewScheduled,
    CapShareTaken,
    ChequeClaimRaised,
    CreditClassChanged,
    CreditFileRecorded,
    CreditNoteRecorded,
    CustomerRankNoted,
    CustomerRegionNoted,
    DebitChargeCarried,
    DebitNoteIssued,
    DebitNoteWaiverProposed,
    DebitNoteWaiverRejected,
    DebtorPlaceNoted,
    InvoiceCorrected,
    InvoiceRecorded,
    MovedEvent,
    OrderExposureChanged,
    PaymentExchanged,
    PaymentInOtherCurrencyNoted,
    PaymentRecorded,
    Rate,
    RefundAwaitingPayment,
    ReviewDone,
    ReviewDue,
    SecuritySet,
    TermsSet,
    WaitingMoneyNoted,
)
from credit_svc.account.state import Account, moved_in, packed
from credit_svc.assessment.behaviour import JUDGED
from credit_svc.collection import legal
from credit_svc.collection.case_folds import CaseEvent
from credit_svc.limits import credit_line
from credit_svc.orders.order_book import OrderEvent
from credit_svc.policies.receivables import ExchangePolicy
from credit_svc.receivables.claims import ClaimEvent
from credit_svc.receivables.exchange import rate_on
from credit_svc.receivables.facts import NOTHING
from credit_svc.receivables.ledger_events import LedgerEvent
from credit_svc.receivables.plans import PlanEvent

PART_BYTES = 200_000
"""Of one event, so that it fits into a message; a long history goes in several."""

DOCUMENTS: tuple[type[Event], ...] = (
    *get_args(LedgerEvent), *get_args(OrderEvent), *get_args(ClaimEvent),
    *(event for event in JUDGED if event not in (BehaviourClassChanged, BehaviourReviewScheduled)),
    PaymentExchanged, PaymentInOtherCurrencyNoted, WaitingMoneyNoted, RefundAwaitingPayment, ChequeClaimRaised,
    DebitChargeCarried, DebitNoteWaiverProposed, DebitNoteWaiverRejected, AgencySettled, AgencyMoneyReceived,
    *get_args(PlanEvent),
    *legal.OF_ITEMS,
)  # fmt: skip


class NoRateBetween(Refusal):
    """The account of {customer_id} is kept in {currency}, that of {survivor_id} in {into}, and no rate of {on} is recorded between
    them. Publish one in the policy exchange, then retry the message."""


class KnownOfBoth(Refusal):
    """{what} {id} is known of {customer_id} and of {survivor_id}, so their accounts cannot become one; they stay apart.
    Cancel or credit one of the two, and discard this message."""


def history_since_last_merge(history: Sequence[Happened]) -> list[Happened]:
    """What happened in an account, with what it absorbed; what left it before is not its own any more."""
    found = list[Happened]()
    for happened in history:
        match happened.event:
            case AccountMerged():
                found = []
            case AccountAbsorbed() as absorbed:
                found += moved_in(absorbed)
            case _:
                found.append(happened)
    return found


def leaving(
    history: Sequence[Happened],
    account: Account,
    into: Account,
    survivor_id: str,
    on: date,
    policies: PolicyBook,
) -> list[Happened]:
    """Raises NoRateBetween where the accounts' currencies have no rate."""
    rates = _Rates(account.currency, into.currency, on, policies)
    goes = _goes(account, into)
    found = []
    for event, occurred_at in history_since_last_merge(history):
        if isinstance(event, goes) or _is_of_case(event, account, into):
            addressed = event.model_copy(update={"customer_id": survivor_id, **_left_behind(event)})
            found.append(Happened(rates.read(addressed, _day(event, occurred_at, policies)), occurred_at))
    if found and rates.are_missing:
        customer_id: str = history[0].event.customer_id  # type: ignore[attr-defined]
        raise NoRateBetween(
            customer_id=customer_id, currency=account.currency, survivor_id=survivor_id, into=into.currency, on=on
        )
    return found


def _left_behind(event: Event) -> dict[str, None]:
    """When this account would have been searched for what is due soon: the other one is searched on days of its own."""
    return {"remind_on": None} if isinstance(event, InvoiceRecorded) else {}


def _day(event: Event, occurred_at: datetime, policies: PolicyBook) -> date:
    """The day whose rate an event counts at."""
    match event:
        case InvoiceRecorded(issued_on=on) | InvoiceCorrected(issued_on=on) | CreditNoteRecorded(issued_on=on):
            return on
        case DebitNoteIssued(issued_on=on):
            return on
        case PaymentRecorded(paid_on=on) | PaymentExchanged(paid_on=on):
            return on
    return day_of(occurred_at, policies)


def shares_leaving(
    history: Sequence[Happened],
    account: Account,
    into: Account,
    customer_id: str,
    survivor_id: str,
    on: date,
    policies: PolicyBook,
) -> list[Happened]:
    """The shares of caps: those of both accounts add up, as the caps grant them, and each goes on under the id it is granted to."""
    taken = {
        event.cap_id: (event, occurred_at)
        for event, occurred_at in history_since_last_merge(history)
        if isinstance(event, CapShareTaken)
    }
    rates, line, found = _Rates(account.currency, into.currency, on, policies), into.line, list[Happened]()
    for cap_id, (event, occurred_at) in sorted(taken.items()):
        holders = [None, *(holder for cap, holder in sorted(account.line.held) if cap == cap_id)]
        for holder in holders:
            share = rates.in_other(account.line.share_of(cap_id, holder))
            moved = event.model_copy(
                update={
                    "customer_id": survivor_id,
                    "currency": into.currency or event.currency,
                    "share": line.shares.get(cap_id, NOTHING) + share,
                    "holder_id": holder or customer_id,
                    "holder_share": share,
                }
            )
            line = credit_line.evolve(line, moved)
            found.append(Happened(moved, occurred_at))
    return found


def _goes(account: Account, into: Account) -> tuple[type[Event], ...]:
    kinds = list(DOCUMENTS)
    if into.file.recorded is None:
        kinds += [CreditFileRecorded, CreditClassChanged, ReviewDue, ReviewDone]
    if not into.file.terms:
        kinds.append(TermsSet)
    if not into.file.securities and account.currency == (into.currency or account.currency):
        kinds.append(SecuritySet)
    if into.file.tier is None and not into.file.is_key_account:
        kinds.append(CustomerRankNoted)
    if into.file.region is None:
        kinds.append(CustomerRegionNoted)
    if into.file.place is None:
        kinds.append(DebtorPlaceNoted)
    return tuple(kinds)


def _is_of_case(event: Any, account: Account, into: Account) -> bool:
    """Whether the event is of the open case, and that goes."""
    case = account.case
    goes = case is not None and into.case is None
    return goes and isinstance(event, (*get_args(CaseEvent), *legal.OF_CASE)) and event.case_id == case.case_id  # type: ignore[union-attr,attr-defined]


class _Rates:
    """Events of an account in the currency of another account: each at the rate of its own day, else at that of the merge."""

    def __init__(self, own: str | None, into: str | None, on: date, policies: PolicyBook) -> None:
        self._own, self._into, self._on, self._policies = own, into, on, policies

    @property
    def is_one_currency(self) -> bool:
        return self._own is None or self._into is None or self._own == self._into

    @property
    def are_missing(self) -> bool:
        return not self.is_one_currency and self._rate(self._own or "", self._on) is None

    def read(self, event: Any, on: date) -> Any:
        if self.is_one_currency:
            return event
        match event:
            case PaymentExchanged(into=currency):
                return event.model_copy(update={"account_rate": self._rate(currency, on)})
            case OrderExposureChanged(currency=currency, rest=rest):
                rate = self._rate(currency, on)
                return event.model_copy(update={"counted": rate.converted(rest) if rate else rest})
            case _ if "rate" in type(event).model_fields:
                return event.model_copy(update={"rate": self._rate(event.currency, on)})
        return event

    def in_other(self, amount: Decimal) -> Decimal:
        """An amount of the account in the other's currency, at the rate of the merge; nothing where there is none."""
        if self.is_one_currency:
            return amount
        rate = self._rate(self._own or "", self._on)
        return rate.converted(amount) if rate else NOTHING

    def _rate(self, currency: str, on: date) -> Rate | None:
        """Into the other account's currency; None for its own, and where none is recorded."""
        if self._into is None or currency == self._into:
            return None
        own_day = rate_on(currency, self._into, on, self._policies.at(ExchangePolicy, on).document)
        return own_day or rate_on(currency, self._into, self._on, self._policies.at(ExchangePolicy, self._on).document)


def require_apart(account: Account, into: Account, customer_id: str, survivor_id: str) -> None:
    """Raises KnownOfBoth where a document is known of both accounts."""
    for kind, id in sorted(_documents(account)):
        if (kind, id) in into.facts or (kind == "order" and id in into.orders.ordered):
            raise KnownOfBoth(what=kind.capitalize(), id=id, customer_id=customer_id, survivor_id=survivor_id)


def _documents(account: Account) -> Iterator[tuple[str, str]]:
    yield from account.facts
    yield from (("order", order_id) for order_id in account.orders.ordered)


def in_parts(happened: Sequence[Happened]) -> list[tuple[MovedEvent, ...]]:
    """As many events as one message holds, again and again; one part without any where nothing goes."""
    parts, size = [list[MovedEvent]()], 0
    for each in happened:
        moved = packed(each)
        bytes_ = len(moved.model_dump_json())
        if parts[-1] and size + bytes_ > PART_BYTES:
            parts.append([])
            size = 0
        parts[-1].append(moved)
        size += bytes_
    return [tuple(part) for part in parts]
