"""How an item's orders are divided among its sources: suppliers publish their standing, the item divides its orders."""

from decimal import Decimal
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from contracts.envelope import Event, Part
from contracts.fields import Count, Day, Id, Percent, Text, formerly
from contracts.supplier.gradings import SupplierGrade

ShareAction = Literal[
    "keep", "urge", "reserve", "seek_excellent", "replace", "develop_another", "eliminate", "emergency_sourcing"
]
"""What to do about the sources of an item besides dividing its orders."""
ItemImportance = Literal["high", "medium", "low"]
"""How much depends on an item."""
SupplyMarket = Literal["abundant", "balanced", "scarce"]
"""How much of an item the market offers."""


class ShareEffect(Part):
    """A running reward (``points`` above 0) or penalty (below) of a source: the percent of the orders that were decided."""

    incentive_id: Id
    points: Decimal
    starts_on: Day
    ends_on: Day | None = None


class ShareAdjustment(Part):
    """What a running reward or penalty did to a source's share: ``points`` percent more, or less where below 0."""

    supplier_id: Id
    points: Decimal
    incentive_id: Id
    ends_on: Day | None = None


class SourceStandingChanged(Event):
    """The supplier's standing as a source changed; it is passed on to each of its items, which divides its orders again.

    ``share_points`` is the sum of ``share_effects``. With ``orders_stopped`` it is a penalty alone that keeps orders from it.
    """

    TYPE: ClassVar[str] = "supplier.SourceStandingChanged"
    supplier_id: Id
    revision: int = Field(ge=1)
    item_ids: tuple[Id, ...]
    grade: SupplierGrade | None
    merit: Decimal | None = Field(
        description="the score, scaled so that larger is better; compares sources of one grade"
    )
    may_supply: bool
    share_max_percent: Percent
    changed_on: Day
    because: Text
    by_hand: bool = Field(
        default=False, description="a person named it a source; an item that removed it accepts it again"
    )
    annual_merit: Decimal | None = Field(
        default=None,
        description="the score of the latest graded year, likewise; compares sources of one grade and merit",
    )
    share_points: Decimal = Decimal(0)
    share_effects: tuple[ShareEffect, ...] = ()
    orders_stopped: bool = False


class SourceStandingPassedOn(Event):
    """A change of the supplier's standing was passed on to all its items."""

    TYPE: ClassVar[str] = "supplier.SourceStandingPassedOn"
    supplier_id: Id
    revision: int = Field(ge=1)


class SourceNoted(Event):
    """An item noted the standing of one of its sources."""

    TYPE: ClassVar[str] = "supplier.SourceNoted"
    item_id: Id
    supplier_id: Id
    revision: int = Field(ge=1)
    grade: SupplierGrade | None
    merit: Decimal | None
    may_supply: bool
    share_max_percent: Percent
    noted_on: Day
    annual_merit: Decimal | None = None
    share_points: Decimal = Decimal(0)
    share_effects: tuple[ShareEffect, ...] = ()
    orders_stopped: bool = False


class SourceRemoved(Event):
    """A supplier is no longer a source of the item."""

    TYPE: ClassVar[str] = "supplier.SourceRemoved"
    item_id: Id
    supplier_id: Id
    removed_on: Day
    because: Text


class SourceShare(Part):
    """A source of an item and its share of the orders."""

    supplier_id: Id
    grade: SupplierGrade | None
    merit: Decimal | None
    share_percent: Percent
    share_max_percent: Percent = Decimal(100)


class OrderSharesChanged(Event):
    """An item's orders are divided as in ``sources`` from now on (100 in all, or 0 when none is left); ``action`` is what else to do.

    ``adjustments`` are the running rewards and penalties, in the order in which they were counted.
    """

    TYPE: ClassVar[str] = "supplier.OrderSharesChanged"
    item_id: Id
    sources: tuple[SourceShare, ...]
    sources_counted: Count = Field(description="sources that may get orders")
    pattern: Text = Field(description="their grades, best first: ABC")
    action: ShareAction
    urged: tuple[Id, ...] = Field(default=(), description="suppliers to urge to improve")
    summary: Annotated[Text, formerly("summary", "says")]
    is_interim: bool
    is_sole_source: bool
    no_source_left: bool
    because: Text
    changed_on: Day
    policy_version: int
    adjustments: tuple[ShareAdjustment, ...] = ()


class ItemProfileSet(Event):
    """How important an item is and how its market is: what the number of its sources is advised from (供应商定点个数)."""

    TYPE: ClassVar[str] = "supplier.ItemProfileSet"
    item_id: Id
    importance: ItemImportance
    market: SupplyMarket
    set_on: Day
    by: Id
    because: Text
