"""Why nobody is graded for a period that was asked for."""

from chassis.http import Problem, Queries, invalid_input
from supplier_svc.policies.gradings import SupplierGrading
from supplier_svc.read_models import supplier_month
from supplier_svc.scoring.period import Period


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
    if queries.today < period.due_on:
        raise invalid_input(field, "not_over", f"{period} is not over; it is graded from {period.due_on} on")
    kind = queries.policies.at(SupplierGrading, period.starts_on).document.period
    if kind != period.kind:
        example = Period.of(period.ends_on, kind)
        raise invalid_input(
            field, "another_length", f"suppliers were graded by the {kind} then: name a {kind}, for example {example}"
        )
