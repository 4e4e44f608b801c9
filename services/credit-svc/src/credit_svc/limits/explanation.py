"""Why a limit is what it is on a day, and what would change it, in sentences. Pure."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from chassis.calendar import add_days
from contracts.currencies import money
from credit_svc.limits.credit_line import CreditLine, Limit, TemporaryIncrease
from credit_svc.policies.credit import CreditPolicy
from credit_svc.sentences import Sentences

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
        because = Sentences.LIMIT_OF_POLICY(policy=CreditPolicy.NAME, version=policy_version, limit=_in(base, currency))
    else:
        because = Sentences.LIMIT_SET(
            approved_by=limit.approved_by,
            limit=_in(base, currency),
            valid_from=limit.valid_from,
            reason=limit.reason.rstrip("."),
        )
    source: LimitSource = "policy" if limit is None else "set"
    raise_id, increase = _largest_increase(line, on)
    if increase is not None and increase.amount > base:
        source, base = "increase", increase.amount
        increased = Sentences.LIMIT_INCREASED(raise_id=raise_id, limit=_in(base, currency), ends_on=increase.ends_on)
        because = f"{increased} {because}"
    cap_id, share = min(line.shares.items(), key=lambda each: (each[1], each[0]), default=(None, base))
    if share < base:
        source = "share"
        because = f"{Sentences.LIMIT_WITHIN_SHARE(cap_id=cap_id, share=_in(share, currency))} {because}"
    return ExplainedLimit(amount, source, because, limit, _changes(line, on, currency, default, base))


def _changes(line: CreditLine, on: date, currency: str | None, default: Decimal, base: Decimal) -> tuple[str, ...]:
    found, before = list[str](), line.on(on, default)
    for day, (sentence, of) in sorted(_turns(line).items()):
        if day > on and (then := line.on(day, default)) != before:
            found.append(sentence(day=day, limit=_in(then, currency), **of))
            before = then
    for cap_id, share in sorted(line.shares.items()):
        if share < base:
            found.append(Sentences.LARGER_SHARE_RAISES_LIMIT(cap_id=cap_id, limit=_in(base, currency)))
    for proposal_id, proposal in sorted(line.proposals.items()):
        wanted = {
            "proposal_id": proposal_id,
            "limit": _in(proposal.limit, proposal.currency),
            "proposed_by": proposal.proposed_by,
        }
        if proposal.ends_on is None:
            found.append(Sentences.PROPOSAL_WAITS(**wanted))
        else:
            found.append(Sentences.PROPOSAL_FOR_A_TIME_WAITS(**wanted, ends_on=proposal.ends_on))
    return (*found, Sentences.PROPOSE_ANOTHER_LIMIT())


def _turns(line: CreditLine) -> dict[date, tuple[Sentences, dict[str, str]]]:
    """The days on which something of the line begins or ends, each with the sentence of it and what that names."""
    increases = sorted(line.increases.items())
    return {
        **{add_days(each.ends_on, 1): (Sentences.LIMIT_WHEN_INCREASE_ENDS, {"raise_id": id}) for id, each in increases},
        **{each.valid_from: (Sentences.LIMIT_WHEN_INCREASE_BEGINS, {"raise_id": id}) for id, each in increases},
        **{each.valid_from: (Sentences.LIMIT_WHEN_SET_ONE_BEGINS, {}) for each in line.limits},
    }


def _largest_increase(line: CreditLine, on: date) -> tuple[str | None, TemporaryIncrease | None]:
    in_force = [(id, each) for id, each in sorted(line.increases.items()) if each.valid_from <= on <= each.ends_on]
    return max(in_force, key=lambda each: each[1].amount, default=(None, None))


def _in(amount: Decimal, currency: str | None) -> str:
    return f"{amount:f}" if currency is None else money(amount, currency)
