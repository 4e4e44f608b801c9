"""The mode of the relationship with a supplier: competition, mixed or partnership."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from chassis.calendar import calendar_months
from chassis.policies import PolicyVersion
from supplier_svc.policies.relationship import SupplierRelationship
from supplier_svc.responses.relationship import RelationshipAnswer
from supplier_svc.sentences import Sentences


def relationship(
    supplier_id: str,
    shares: Sequence[dict[str, Any]],
    contracts: Sequence[dict[str, Any]],
    today: date,
    policy: PolicyVersion[SupplierRelationship],
) -> RelationshipAnswer:
    """Partnership with enough of the four signs (three by default), competition with too few (none or one).

    The signs by default: at most two sources per item, contracts of a year or more, half of the orders or more, information
    exchanged. Source: 供应商关系模式 (competition, partnership).
    """
    rules = policy.document
    supplied = [row for row in shares if row["share_percent"] > 0]
    sources = _mean([Decimal(row["sources_counted"]) for row in supplied])
    share = _mean([row["share_percent"] for row in supplied])
    in_force = [each for each in contracts if each["starts_on"] <= today.isoformat() <= each["ends_on"]]
    months = max((_months(each) for each in in_force), default=0)
    exchanged = sorted({what for each in in_force for what in each["information_exchanged"]})
    signs = [
        sign
        for holds, sign in (
            (sources is not None and sources <= rules.few_sources_at_most, Sentences.FEW_SOURCES()),
            (months >= rules.long_contract_months, Sentences.LONG_CONTRACTS()),
            (share is not None and share >= rules.large_share_percent, Sentences.LARGE_SHARES()),
            (bool(exchanged), Sentences.INFORMATION_EXCHANGED()),
        )
        if holds
    ]
    return RelationshipAnswer(
        supplier_id=supplier_id,
        mode="partnership"
        if len(signs) >= rules.partnership_signs
        else "mixed"
        if len(signs) >= rules.mixed_signs
        else "competition",
        item_count=len(supplied),
        sole_source_count=sum(row["sources_counted"] == 1 for row in supplied),
        sources_per_item=sources,
        mean_share_percent=share,
        contract_months=months,
        information_exchanged=exchanged,
        signs=signs,
        policy_version=policy.version,
    )


def _mean(numbers: Sequence[Decimal]) -> Decimal | None:
    return (sum(numbers, Decimal(0)) / len(numbers)).quantize(Decimal("0.01")) if numbers else None


def _months(contract: dict[str, Any]) -> int:
    """The whole months that a contract runs; one from the 1st to the last day of a month counts that month."""
    starts, ends = date.fromisoformat(contract["starts_on"]), date.fromisoformat(contract["ends_on"])
    return calendar_months(starts, ends) + (ends.day >= starts.day - 1)
