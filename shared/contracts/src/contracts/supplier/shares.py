"""Who gets how much of an item's orders: the suppliers tell their standing, the item divides."""

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


class SourceStandingChanged(Event):
    """The supplier counts differently as a source of its items; each item is told and divides its orders anew."""

    TYPE: ClassVar[str] = "supplier.SourceStandingChanged"
    supplier_id: Id
    revision: int = Field(ge=1)
    item_ids: tuple[Id, ...]
    grade: SupplierGrade | None
    merit: Decimal | None = Field(description="the score with the better one larger; compares sources of one grade")
    may_supply: bool
    share_max_percent: Percent
    changed_on: Day
    because: Text
    by_hand: bool = Field(
        default=False, description="somebody named it a source; also an item that removed it takes it again"
    )


class SourceStandingPassedOn(Event):
    """All items were told of a change of the supplier's standing as a source."""

    TYPE: ClassVar[str] = "supplier.SourceStandingPassedOn"
    supplier_id: Id
    revision: int = Field(ge=1)


class SourceNoted(Event):
    """An item knows how one of its sources stands."""

    TYPE: ClassVar[str] = "supplier.SourceNoted"
    item_id: Id
    supplier_id: Id
    revision: int = Field(ge=1)
    grade: SupplierGrade | None
    merit: Decimal | None
    may_supply: bool
    share_max_percent: Percent
    noted_on: Day


class SourceRemoved(Event):
    """A supplier is a source of the item no longer."""

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
    """How an item's orders are divided from now on (100 in all, or 0 when no source is left), and what else to do."""

    TYPE: ClassVar[str] = "supplier.OrderSharesChanged"
    item_id: Id
    sources: tuple[SourceShare, ...]
    sources_counted: Count = Field(description="those that may get orders")
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
