"""The account of a customer: file, limit, orders, receivables and collection share one stream, as they share one exposure.

One stream per customer, ``account-{customer_id}``. Pure; one module per noun with its commands, its refusals and what it
decides.
"""

from collections.abc import Sequence

from chassis.domain import Decider
from chassis.policies import PolicyBook
from contracts import Event
from credit_svc.account import (
    behaviour,
    cases,
    contacts,
    disputes,
    files,
    increases,
    interest,
    invoices,
    limits,
    merges,
    orders,
    overdue,
    overrides,
    payments,
    promises,
    reaching,
    refunds,
    reviews,
    stages,
    write_offs,
)
from credit_svc.account.consequences import notice_use
from credit_svc.account.decision import AccountDecision, Command, Handlers
from credit_svc.account.documents import CLAIMS
from credit_svc.account.given_days import require_given_days
from credit_svc.account.overdue import tell_ended
from credit_svc.account.state import Account, evolve

NOUNS = (
    invoices, payments, refunds, disputes, write_offs, interest, orders, overrides, limits, increases, files, reviews, behaviour,
    cases, promises, stages, overdue, merges, reaching, contacts,
)  # fmt: skip

DECIDE: Handlers = {command: decide for noun in NOUNS for command, decide in noun.DECIDE.items()}


def admit(command: Command, account: Account, policies: PolicyBook) -> Sequence[Event]:
    """What comes in is decided when the days that it gives are plausible. Raises DayImplausible."""
    require_given_days(command, policies)
    return decide(command, account, policies)


def decide(command: Command, account: Account, policies: PolicyBook) -> Sequence[Event]:
    decision = AccountDecision(command.customer_id, account, policies, evolve)
    DECIDE[type(command)](decision, command)
    tell_ended(decision)
    notice_use(decision, account, account.latest if command.on is None else command.on)
    return decision.events


DECIDER = Decider(
    category="account",
    commands=tuple(DECIDE),
    stream_id=lambda command: command.customer_id,
    initial=Account(),
    evolve=evolve,
    decide=admit,
    continues_as=merges.continues_as,
    readdressed=merges.readdressed,
    histories_of=merges.histories_of,
    names="customer",
    claims=CLAIMS,
)
