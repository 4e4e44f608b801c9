"""The named measures that a composite scheme is made of."""

from collections.abc import Callable
from fractions import Fraction

from contracts.supplier import SurveyTopic
from supplier_svc.policies.schemes import Measure
from supplier_svc.scoring.evidence import Evidence


def measured(measure: Measure, evidence: Evidence) -> Fraction | None:
    """A measure of a period; None where there is no fact to measure it by."""
    return _MEASURES[measure](evidence)


def unit_of(measure: Measure) -> str:
    return _UNITS.get(measure, "share from 0 to 1" if measure.endswith("_ratio") else "cases")


def _share(part: int, whole: int) -> Fraction | None:
    return Fraction(part, whole) if whole else None


def _per_100_lots(evidence: Evidence) -> Fraction | None:
    return Fraction(evidence.points * 100, evidence.lots) if evidence.lots else None


def _surveyed(topic: SurveyTopic) -> Callable[[Evidence], Fraction | None]:
    return lambda evidence: evidence.surveyed.get(topic)


_MEASURES: dict[Measure, Callable[[Evidence], Fraction | None]] = {
    "accepted_lots_ratio": lambda e: _share(e.lots - e.rejected_lots, e.lots),
    "on_time_ratio": lambda e: _share(e.scheduled - e.late, e.scheduled),
    "days_late": lambda e: Fraction(e.days_late),
    "line_stops": lambda e: Fraction(e.line_stops),
    "line_stop_minutes": lambda e: Fraction(e.line_stop_minutes),
    "price_above_standard_percent": lambda e: e.price_above_percent,
    "lowest_price_ratio": lambda e: e.lowest_ratio,
    "uncooperative_cases": lambda e: Fraction(e.cases.get("uncooperative", 0)),
    "criticisms": lambda e: Fraction(e.cases.get("criticism", 0)),
    "site_criticisms": lambda e: Fraction(e.cases.get("site_criticism", 0)),
    "points": lambda e: Fraction(e.points),
    "points_per_100_lots": _per_100_lots,
    "mean_monthly_pass_ratio": lambda e: e.pass_ratio(),
    "surveyed_quality_stability_ratio": _surveyed("quality_stability"),
    "surveyed_after_sales_ratio": _surveyed("after_sales"),
    "surveyed_delivery_timeliness_ratio": _surveyed("delivery_timeliness"),
    "surveyed_supply_assurance_ratio": _surveyed("supply_assurance"),
}
_UNITS: dict[Measure, str] = {
    "days_late": "days",
    "line_stop_minutes": "minutes",
    "price_above_standard_percent": "percent",
    "points": "points",
    "points_per_100_lots": "points per 100 lots",
}
