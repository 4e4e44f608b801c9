"""Rating a partner as a whole, A to E: what that forbids, and the ratings that fall due."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import assert_never

from chassis.calendar import add_days, add_months
from chassis.domain import Decision, Refusal
from contracts.supplier import (
    ContractToEnd,
    PartnerRated,
    PartnerRating,
    PartnerRatingDue,
    PartnerRatingOverdue,
)
from supplier_svc.policies.partner_ratings import PartnerRatings
from supplier_svc.policies.qualification import SupplierQualification
from supplier_svc.sentences import Sentences
from supplier_svc.supplier import duties, sourcing
from supplier_svc.supplier.known import check_known
from supplier_svc.supplier.onboarding import prohibited
from supplier_svc.supplier.rules.numbers import UNIFIED
from supplier_svc.supplier.rules.restrictions import RESTRICTIONS
from supplier_svc.supplier.rules.suggested_ratings import Lapsed, Record, Suggestion, suggest
from supplier_svc.supplier.state import Supplier


@dataclass(frozen=True, slots=True)
class RatePartner:
    """Rate the partner as a whole, A (excellent) to E (prohibited); the same rating again renews it.

    ``because`` may be empty where the rating is the one that the record suggests.
    """

    supplier_id: str
    rating: PartnerRating
    because: str
    rated_on: date
    rated_by: str | None = None


@dataclass(frozen=True, slots=True)
class CallForRating:
    """Publish that the rating of ``due_on`` is due."""

    supplier_id: str
    due_on: date


@dataclass(frozen=True, slots=True)
class ReportRatingOverdue:
    """Publish that the rating of ``due_on`` is still missing."""

    supplier_id: str
    due_on: date
    overdue_on: date


Command = RatePartner | CallForRating | ReportRatingOverdue


class RatedLater(Refusal):
    """{supplier_id} was rated on {last} already; a rating of {rated_on} would come before it."""


class RatingUnexplained(Refusal):
    """The record of {supplier_id} suggests {suggested}, not {rating}; say why it is rated otherwise."""


def decide(command: Command, decision: Decision[Supplier]) -> None:
    known = decision.state.ratings
    match command:
        case RatePartner():
            if (known.rating, known.rated_on) != (command.rating, command.rated_on):
                _rate(command, decision)
        case CallForRating():
            if known.due_on == command.due_on and not known.is_due:
                _call(command.due_on, decision)
        case ReportRatingOverdue():
            if known.due_on == command.due_on and known.is_due and not known.is_overdue:
                decision.emit(
                    PartnerRatingOverdue(
                        supplier_id=command.supplier_id, due_on=command.due_on, overdue_on=command.overdue_on
                    )
                )
        case _:
            assert_never(command)


def _rate(command: RatePartner, decision: Decision[Supplier]) -> None:
    check_known(decision)
    if (last := decision.state.ratings.rated_on) is not None and command.rated_on < last:
        raise RatedLater(supplier_id=command.supplier_id, last=last, rated_on=command.rated_on)
    duties.check_rating(decision, command.rated_by, command.rated_on)
    on, suggested = command.rated_on, suggestion(decision, command.rated_on).rating
    if command.rating != suggested and not command.because:
        raise RatingUnexplained(supplier_id=command.supplier_id, suggested=suggested, rating=command.rating)
    policy = decision.policy(PartnerRatings, on)
    restrictions = RESTRICTIONS.get(command.rating, ())
    decision.emit(
        PartnerRated(
            supplier_id=command.supplier_id,
            rating=command.rating,
            previous=decision.state.ratings.rating,
            because=command.because or Sentences.RATED_AS_SUGGESTED(),
            rated_on=on,
            rated_by=command.rated_by,
            suggested=suggested,
            restrictions=restrictions,
            share_max_percent=policy.document.restricted_share_max if "share_capped" in restrictions else None,
            due_again_on=add_months(on, policy.document.every_months),
            contracts_to_end=tuple(_running(decision, on)) if command.rating == "E" else (),
            policy_version=policy.version,
        )
    )
    sourcing.notify_items(decision, on, Sentences.RATED(rating=command.rating))


def _running(decision: Decision[Supplier], on: date) -> Iterator[ContractToEnd]:
    contracts = decision.state.contracts.by_id
    for contract_id in sorted(contracts):
        if (contract := contracts[contract_id]).last_day >= on:
            yield ContractToEnd(contract_id=contract_id, kind=contract.kind, ends_on=contract.last_day)


def _call(due_on: date, decision: Decision[Supplier]) -> None:
    policy, suggested = decision.policy(PartnerRatings, due_on), suggestion(decision, due_on)
    decision.emit(
        PartnerRatingDue(
            supplier_id=decision.id,
            due_on=due_on,
            last=decision.state.ratings.rating,
            suggested=suggested.rating,
            factors=suggested.factors,
            overdue_on=add_days(due_on, policy.document.overdue_days),
            policy_version=policy.version,
        )
    )


def suggestion(decision: Decision[Supplier], on: date) -> Suggestion:
    """The rating that the record suggests on a day, and what of the record counts."""
    policy, state = decision.policy(PartnerRatings, on).document, decision.state
    since = add_months(on, -policy.missed_months)
    answers = state.improvements.by_period.items()
    actions = ((action_id, action) for action_id, action in state.corrective_actions.by_id.items() if action)
    return suggest(
        Record(
            standing=state.gradings.standing,
            prohibited=prohibited(decision, state.qualification.file, on),
            lapsed=tuple(_lapsed(decision, on, policy.certificate_lapsed_days)),
            missed={period: owed.due_on for period, owed in answers if owed.ended == "missed" and owed.due_on > since},
            owed={period: owed.due_on for period, owed in answers if owed.ended == "no"},
            overdue=sorted(each for each, action in actions if action.left and action.left[0].due_on < on),
        )
    )


def _lapsed(decision: Decision[Supplier], on: date, days: int) -> Iterator[Lapsed]:
    """The certificates that a file needs and that ended more than so many days ago; one that never was on file has not ended."""
    certificates, still_good = decision.state.certificates, add_days(on, -days)
    if certificates.in_date(UNIFIED, still_good):
        return
    lapsed = dict[Lapsed, None]()
    for kind in decision.policy(SupplierQualification, on).document.licences:
        on_file = [each for each in certificates.by_id.values() if each.kind in (kind, UNIFIED)]
        last = max(on_file, key=lambda each: (each.valid_to, each.number), default=None)
        if last is not None and last.valid_to < still_good:
            lapsed[Lapsed(last.kind, last.number, last.valid_to)] = None
    yield from lapsed
