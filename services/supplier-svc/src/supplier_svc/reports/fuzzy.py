"""The fuzzy evaluation of a supplier's period, by the facts that are known now. It decides nothing."""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from fractions import Fraction

from chassis.http import Queries
from chassis.policies import PolicyVersion
from supplier_svc.policies.fuzzy import FuzzyEvaluation
from supplier_svc.responses.fuzzy import FuzzyAnswer, FuzzyFactor
from supplier_svc.scoring.evidence import FailedLots, no_failed_lots
from supplier_svc.scoring.fuzzy import Evaluation, evaluate
from supplier_svc.scoring.memberships import memberships
from supplier_svc.scoring.period import Period
from supplier_svc.scoring.rounding import published, published_score
from supplier_svc.scoring.tally import Tally
from supplier_svc.sentences import Sentences
from supplier_svc.supplier.gradings import GradeSupplier


async def fuzzy_evaluation(supplier_id: str, queries: Queries, period: Period) -> FuzzyAnswer:
    """Under the policy in force on the period's last day."""
    state = await queries.state(GradeSupplier, supplier_id)
    policy = queries.policies.at(FuzzyEvaluation, period.ends_on)
    return evaluation_of(supplier_id, period, state.facts.of(period), policy, state.facts.failed_lots)


def evaluation_of(
    supplier_id: str,
    period: Period,
    tallies: Iterable[Tally],
    policy: PolicyVersion[FuzzyEvaluation],
    failed_lots: FailedLots = no_failed_lots,
) -> FuzzyAnswer:
    """The evaluation of these months; insufficient where too little of the weight has facts."""
    rules = policy.document
    rows = memberships(tallies, rules.factors, rules.comments, failed_lots)
    weight = sum((factor.weight for factor, _ in rows), Decimal(0))
    known = {factor.name for factor, _ in rows}
    missing = [factor.name for factor in rules.factors if factor.name not in known]
    found = None
    if weight >= rules.min_weight:
        found = evaluate([factor.weight for factor, _ in rows], [row for _, row in rows], rules.operator)
    return FuzzyAnswer(
        supplier_id=supplier_id,
        period=str(period),
        factors=[
            FuzzyFactor(
                name=factor.name,
                weight=published(Fraction(factor.weight) / Fraction(weight)),
                memberships=[published(each) for each in row],
            )
            for factor, row in rows
        ],
        b=[published(each) for each in found.b] if found else [],
        normalised=[published(each) for each in found.normalised] if found else [],
        comment=rules.comments[found.comment - 1].grade if found else "insufficient",
        score=published_score(found.score([each.value for each in rules.comments])) if found else None,
        is_tie=found is not None and found.is_tie,
        reasons=[*_reasons(rules, found, weight, missing)],
        operator=rules.operator,
        policy_version=policy.version,
    )


def _reasons(
    rules: FuzzyEvaluation, found: Evaluation | None, weight: Decimal, missing: Sequence[str]
) -> Iterator[str]:
    if found is None:
        yield Sentences.TOO_LITTLE_WEIGHT(weight=weight, needed=rules.min_weight)
    elif missing:
        yield Sentences.FACTORS_LEFT_OUT(factors=", ".join(missing))
    if found is not None and found.is_tie:
        tied = ", ".join(rules.comments[number - 1].grade for number in found.largest)
        yield Sentences.TIE_OF_COMMENTS(grades=tied)
