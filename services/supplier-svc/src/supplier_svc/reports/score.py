"""The score of the facts of a period, of a whole supplier or of one item or plant of it. It decides nothing."""

from datetime import datetime

from chassis.http import Queries
from supplier_svc.policies.gradings import SupplierGrading
from supplier_svc.responses.gradings import ScoreAnswer
from supplier_svc.scoring.evidence import evidence_of
from supplier_svc.scoring.gradings import grade
from supplier_svc.scoring.period import Period
from supplier_svc.supplier.gradings import GradeSupplier


async def score(
    supplier_id: str,
    queries: Queries,
    period: Period,
    item_id: str | None = None,
    plant_id: str | None = None,
    as_known_at: datetime | None = None,
) -> ScoreAnswer:
    """By the facts known now or known then, under the policy in force on the period's last day."""
    if as_known_at is None:
        state = await queries.state(GradeSupplier, supplier_id)
    else:
        state = await queries.known_state(GradeSupplier, supplier_id, as_known_at)
    evidence = evidence_of(state.facts.of(period), item_id, plant_id, state.facts.failed_lots)
    grading = grade(evidence, queries.policies.at(SupplierGrading, period.ends_on))
    return ScoreAnswer(
        supplier_id=supplier_id,
        period=str(period),
        scope="item_and_plant" if item_id and plant_id else "item" if item_id else "plant" if plant_id else "supplier",
        item_id=item_id,
        plant_id=plant_id,
        grade=grading.grade,
        score=grading.score,
        scheme=grading.scheme,
        criteria=grading.criteria,
        factors=grading.factors,
        lots_received=evidence.lots,
        lots_rejected=evidence.rejected_lots,
        lots_late=evidence.late,
        policy_version=grading.policy_version,
    )
