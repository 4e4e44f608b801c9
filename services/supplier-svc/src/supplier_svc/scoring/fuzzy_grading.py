"""A fuzzy comprehensive evaluation (模糊综合评价法) as the grade of a period: the comment that wins, with the weight of each kept."""

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction

from chassis.policies import PolicyVersion
from contracts.supplier import GradeFactor, Grading
from supplier_svc.policies.fuzzy import FuzzyEvaluation
from supplier_svc.policies.gradings import FUZZY_SCHEME, SupplierGrading
from supplier_svc.scoring.evidence import Evidence, FailedLots
from supplier_svc.scoring.fuzzy import evaluate
from supplier_svc.scoring.memberships import memberships
from supplier_svc.scoring.points import costliest
from supplier_svc.scoring.rounding import published, published_score
from supplier_svc.scoring.tally import Tally


def grade_by_fuzzy(
    tallies: Iterable[Tally],
    evidence: Evidence,
    failed_lots: FailedLots,
    rules: FuzzyEvaluation,
    policy: PolicyVersion[SupplierGrading],
) -> Grading:
    """The comment is the grade; insufficient with fewer lots than ``min_lots``, or facts for too little of the weights.

    The factors are the comments with their shares, whose contributions make the score, then what was judged, with its weight.
    """
    rows = memberships(tallies, rules.factors, rules.comments, failed_lots)
    weight = sum((factor.weight for factor, _ in rows), Decimal(0))
    found = evaluate([f.weight for f, _ in rows], [row for _, row in rows], rules.operator) if rows else None
    enough = weight >= rules.min_weight and evidence.lots >= policy.document.min_lots
    shares = zip(rules.comments, found.normalised, strict=True) if found else ()
    return Grading(
        grade=rules.comments[found.comment - 1].grade if found and enough else "insufficient",
        score=published_score(found.score([each.value for each in rules.comments])) if found else Decimal(0),
        basis="fuzzy",
        factors=(
            *(
                GradeFactor(
                    name=comment.grade,
                    value=published(share),
                    contribution=published(share * Fraction(comment.value)),
                    unit="share from 0 to 1",
                )
                for comment, share in shares
            ),
            *(
                GradeFactor(
                    name=factor.name,
                    value=published(Fraction(factor.weight) / Fraction(weight)),
                    contribution=Decimal(0),
                    unit="weight",
                )
                for factor, _ in rows
            ),
        ),
        thresholds=(),
        deciding_records=costliest(evidence),
        policy_version=policy.version,
        min_lots=policy.document.min_lots,
        scheme=FUZZY_SCHEME,
    )
