"""The customer file: who a customer is, who owns it, and which files are one customer."""

from typing import Annotated, ClassVar, Literal

from contracts.envelope import Event, Part
from contracts.fields import Day, Id, Text
from contracts.personal import Personal, PersonalText

Operation = Literal["read", "create", "change", "delete", "share", "assign"]


class Contact(Part):
    """A person at the customer; ``department`` is the customer's own (purchasing, quality, …).

    ``department`` and ``role`` are codes of a place in the customer's organisation: they stay when the person is erased.
    """

    SUBJECT: ClassVar[str] = "contact:{customer_id}/{contact_id}"

    contact_id: Id
    name: Annotated[Personal, PersonalText(200)]
    department: Id | None = None
    role: Id | None = None
    email: Annotated[Personal, PersonalText(254)] | None = None
    telephone: Annotated[Personal, PersonalText(100)] | None = None


class Classification(Part):
    """The kind of customer, and where it is: ``province`` and ``city`` as the file names them."""

    type: Id | None = None
    industry: Id | None = None
    region: Id | None = None
    size: Id | None = None
    source: Id | None = None
    province: Id | None = None
    city: Id | None = None


class Grant(Part):
    """The operations on a customer's file that a person other than its owner may do."""

    person_id: Id
    operations: tuple[Operation, ...]


class CustomerRegistered(Event):
    """A customer has a file with one owner; ``group_id`` is the group of companies it belongs to."""

    TYPE: ClassVar[str] = "customer.CustomerRegistered"
    customer_id: Id
    name: Text
    owner_id: Id
    classification: Classification
    contacts: tuple[Contact, ...] = ()
    group_id: Id | None = None
    registered_on: Day
    lapses_on: Day | None = None


class CustomerFileChanged(Event):
    """Fields of a file changed; a field that is None did not."""

    TYPE: ClassVar[str] = "customer.CustomerFileChanged"
    customer_id: Id
    name: Text | None = None
    classification: Classification | None = None
    contacts: tuple[Contact, ...] | None = None
    group_id: Id | None = None
    changed_on: Day
    by: Id
    lapses_on: Day | None = None


class CustomerAssigned(Event):
    """A customer has another owner."""

    TYPE: ClassVar[str] = "customer.CustomerAssigned"
    customer_id: Id
    owner_id: Id
    previous: Id | None = None
    by: Id


class CustomerShared(Event):
    """People other than the owner may work with the file; ``grants`` lists all of them."""

    TYPE: ClassVar[str] = "customer.CustomerShared"
    customer_id: Id
    grants: tuple[Grant, ...]
    by: Id


class CustomerArchived(Event):
    """The file is closed; its history stays."""

    TYPE: ClassVar[str] = "customer.CustomerArchived"
    customer_id: Id
    archived_on: Day
    because: Text
    by: Id


class CustomerFileLapsed(Event):
    """Nobody has confirmed the data of a file for too long; its owner is to check it."""

    TYPE: ClassVar[str] = "customer.CustomerFileLapsed"
    customer_id: Id
    owner_id: Id
    last_changed_on: Day
    lapsed_on: Day
    policy_version: int


class CustomersMerged(Event):
    """Two ids are one customer, and the history of ``moved`` (the merged id and those merged into it) follows it."""

    TYPE: ClassVar[str] = "customer.CustomersMerged"
    customer_id: Id
    merged_id: Id
    moved: tuple[Id, ...]
    because: Text
    merged_on: Day
    by: Id


class CustomerSplit(Event):
    """A merge was wrong: ``split_id`` is a customer of its own again, with the ids in ``moved`` that came with it."""

    TYPE: ClassVar[str] = "customer.CustomerSplit"
    customer_id: Id
    split_id: Id
    moved: tuple[Id, ...]
    because: Text
    split_on: Day
    by: Id


EVENTS: tuple[type[Event], ...] = (
    CustomerRegistered,
    CustomerFileChanged,
    CustomerAssigned,
    CustomerShared,
    CustomerArchived,
    CustomerFileLapsed,
    CustomersMerged,
    CustomerSplit,
)
