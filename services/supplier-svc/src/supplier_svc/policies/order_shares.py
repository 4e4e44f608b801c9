"""How an item's orders are divided among its sources (订单分配, 供应商定点个数)."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated, ClassVar, Self

from pydantic import Field, model_validator

from chassis.policies import Policy, PolicyPart
from contracts.fields import Percent
from contracts.supplier import LetterGrade, ShareAction

Pattern = Annotated[str, Field(pattern=r"^[ABC]{1,3}$")]
Weight = Annotated[int, Field(ge=0, le=1_000)]


class ShareRule(PolicyPart):
    """For sources of these grades (best first): their shares in percent, what to do, whom to urge, and whether the shares are interim."""

    shares: tuple[Percent, ...]
    action: ShareAction
    urge: tuple[LetterGrade, ...] = ()
    is_interim: bool = False


def _rule(shares: str, action: ShareAction, urge: str = "", interim: bool = False) -> ShareRule:
    grades: tuple[LetterGrade, ...] = tuple(grade for grade in ("A", "B", "C") if grade in urge)
    return ShareRule(shares=tuple(map(Decimal, shares.split("/"))), action=action, urge=grades, is_interim=interim)


DEFAULT_TABLE: dict[str, ShareRule] = {
    "A": _rule("100", "keep"),
    "B": _rule("100", "develop_another"),
    "C": _rule("100", "replace", interim=True),
    "AA": _rule("50/50", "keep"),
    "AB": _rule("70/30", "urge", "B"),
    "BB": _rule("50/50", "urge", "B"),
    "AC": _rule("80/20", "reserve", "C"),
    "BC": _rule("70/30", "seek_excellent", "BC"),
    "CC": _rule("50/50", "replace", interim=True),
    "AAA": _rule("40/30/30", "keep"),
    "AAB": _rule("40/40/20", "urge", "B"),
    "ABB": _rule("50/25/25", "urge", "B"),
    "AAC": _rule("45/45/10", "urge", "C"),
    "ABC": _rule("60/30/10", "urge", "BC"),
    "ACC": _rule("80/10/10", "seek_excellent", "C"),
    "BBB": _rule("40/30/30", "urge", "B"),
    "BBC": _rule("45/45/10", "seek_excellent", "BC"),
    "BCC": _rule("70/15/15", "seek_excellent", "BC"),
    "CCC": _rule("40/30/30", "replace", interim=True),
}


class OrderSharing(Policy):
    """Shares and actions by number of sources and their grades; in force on the day of the change.

    A D gets nothing, and the orders are divided among the others as if it were not there. More than three sources share by grade weight.
    A source without a grade yet counts as ``ungraded_as``.
    """

    NAME: ClassVar[str] = "order-shares"

    table: dict[Pattern, ShareRule] = Field(
        default=DEFAULT_TABLE, description="rules by the grades of the sources, best first"
    )
    weight_a: Weight = 5
    weight_b: Weight = 3
    weight_c: Weight = 1
    many_worst_a: ShareAction = Field(
        default="keep", description="what to do where there are more than three sources and the worst is an A"
    )
    many_worst_b: ShareAction = "urge"
    many_worst_c: ShareAction = "seek_excellent"
    ungraded_as: LetterGrade = Field(default="C", description="grade that a source counts with until it has one")

    @model_validator(mode="after")
    def _covers_everything(self) -> Self:
        for pattern in _patterns():
            rule = self.table.get(pattern)
            if rule is None:
                raise ValueError(f"the table has no rule for {pattern}")
            if len(rule.shares) != len(pattern):
                raise ValueError(f"{pattern}: {len(pattern)} sources need {len(pattern)} shares")
            if sum(rule.shares) != 100:
                raise ValueError(f"{pattern}: the shares make {sum(rule.shares)}, not 100")
            if list(rule.shares) != sorted(rule.shares, reverse=True):
                raise ValueError(f"{pattern}: a worse source must not get a larger share")
        if unknown := set(self.table) - set(_patterns()):
            raise ValueError(f"write the grades best first, at most three: {', '.join(sorted(unknown))}")
        for better, worse in _steps():
            self._never_rewards_worse(better, worse)
        if not self.weight_a >= self.weight_b >= self.weight_c or not self.weight_c:
            raise ValueError(
                "a better grade must not weigh less, and each must weigh something: weight_a ≥ weight_b ≥ weight_c > 0"
            )
        return self

    def _never_rewards_worse(self, better: str, worse: str) -> None:
        """A source that falls by one grade must not end up with a larger share than it had, whatever its place among its equals."""
        fallen = next(grade for grade in better if better.count(grade) > worse.count(grade))
        now = chr(ord(fallen) + 1)
        # The least it could have had before (last of its grade) against the most that it can get after (first of its new one).
        had = self.table[better].shares[better.rindex(fallen)]
        gets = self.table[worse].shares[worse.index(now)]
        if gets > had:
            raise ValueError(
                f"a source that falls from {fallen} to {now} must not gain: {better} gives it {had}, {worse} would give it {gets}"
            )


def _patterns() -> Iterator[str]:
    for n in (1, 2, 3):
        for a in range(n, -1, -1):
            for b in range(n - a, -1, -1):
                yield "A" * a + "B" * b + "C" * (n - a - b)


def _steps() -> Iterator[tuple[str, str]]:
    """Every pattern with each that one fall by a grade makes of it."""
    for pattern in _patterns():
        for fallen, now in (("A", "B"), ("B", "C")):
            if fallen in pattern:
                yield pattern, "".join(sorted(pattern.replace(fallen, now, 1)))
