"""An answer with its score, by the kind of its survey. Pure.

Rule: a score below 5 of 5 is at risk; the other borders are policy.
"""

from decimal import Decimal
from typing import Any

from chassis.policies import PolicyBook
from contracts import erp
from contracts.customer import SurveyRecorded
from customer_svc.policies.satisfaction import SatisfactionPolicy, Scale
from customer_svc.satisfaction.answers import number
from customer_svc.satisfaction.index import index_of, indicators
from customer_svc.satisfaction.kano import features
from customer_svc.satisfaction.service_quality import gaps, mean_gap


def recorded(fact: erp.SurveyAnswered, policies: PolicyBook) -> SurveyRecorded:
    """The answer as it is published. Raises a Refusal for one that its kind cannot read."""
    dated = policies.at(SatisfactionPolicy, fact.answered_on)
    return SurveyRecorded(
        survey_id=fact.survey_id,
        customer_id=fact.customer_id,
        answered_on=fact.answered_on,
        kind=fact.kind,
        answers=fact.answers,
        order_id=fact.order_id,
        policy_version=dated.version,
        **_scored(fact, dated.document),
    )


def _scored(fact: erp.SurveyAnswered, policy: SatisfactionPolicy) -> dict[str, Any]:
    match fact.kind:
        case "rating":
            scale = Scale(worst=policy.worst, best=policy.best)
            return _score(number(fact.survey_id, "rating", fact.answers, scale), policy.at_risk_below)
        case "csi":
            found = indicators(fact.survey_id, fact.answers, policy.index)
            return {"indicators": found, **_score(index_of(found), policy.index.at_risk_below)}
        case "servqual":
            each = gaps(fact.survey_id, fact.answers, policy.servqual)
            return {"gaps": each, **_score(mean_gap(each), policy.servqual.at_risk_below)}
        case "kano":
            return {"features": features(fact.survey_id, fact.answers)}


def _score(score: Decimal, at_risk_below: Decimal) -> dict[str, Any]:
    return {"score": score, "at_risk": score < at_risk_below}
