"""Care rounds: which customers may leave, and what is done about it."""

from typing import ClassVar, Literal

from contracts.envelope import Event, Part
from contracts.fields import Amount, Count, Currency, Day, Id, Quantity, Text

ChurnLevel = Literal["yellow", "red"]


class BuyingFigures(Part):
    """How a customer buys: days since its last order against its own rhythm, and three months against the three before."""

    last_order_on: Day
    silent_days: Count
    median_interval_days: Quantity | None = None
    recent_sales: Amount
    previous_sales: Amount
    currency: Currency


class CareRoundScheduled(Event):
    """The next care round over all customers, due when the day ``as_of`` is over."""

    TYPE: ClassVar[str] = "customer.CareRoundScheduled"
    round_id: Id
    as_of: Day


class CareRoundCompleted(Event):
    """All customers were checked; ``warned`` of them got or kept a warning."""

    TYPE: ClassVar[str] = "customer.CareRoundCompleted"
    round_id: Id
    as_of: Day
    customers: Count
    warned: Count
    policy_version: int


class ChurnWarned(Event):
    """A customer may be leaving; yellow: no order for longer than its rhythm, red: much longer, or falling sales."""

    TYPE: ClassVar[str] = "customer.ChurnWarned"
    customer_id: Id
    level: ChurnLevel
    previous: ChurnLevel | None = None
    owner_id: Id
    warned_on: Day
    because: Text
    figures: BuyingFigures
    policy_version: int


class ChurnRecovered(Event):
    """A customer with a warning ordered again."""

    TYPE: ClassVar[str] = "customer.ChurnRecovered"
    customer_id: Id
    level: ChurnLevel
    recovered_on: Day
    because: Text


class RetentionTaskOpened(Event):
    """Somebody is to win the customer back by ``due_on``."""

    TYPE: ClassVar[str] = "customer.RetentionTaskOpened"
    task_id: Id
    customer_id: Id
    owner_id: Id
    level: ChurnLevel
    opened_on: Day
    due_on: Day


class RetentionTaskDone(Event):
    """A retention task was done; ``outcome`` is what came of it."""

    TYPE: ClassVar[str] = "customer.RetentionTaskDone"
    task_id: Id
    customer_id: Id
    done_on: Day
    outcome: Text
    by: Id


EVENTS: tuple[type[Event], ...] = (
    CareRoundScheduled,
    CareRoundCompleted,
    ChurnWarned,
    ChurnRecovered,
    RetentionTaskOpened,
    RetentionTaskDone,
)
