"""Shares of an item's orders by the number of its sources and their grades. Pure; source: 订单分配, 供应商定点个数."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import groupby

from contracts.supplier import LetterGrade, ShareAction, ShareAdjustment, ShareEffect, SupplierGrade
from supplier_svc.items.rules.adjustments import adjust
from supplier_svc.items.rules.apportionment import apportion, by_weight
from supplier_svc.policies.order_shares import OrderSharing
from supplier_svc.sentences import Sentences

STEP = Decimal("0.01")
"""Shares are percents with two decimals."""


@dataclass(frozen=True, slots=True)
class Source:
    """A supplier of the item: ``merit``, then ``annual_merit``, compare it with others of its grade, ``share_max_percent`` caps it.

    ``effects`` are its running rewards and penalties; one whose orders are stopped gets nothing.
    """

    supplier_id: str
    grade: SupplierGrade | None
    merit: Decimal | None = None
    share_max_percent: Decimal = Decimal(100)
    annual_merit: Decimal | None = None
    effects: tuple[ShareEffect, ...] = ()
    is_stopped: bool = False


@dataclass(frozen=True, slots=True)
class Division:
    """``shares`` by supplier id, 100 in all, or 0 where no source is left; ``pattern`` is the counted grades, best first.

    ``adjustments`` are the rewards and penalties of the counted sources, with what each did.
    """

    shares: dict[str, Decimal]
    pattern: str
    action: ShareAction
    urged: tuple[str, ...]
    is_interim: bool
    summary: str
    adjustments: tuple[ShareAdjustment, ...] = ()

    @property
    def counted(self) -> int:
        return len(self.pattern)


def divide(sources: Sequence[Source], policy: OrderSharing) -> Division:
    """Divide an item's orders.

    A D gets nothing, nor does one whose orders are stopped, and the orders are divided among the others as if it were not there. Within
    a grade the better merit takes the larger share, and equal merits share equally. Then the running rewards and penalties take effect,
    on the unrounded shares. Left-over hundredths of a percent go by largest remainder. A cap holds as long as others can take the rest.
    """
    letters = {source.supplier_id: letter_of(source, policy) for source in sources}
    counted = sorted(
        (each for each in sources if letters[each.supplier_id] != "D" and not each.is_stopped),
        key=lambda s: _rank(s, policy),
    )
    pattern = "".join(letters[each.supplier_id] for each in counted)
    shares = {source.supplier_id: Decimal(0) for source in sources}
    if not counted:
        out = ", ".join(sorted(supplier_id for supplier_id, letter in letters.items() if letter == "D"))
        if out:
            return Division(shares, "", "eliminate", (), False, Sentences.ELIMINATE_ALL(supplier_ids=out))
        return Division(shares, "", "emergency_sourcing", (), False, Sentences.NO_SOURCE())
    rule = policy.table.get(pattern)
    if rule is not None:
        raw = _evened([Fraction(share) for share in rule.shares], counted, policy)
        action, is_interim, urge = rule.action, rule.is_interim, set[str](rule.urge)
    else:
        weights = {"A": policy.weight_a, "B": policy.weight_b, "C": policy.weight_c}
        raw = by_weight(Fraction(100), [Fraction(weights[grade]) for grade in pattern])
        actions = {"A": policy.many_worst_a, "B": policy.many_worst_b, "C": policy.many_worst_c}
        action, is_interim, urge = actions[pattern[-1]], pattern[0] == "C", {pattern[-1]} - {"A"}
    caps = [source.share_max_percent for source in counted]
    adjusted = adjust(raw, caps, STEP, [(each.supplier_id, each.effects) for each in counted])
    units = apportion(Decimal(100), STEP, adjusted.shares, caps, caps_may_break=True, last=adjusted.penalised)
    shares |= {source.supplier_id: share for source, share in zip(counted, units, strict=True)}
    urged = tuple(each.supplier_id for each in counted if letters[each.supplier_id] in urge)
    is_broken = any(shares[each.supplier_id] > each.share_max_percent for each in counted)
    is_interim = is_interim or is_broken or adjusted.has_no_room
    return Division(shares, pattern, action, urged, is_interim, _summary(action, urged), adjusted.adjustments)


def letter_of(source: Source, policy: OrderSharing) -> LetterGrade:
    """The grade that a source counts with; without a grade yet, the one that the policy names."""
    return policy.ungraded_as if source.grade in (None, "insufficient") else source.grade  # type: ignore[return-value]


def _rank(source: Source, policy: OrderSharing) -> tuple[str, Decimal, Decimal, str]:
    worst = Decimal("-Infinity")
    merit, annual = (worst if each is None else each for each in (source.merit, source.annual_merit))
    return letter_of(source, policy), -merit, -annual, source.supplier_id


def _evened(shares: list[Fraction], counted: Sequence[Source], policy: OrderSharing) -> list[Fraction]:
    """The table's shares, averaged over sources that are equal within a grade."""
    evened, start = list[Fraction](), 0
    for _, equals in groupby(counted, key=lambda source: _rank(source, policy)[:3]):
        places = shares[start : start + len(list(equals))]
        evened += [sum(places, Fraction(0)) / len(places)] * len(places)
        start += len(places)
    return evened


ADVICE: Mapping[ShareAction, tuple[Sentences, Sentences]] = {
    "keep": (Sentences.KEEP, Sentences.URGE_AND_KEEP),
    "urge": (Sentences.NOBODY_TO_URGE, Sentences.URGE),
    "reserve": (Sentences.RESERVE, Sentences.URGE_AND_RESERVE),
    "seek_excellent": (Sentences.SEEK_EXCELLENT, Sentences.URGE_AND_SEEK_EXCELLENT),
    "replace": (Sentences.REPLACE, Sentences.URGE_AND_REPLACE),
    "develop_another": (Sentences.DEVELOP_ANOTHER, Sentences.URGE_AND_DEVELOP_ANOTHER),
    "eliminate": (Sentences.ELIMINATE, Sentences.URGE_AND_ELIMINATE),
    "emergency_sourcing": (Sentences.EMERGENCY_SOURCING, Sentences.URGE_AND_EMERGENCY_SOURCING),
}
"""What to do, alone and with sources that are urged."""


def _summary(action: ShareAction, urged: tuple[str, ...]) -> str:
    alone, with_urged = ADVICE[action]
    return with_urged(supplier_ids=", ".join(urged)) if urged else alone()
