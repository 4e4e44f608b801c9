"""Why nobody is graded for a period that was asked for."""

from chassis.http import Problem, Queries, invalid_input
from chassis.policies import PolicyBook
from contracts.supplier import Track
from supplier_svc.policies.gradings import SupplierGrading
from supplier_svc.read_models import supplier_month
from supplier_svc.scoring.period import Period
from supplier_svc.supplier.restatements import graded_on


def track_of(period: Period, policies: PolicyBook) -> Track:
    """The track on which a period is graded: a year on the annual one, where the policy of its last day has that."""
    has_annual = policies.at(SupplierGrading, period.ends_on).document.annual is not None
    return "annual" if period.kind == "year" and has_annual else "operational"


async def latest_period(track: Track | None, queries: Queries) -> Period:
    """The period that is shown where none is named: the latest that ended, on the annual track the latest graded year."""
    if track == "annual":
        graded = await queries.one(supplier_month.years().limit(1))
        return Period.parse(graded["period"]) if graded else Period.of(queries.today, "year").plus(-1)
    kind = queries.policies.at(SupplierGrading, queries.today).document.period
    return Period.of(queries.today, kind).plus(-1)


def refuse_two_tracks(before: Period, period: Period, policies: PolicyBook) -> Track:
    """The track of both periods. Raises Problem (422) where they have none in common: their grades do not mean the same."""
    one, other = track_of(before, policies), track_of(period, policies)
    if one != other:
        raise invalid_input(
            "before",
            "another_track",
            f"{before} is graded on the {one} track, {period} on the {other} one; name two periods of one track",
        )
    return one


async def refuse_ungraded(period: Period, queries: Queries) -> None:
    """Raises Problem for a period for which no supplier can have been graded, 404 for one before the first grading; call it where
    nothing was found.
    """
    refuse_ungradable(period, queries)
    first = await queries.one(supplier_month.first_graded())
    if first is not None and period.ends_on < first["ends_on"]:
        raise Problem(
            404,
            "not-found",
            f"There is no grading for {period}: the first period that was graded is {first['period']}.",
        )


def refuse_ungradable(period: Period, queries: Queries, field: str = "period") -> None:
    """Raises Problem (422) while a period is not over, or where the policy graded periods of another length."""
    track = track_of(period, queries.policies)
    if queries.today < (due_on := graded_on(queries.policies, period, track)):
        raise invalid_input(field, "not_over", f"{period} is not over; it is graded from {due_on} on")
    if track == "annual":
        return
    kind = queries.policies.at(SupplierGrading, period.starts_on).document.period
    if kind != period.kind:
        example = Period.of(period.ends_on, kind)
        raise invalid_input(
            field, "another_length", f"suppliers were graded by the {kind} then: name a {kind}, for example {example}"
        )
