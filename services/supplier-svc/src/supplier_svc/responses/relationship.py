"""How near a supplier is."""

from decimal import Decimal
from typing import Literal

from supplier_svc.responses.answer import Answer


class RelationshipAnswer(Answer):
    """The mode of the relationship: few sources, long contracts, large shares and exchange of information make a partnership."""

    supplier_id: str
    mode: Literal["partnership", "mixed", "competition"]
    item_count: int
    sole_source_count: int
    sources_per_item: Decimal | None
    mean_share_percent: Decimal | None
    contract_months: int
    information_exchanged: list[str]
    signs: list[str]
    policy_version: int
