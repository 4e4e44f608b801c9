"""The behaviour class: how a customer paid over the last months. Pure.

Source: the rules page, "Behaviour class". Never overdue → A; overdue but always paid within 30 days → B; longer than that
and (3 items or more, or more than 20 % of the balance) → C; two broken promises, a refusal, a bounced cheque, or more than
180 days → D. Overdue longer than 30 days, but with less than C requires, stays B.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache

from immutables import Map

from chassis.calendar import add_days, add_months
from chassis.values import replace
from contracts import Event
from contracts.credit import (
    BehaviourClass,
    BehaviourClassChanged,
    BehaviourReviewScheduled,
    ChequeBounced,
    DebitNoteSettled,
    Factor,
    InvoiceReopened,
    InvoiceSettled,
    PaymentOverdue,
    PaymentOverdueEnded,
    PaymentPlanBroken,
    PaymentRefused,
    PromiseBroken,
)
from credit_svc.policies.assessment import ClassPolicy
from credit_svc.receivables.facts import EMPTY
from credit_svc.sentences import Sentences

JUDGED: tuple[type[Event], ...] = (
    PaymentOverdue,
    PaymentOverdueEnded,
    InvoiceSettled,
    InvoiceReopened,
    DebitNoteSettled,
    PromiseBroken,
    PaymentPlanBroken,
    PaymentRefused,
    ChequeBounced,
    BehaviourClassChanged,
    BehaviourReviewScheduled,
)
"""The events that show how a customer pays."""

# State


@dataclass(frozen=True, slots=True)
class Late:
    """An invoice that was not paid on its due date; ``settled_on`` None while it is open."""

    due_on: date
    settled_on: date | None = None

    def days(self, on: date) -> int:
        """How late it is on a day, or was when it was settled."""
        return (min(self.settled_on or on, on) - self.due_on).days

    def counts(self, history_from: date) -> bool:
        return self.settled_on is None or self.settled_on >= history_from


@dataclass(frozen=True)
class Behaviour:
    """What counts for and against a customer; each offence with its day."""

    current: BehaviourClass = "A"
    late: Map[str, Late] = EMPTY
    broken_promises: tuple[date, ...] = ()
    refusals: tuple[date, ...] = ()
    bounced: tuple[date, ...] = ()
    plan_broken: PaymentPlanBroken | None = None
    """The payment plan that was broken last."""
    review_on: date | None = None
    judged_on: date = date.min
    """The latest day of what was recorded here: a fact that arrives late does not turn it back."""

    def since(self, history_from: date) -> "Behaviour":
        """Without what ended before a day."""
        offences = (*self.broken_promises, *self.refusals, *self.bounced)
        if all(on >= history_from for on in offences) and all(each.counts(history_from) for each in self.late.values()):
            return self
        return replace(
            self,
            late=Map({i: late for i, late in self.late.items() if late.counts(history_from)}),
            broken_promises=tuple(on for on in self.broken_promises if on >= history_from),
            refusals=tuple(on for on in self.refusals if on >= history_from),
            bounced=tuple(on for on in self.bounced if on >= history_from),
        )


# Evolve


def evolve(behaviour: Behaviour, event: Event) -> Behaviour:
    late = behaviour.late
    match event:
        case PaymentOverdue(counts_for_behaviour=False) | DebitNoteSettled(counts_for_behaviour=False):
            return behaviour
        case DebitNoteSettled(debit_note_id=note_id, days_late=0):
            return replace(behaviour, late=late.delete(note_id)) if note_id in late else behaviour
        case DebitNoteSettled(debit_note_id=note_id, settled_on=on, days_late=days):
            return replace(behaviour, late=late.set(note_id, Late(add_days(on, -days), on)))
        case PaymentOverdue(invoice_id=invoice_id, due_on=due_on, overdue_since=on):
            return replace(_judged(behaviour, on), late=late.set(invoice_id, Late(due_on)))
        case InvoiceSettled(invoice_id=invoice_id, days_late=0):
            return replace(behaviour, late=late.delete(invoice_id)) if invoice_id in late else behaviour
        case InvoiceSettled(invoice_id=invoice_id, settled_on=on, days_late=days):
            return replace(behaviour, late=late.set(invoice_id, Late(add_days(on, -days), on)))
        case InvoiceReopened(invoice_id=invoice_id) if invoice_id in late:
            return replace(behaviour, late=late.set(invoice_id, replace(late[invoice_id], settled_on=None)))
        case PaymentOverdueEnded(invoice_id=invoice_id, because="restated") if invoice_id in late:
            return replace(behaviour, late=late.delete(invoice_id))
        case PromiseBroken(broken_on=on):
            return replace(_judged(behaviour, on), broken_promises=(*behaviour.broken_promises, on))
        case PaymentPlanBroken():
            return replace(behaviour, plan_broken=event)
        case PaymentRefused(refused_on=on):
            return replace(_judged(behaviour, on), refusals=(*behaviour.refusals, on))
        case ChequeBounced(bounced_on=on):
            return replace(_judged(behaviour, on), bounced=(*behaviour.bounced, on))
        case BehaviourClassChanged(after=after, decided_on=on):
            return replace(_judged(behaviour, on), current=after)
        case BehaviourReviewScheduled(review_on=on, history_from=history_from):
            return replace(behaviour.since(history_from), review_on=on)
    return behaviour


def _judged(behaviour: Behaviour, on: date) -> Behaviour:
    return behaviour if on <= behaviour.judged_on else replace(behaviour, judged_on=on)


# The rule


@dataclass(frozen=True)
class Verdict:
    """A class with its reason, and each factor with its threshold; the class can change by time alone on ``review_on``."""

    behaviour_class: BehaviourClass
    because: str
    figures: tuple[tuple[str, Decimal | int, Decimal | int], ...]
    history_from: date
    review_on: date | None

    @property
    def factors(self) -> tuple[Factor, ...]:
        """Made where somebody looks at them: most verdicts change no class."""
        return tuple(
            Factor(name=name, value=Decimal(value), threshold=Decimal(threshold))
            for name, value, threshold in self.figures
        )


def judge(
    behaviour: Behaviour, on: date, open_amounts: Mapping[str, Decimal], balance: Decimal, policy: ClassPolicy
) -> Verdict:
    """The class that a customer's history is worth on a day; ``open_amounts`` by invoice and ``balance`` in one currency."""
    history_from = add_months(on, -policy.history_months)
    counted = behaviour.since(history_from)
    days = {invoice_id: late.days(on) for invoice_id, late in counted.late.items()}
    hard = [invoice_id for invoice_id, late_days in days.items() if late_days > policy.prompt_within_days]
    hard_amount = sum((open_amounts.get(invoice_id, Decimal(0)) for invoice_id in hard), Decimal(0))
    share = hard_amount / balance * 100 if balance > 0 else Decimal(0)
    worst = max(days.values(), default=0)
    figures = (
        ("longest_days_overdue", worst, policy.bad_after_days),
        (f"items_overdue_beyond_{policy.prompt_within_days}_days", len(hard), policy.hard_items),
        ("share_of_balance_percent", round(share, 2), policy.hard_share_percent),
        ("broken_promises", len(counted.broken_promises), policy.broken_promises),
        ("refusals", len(counted.refusals), 1),
        ("bounced_cheques", len(counted.bounced), 1),
    )
    found, because = _class_of(counted, worst, len(hard), share, policy)
    return Verdict(found, because, figures, history_from, min(_turning_days(counted, on, policy), default=None))


