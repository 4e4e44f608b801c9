"""The total is set by two people; limits about to be set claim their part of it before the account has them."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from chassis.domain import Refusal
from chassis.subjects import same_person
from contracts.credit import TotalLimitClaimed, TotalLimitClaimSettled, TotalLimitProposed, TotalLimitSet
from contracts.currencies import money
from credit_svc.receivables.facts import NOTHING
from credit_svc.total_limit.state import TotalDecision, ceiling, granted


@dataclass(frozen=True, slots=True)
class ProposeTotal:
    amount: Decimal
    currency: str
    overbook_percent: Decimal
    valid_from: date
    reason: str
    by: str


@dataclass(frozen=True, slots=True)
class SetTotal:
    """``proposed_by``: who proposed it elsewhere; None: whoever proposed the same here."""

    amount: Decimal
    currency: str
    overbook_percent: Decimal
    valid_from: date
    reason: str
    by: str
    proposed_by: str | None = None


@dataclass(frozen=True, slots=True)
class ClaimLimit:
    """A customer's limit is to become ``limit``; ``before``: what is in force, 0 for one who has no account yet."""

    claim_id: str
    customer_id: str
    limit: Decimal
    before: Decimal
    currency: str
    on: date


@dataclass(frozen=True, slots=True)
class SettleClaim:
    """``version``: of the account, with the limit in it; None where the limit was refused. ``frees``: it is lower than before."""

    claim_id: str
    version: int | None
    frees: bool = False


class TotalNotProposed(Refusal):
    """Nobody proposed a total of {amount} from {valid_from} on; one person proposes it, and another one sets it."""


class TotalOfOnePerson(Refusal):
    """{person} cannot set what {person}, or a name that looks the same, proposed; another person has to."""


class TotalBeingMeasured(Refusal):
    """The limits of all customers are being added up for the first time; try again in a minute."""


class TotalExceeded(Refusal):
    """The limits of all customers would be {would_be}, more than the total of {total}; {free} are free."""


class NoRateIntoTotal(Refusal):
    """The total is in {total_currency}, the limit in {currency}, and no rate between them is recorded.
    Publish one in the policy exchange."""

    status = 422


def propose(decision: TotalDecision, command: ProposeTotal) -> None:
    proposed = TotalLimitProposed(
        amount=command.amount,
        currency=command.currency,
        overbook_percent=command.overbook_percent,
        valid_from=command.valid_from,
        reason=command.reason,
        proposed_by=command.by,
    )
    if proposed != decision.state.proposed:
        decision.emit(proposed)


def set_total(decision: TotalDecision, command: SetTotal) -> None:
    """Below what is granted it is set all the same: no limit rises then until all of them fit."""
    last = decision.state.sets[-1] if decision.state.sets else None
    proposed_by = command.proposed_by or _proposer(decision, command)
    if proposed_by is None and last is not None and _terms(last) == _terms(command):
        return
    if proposed_by is None:
        raise TotalNotProposed(amount=money(command.amount, command.currency), valid_from=command.valid_from)
    if same_person(proposed_by, command.by):
        raise TotalOfOnePerson(person=command.by)
    recorded = TotalLimitSet(
        amount=command.amount,
        currency=command.currency,
        overbook_percent=command.overbook_percent,
        valid_from=command.valid_from,
        reason=command.reason,
        proposed_by=proposed_by,
        approved_by=command.by,
    )
    if recorded != last:
        decision.emit(recorded)


def _proposer(decision: TotalDecision, command: SetTotal) -> str | None:
    proposed = decision.state.proposed
    return proposed.proposed_by if proposed is not None and _terms(proposed) == _terms(command) else None


def _terms(of: SetTotal | TotalLimitProposed | TotalLimitSet) -> tuple[Decimal, str, Decimal, date]:
    return of.amount, of.currency, of.overbook_percent, of.valid_from


def claim(decision: TotalDecision, command: ClaimLimit) -> None:
    """No total set: nothing is claimed. A limit that does not rise is not refused, however much is granted."""
    if not decision.state.sets or command.claim_id in decision.state.claims:
        return
    rise = max(NOTHING, command.limit - command.before)
    if rise and (found := decision.rates(command.on)) is not None:
        if not decision.state.measurements:
            raise TotalBeingMeasured
        in_force, rates = found
        wanted = rates.converted(rise, command.currency)
        if wanted is None:
            raise NoRateIntoTotal(total_currency=in_force.currency, currency=command.currency)
        most, have = ceiling(in_force), granted(decision.state, rates)
        if have + wanted > most:
            raise TotalExceeded(
                would_be=money(have + wanted, in_force.currency),
                total=money(most, in_force.currency),
                free=money(max(NOTHING, most - have), in_force.currency),
            )
    decision.emit(
        TotalLimitClaimed(
            claim_id=command.claim_id,
            customer_id=command.customer_id,
            rise=rise,
            currency=command.currency,
            claimed_on=command.on,
        )
    )


def settle_claim(decision: TotalDecision, command: SettleClaim) -> None:
    known = decision.state.claims.get(command.claim_id)
    if known is None or known.is_settled:
        return
    decision.emit(
        TotalLimitClaimSettled(
            claim_id=command.claim_id,
            customer_id=known.customer_id,
            version=command.version,
            frees=command.frees,
        )
    )
