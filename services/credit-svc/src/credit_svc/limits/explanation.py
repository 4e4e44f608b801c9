"""Why a limit is what it is on a day, and what would change it, in sentences. Pure."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from chassis.calendar import add_days
from contracts.currencies import money
from credit_svc.limits.credit_line import CreditLine, Limit, TemporaryIncrease
from credit_svc.policies.credit import CreditPolicy

LimitSource = Literal["policy", "set", "increase", "share"]


@dataclass(frozen=True)
class ExplainedLimit:
    """``limit``: the one that was set, None where the policy's counts. ``changes``: what would change the amount, the first by time."""

    amount: Decimal
    source: LimitSource
    because: str
    limit: Limit | None
    changes: tuple[str, ...]


def explain_limit(
    line: CreditLine, on: date, currency: str | None, default: Decimal, policy_version: int
) -> ExplainedLimit:
    """``default``: the limit of the policy on that day, where none is set. ``currency``: None for an account that has none yet."""
    limit = next((each for each in reversed(line.limits) if each.valid_from <= on), None)
    amount, base = line.on(on, default), default if limit is None else limit.amount
    if limit is None:
        because = f"No limit is set, so that of the policy {CreditPolicy.NAME}, version {policy_version}, counts: {_in(base, currency)}."
    else:
        because = (
            f"{limit.approved_by} set {_in(base, currency)} from {limit.valid_from} on: {limit.reason.rstrip('.')}."
        )
    source: LimitSource = "policy" if limit is None else "set"
    raise_id, increase = _largest_increase(line, on)
    if increase is not None and increase.amount > base:
        source, base = "increase", increase.amount
        because = (
            f"The temporary increase {raise_id} to {_in(base, currency)} counts until {increase.ends_on}. {because}"
        )
    cap_id, share = min(line.shares.items(), key=lambda each: (each[1], each[0]), default=(None, base))
    if share < base:
        source = "share"
        because = f"The share of the cap {cap_id} is {_in(share, currency)}, and no more may be owed. {because}"
    return ExplainedLimit(amount, source, because, limit, _changes(line, on, currency, default, base))


def _changes(line: CreditLine, on: date, currency: str | None, default: Decimal, base: Decimal) -> tuple[str, ...]:
    found, before = list[str](), line.on(on, default)
    turns = {add_days(each.ends_on, 1): f"the increase {id} ends" for id, each in sorted(line.increases.items())}
    turns |= {each.valid_from: f"the increase {id} begins" for id, each in sorted(line.increases.items())}
    turns |= {each.valid_from: "a limit that is set already begins" for each in line.limits}
    for day, why in sorted(turns.items()):
        if day > on and (then := line.on(day, default)) != before:
            found.append(f"On {day} it becomes {_in(then, currency)}: {why}.")
            before = then
    for cap_id, share in sorted(line.shares.items()):
        if share < base:
            found.append(f"A larger share of the cap {cap_id} raises it, up to {_in(base, currency)}.")
    for proposal_id, proposal in sorted(line.proposals.items()):
        until = "" if proposal.ends_on is None else f" until {proposal.ends_on}"
        wanted = _in(proposal.limit, proposal.currency) + until
        found.append(
            f"Proposal {proposal_id} of {wanted} by {proposal.proposed_by} counts once another person approves it."
        )
    return (*found, "A person proposes another limit, and another person approves it.")


def _largest_increase(line: CreditLine, on: date) -> tuple[str | None, TemporaryIncrease | None]:
    in_force = [(id, each) for id, each in sorted(line.increases.items()) if each.valid_from <= on <= each.ends_on]
    return max(in_force, key=lambda each: each[1].amount, default=(None, None))


def _in(amount: Decimal, currency: str | None) -> str:
    return f"{amount:f}" if currency is None else money(amount, currency)
