"""How a debtor is reached: where it is, which ways lead to it, and what came of them."""

from typing import ClassVar, Literal

from contracts.credit.exposure import CollectionStep
from contracts.envelope import Event
from contracts.fields import Day, Id, Text

ContactWay = Literal["email", "sms", "phone", "fax", "letter", "visit"]
ContactResult = Literal["reached", "not_reached", "promise", "refusal", "dispute"]


class DebtorPlaceNoted(Event):
    """Where a customer is by its file, and whether that is far from the offices of the policy; None where that is not known.

    ``ways``: those for which the file has an address; the addresses themselves stay there.
    """

    TYPE: ClassVar[str] = "credit.DebtorPlaceNoted"
    customer_id: Id
    province: Id | None = None
    city: Id | None = None
    is_distant: bool
    because: Text
    ways: tuple[ContactWay, ...] = ()


class DebtorContacted(Event):
    """Somebody spoke with a debtor, or tried to.

    ``with_whom`` names a contact of the customer's file by its id, or a role, never a person by name. ``step``: the last one that the
    case had taken. ``demand_reached``: the debtor knows what is demanded, which begins the limitation anew. ``is_distant``: a visit
    although the debtor is distant.
    """

    TYPE: ClassVar[str] = "credit.DebtorContacted"
    contact_id: Id
    case_id: Id
    customer_id: Id
    way: ContactWay
    contacted_on: Day
    with_whom: Id
    statement: Text
    result: ContactResult
    demand_reached: bool = False
    step: CollectionStep | None = None
    is_distant: bool = False
    recorded_by: Text
