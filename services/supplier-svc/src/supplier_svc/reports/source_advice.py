"""How many sources an item should have, how many there are, and why."""

from collections.abc import Sequence

from supplier_svc.items.rules.advice import advise, compared
from supplier_svc.read_models import item_profile
from supplier_svc.responses.items import SourceAdvice
from supplier_svc.sentences import Sentences


def source_advice(row: item_profile.Row, is_overdue: bool, shared: Sequence[str] = ()) -> SourceAdvice:
    """``is_overdue``: whether the item's best source owes something whose day has passed; ``shared``: sub-suppliers of several sources."""
    hangs = [Sentences.SUB_SUPPLIER_SHARED(sub_supplier_id=each) for each in shared]
    profile, present = item_profile.profile_of(row), len(row.pattern)
    if profile is None:
        return SourceAdvice(
            item_id=row.item_id, importance=None, market=None, advised=None, present=present, lacking=None,
            reasons=[Sentences.PROFILE_MISSING(), *hangs], sub_supplier_shared=[*shared],
        )  # fmt: skip
    advice = advise(profile, row.pattern, row.best, is_overdue)
    return SourceAdvice(
        item_id=row.item_id,
        importance=profile.importance,
        market=profile.market,
        advised=advice.advised,
        present=present,
        lacking=advice.advised - present,
        reasons=[*advice.because, compared(advice.advised, present), *hangs],
        sub_supplier_shared=[*shared],
    )