def _class_of(
    counted: Behaviour, worst: int, hard: int, share: Decimal, policy: ClassPolicy
) -> tuple[BehaviourClass, str]:
    months, days_max = policy.history_months, policy.prompt_within_days
    if counted.bounced:
        return "D", Sentences.CHEQUE_BOUNCED(day=max(counted.bounced))
    if counted.refusals:
        return "D", Sentences.REFUSED_TO_PAY(day=max(counted.refusals))
    if len(counted.broken_promises) >= policy.broken_promises:
        return "D", Sentences.PROMISES_BROKEN(promises=len(counted.broken_promises), months=months)
    if worst > policy.bad_after_days:
        return "D", Sentences.INVOICE_MUCH_OVERDUE(days=worst, days_max=policy.bad_after_days)
    if hard >= policy.hard_items:
        return "C", Sentences.INVOICES_LONG_OVERDUE(invoices=hard, days_max=days_max, months=months)
    if hard and share > policy.hard_share_percent:
        return "C", Sentences.BALANCE_LONG_OVERDUE(share=f"{share:.2f}", days_max=days_max, months=months)
    if counted.late:
        return "B", Sentences.SOME_OVERDUE(months=months, invoices=len(counted.late), days=worst)
    return "A", Sentences.NOTHING_OVERDUE(months=months)


def _turning_days(counted: Behaviour, on: date, policy: ClassPolicy) -> Iterator[date]:
    """The days after ``on`` on which an open item grows old enough to count for more, or an offence is forgotten."""
    for late in counted.late.values():
        if late.settled_on is not None and late.settled_on <= on:
            yield _forgotten_on(late.settled_on, policy.history_months)
            continue
        for days in (policy.prompt_within_days, policy.bad_after_days):
            if (turning := add_days(late.due_on, days + 1)) > on:
                yield turning
    for offence in (*counted.broken_promises, *counted.refusals, *counted.bounced):
        yield _forgotten_on(offence, policy.history_months)


@lru_cache(10_000)
def _forgotten_on(ended_on: date, history_months: int) -> date:
    """The first day on which what ended on a day no longer counts: on 29 February the 28th of the year before still does.
    The last day of the calendar has none after it."""
    day = add_days(add_months(ended_on, history_months), 1)
    while add_months(day, -history_months) <= ended_on and (later := add_days(day, 1)) != day:
        day = later
    return day
