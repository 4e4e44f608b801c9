"""Where lots went, and their recall 召回: who got them, what came back, and when it is closed."""

from decimal import Decimal
from typing import ClassVar, Literal

from contracts.envelope import Event, Part
from contracts.fields import Count, Day, Id, Percent, Quantity, Text

RecallBasis = Literal["shipped", "possible"]
"""``possible``: where the lot went is not known, and the customer got the item after the lot came."""
RecallMeasure = Literal["replace", "repair", "refund"]


class LotShipped(Event):
    """So much of a lot went to a customer, by an order or as a coded unit (``reference``); ``in_all`` is what it got of the lot so
    far, and ``back`` what of that came back.

    ``recall_ids``: the recalls that the lot is under.
    """

    TYPE: ClassVar[str] = "customer.LotShipped"
    item_id: Id
    lot_id: Id
    reference: Id
    customer_id: Id
    quantity: Quantity
    in_all: Quantity
    back: Quantity
    shipped_on: Day
    recall_ids: tuple[Id, ...] = ()


class LotReturned(Event):
    """So much of a lot came back from a customer (``reference``: the return); ``in_all`` is what it got of the lot so
    far, and ``back`` what of that came back.

    ``recall_ids``: the recalls that the lot is under.
    """

    TYPE: ClassVar[str] = "customer.LotReturned"
    item_id: Id
    lot_id: Id
    reference: Id
    customer_id: Id
    quantity: Quantity
    in_all: Quantity
    back: Quantity
    returned_on: Day
    recall_ids: tuple[Id, ...] = ()


class LotOfCustomer(Part):
    """What a customer got of a lot, and what of it came back."""

    customer_id: Id
    quantity: Quantity
    back: Quantity = Decimal(0)


class LotUnderRecall(Event):
    """A lot is under a recall from now on; ``customers`` are those that are known to have got some of it until now.

    Where there are none, its shipments are not known: whoever got the item since ``since`` may have got it.
    """

    TYPE: ClassVar[str] = "customer.LotUnderRecall"
    item_id: Id
    lot_id: Id
    recall_id: Id
    since: Day
    marked_on: Day
    customers: tuple[LotOfCustomer, ...] = ()


class LotTraced(Event):
    """The recall knows what event ``of_event`` said of the lot: its mark, a shipment or a return (``reference``)."""

    TYPE: ClassVar[str] = "customer.LotTraced"
    item_id: Id
    lot_id: Id
    recall_id: Id
    reference: Id
    of_event: Id


class RecallCounts(Part):
    """A recall over all its customers, in units of the item: ``shipped`` = ``back`` + ``open``.

    ``possible`` is what those got of the item who may have got the lots; it is in none of the others.
    """

    customers: Count
    shipped: Quantity
    back: Quantity
    open: Quantity
    possible: Quantity
    percent: Percent


class RecallOpened(Event):
    """Lots of an item are called back from customers, by a person or by supplier-svc (``called_as`` its recall of ``supplier_id``)."""

    TYPE: ClassVar[str] = "customer.RecallOpened"
    recall_id: Id
    item_id: Id
    lot_ids: tuple[Id, ...]
    because: Text
    measure: RecallMeasure
    target_percent: Percent
    opened_on: Day
    due_on: Day
    by: Id
    supplier_id: Id | None = None
    called_as: Id | None = None
    policy_version: int


class RecallWidened(Event):
    """More lots of the item are called back."""

    TYPE: ClassVar[str] = "customer.RecallWidened"
    recall_id: Id
    item_id: Id
    lot_ids: tuple[Id, ...]
    widened_on: Day


class RecallCustomerNamed(Event):
    """A customer got ``quantity`` of the recalled lots, or (``possible``) of the item since they came. Named again when that changes."""

    TYPE: ClassVar[str] = "customer.RecallCustomerNamed"
    recall_id: Id
    customer_id: Id
    quantity: Quantity
    open: Quantity
    basis: RecallBasis = "shipped"
    named_on: Day
    item_id: Id
    lot_ids: tuple[Id, ...]
    because: Text
    measure: RecallMeasure
    due_on: Day
    remind_on: Day
    owner_id: Id | None = None
    supplier_id: Id | None = None
    called_as: Id | None = None
    counts: RecallCounts


class RecallLotTraced(Event):
    """What ``customers`` got of a recalled lot and what came back of it, in place of what was known before of them.

    Traced once for each mark, shipment and return of the lot (``reference``). What is ``possible`` is of the item, not of the lot.
    """

    TYPE: ClassVar[str] = "customer.RecallLotTraced"
    recall_id: Id
    item_id: Id
    lot_id: Id
    reference: Id
    traced_on: Day
    basis: RecallBasis = "shipped"
    customers: tuple[LotOfCustomer, ...] = ()


class RecallGoodsBack(Event):
    """A customer sent recalled goods back; ``open`` is what it still has. ``lot_id`` is None where a person recorded it without a lot."""

    TYPE: ClassVar[str] = "customer.RecallGoodsBack"
    recall_id: Id
    customer_id: Id
    quantity: Quantity
    on: Day
    return_id: Id
    open: Quantity
    item_id: Id
    lot_id: Id | None = None
    supplier_id: Id | None = None
    called_as: Id | None = None
    counts: RecallCounts


class RecallReminded(Event):
    """A customer that still has recalled goods is reminded, for the ``number``-th time; again on ``remind_on``."""

    TYPE: ClassVar[str] = "customer.RecallReminded"
    recall_id: Id
    customer_id: Id
    item_id: Id
    lot_ids: tuple[Id, ...]
    measure: RecallMeasure
    open: Quantity
    number: Count
    reminded_on: Day
    remind_on: Day
    owner_id: Id | None = None


class RecallOverdue(Event):
    """A recall did not reach its target by its day."""

    TYPE: ClassVar[str] = "customer.RecallOverdue"
    recall_id: Id
    item_id: Id
    due_on: Day
    target_percent: Percent
    supplier_id: Id | None = None
    counts: RecallCounts


class OpenAtCustomer(Part):
    customer_id: Id
    open: Quantity


class RecallClosed(Event):
    """The recall is over: its target was reached, nobody had got anything, or a person closed it. ``left`` is who still has goods."""

    TYPE: ClassVar[str] = "customer.RecallClosed"
    recall_id: Id
    item_id: Id
    closed_on: Day
    because: Text
    by: Id | None = None
    left: tuple[OpenAtCustomer, ...] = ()
    supplier_id: Id | None = None
    called_as: Id | None = None
    counts: RecallCounts


EVENTS: tuple[type[Event], ...] = (
    LotShipped,
    LotReturned,
    LotUnderRecall,
    LotTraced,
    RecallOpened,
    RecallWidened,
    RecallCustomerNamed,
    RecallLotTraced,
    RecallGoodsBack,
    RecallReminded,
    RecallOverdue,
    RecallClosed,
)
