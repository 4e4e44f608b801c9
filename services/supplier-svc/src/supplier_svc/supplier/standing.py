"""The standing of a supplier by both tracks: what it will be after gradings, and the event that makes it known."""

from collections.abc import Mapping
from datetime import date

from chassis.domain import Decision
from contracts.supplier import Grading, Movement, SupplierStandingChanged, Track
from supplier_svc.scoring.period import Period
from supplier_svc.sentences import Sentences
from supplier_svc.supplier.rules.standing import Standing, standing_of
from supplier_svc.supplier.state import Supplier
from supplier_svc.supplier.state.gradings import Gradings


def standing_after(
    decision: Decision[Supplier], track: Track, changed: Mapping[Period, Grading], moved: Mapping[Period, Movement]
) -> Standing:
    """The standing once the ``changed`` gradings of a track, and the movements of all its periods, are on record."""
    gradings = decision.state.gradings
    on_record = gradings.of(track)
    for period in sorted({*changed, *moved}):
        movement, grading = moved.get(period), changed.get(period)
        if grading is not None or (movement and movement.grade != on_record.grade_in_force(period)):
            gradings = gradings.recorded(track, period, grading or on_record.by_period[period], movement)
    return _standing(gradings, decision)


def _standing(gradings: Gradings, decision: Decision[Supplier]) -> Standing:
    return standing_of(
        gradings.with_grades(), gradings.annual.with_grades(), gradings.without_ceiling, decision.policies
    )


def publish(decision: Decision[Supplier], before: Gradings, track: Track, on: date, because: str) -> None:
    """Publish the standing where it is another than before."""
    now, standing = decision.state.gradings, _standing(decision.state.gradings, decision)
    if now.standing is None or now.standing == before.standing:
        return
    is_raised = track == "operational" and None not in (now.ceiling, before.ceiling) and now.ceiling != before.ceiling
    if is_raised:
        because = now.ceiling_because
    elif standing.is_limited and now.ceiling and track == "operational":
        because = Sentences.LIMITED_BY_YEAR(because=because, ceiling=now.ceiling)
    decision.emit(
        SupplierStandingChanged(
            supplier_id=decision.id,
            standing=now.standing,
            previous=before.standing,
            operational=now.grade,
            annual=now.annual.grade,
            ceiling=now.ceiling,
            changed_on=on,
            because=because,
            cause="relief" if is_raised else track,
        )
    )
