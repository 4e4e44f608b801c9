"""Request bodies about a complaint."""

from typing import Annotated

from pydantic import Field

from chassis.http import Body
from contracts.customer import ComplaintSeverity, ComplaintTopic
from contracts.erp import Severity
from contracts.fields import Day, Id, Instant, Quantity, Text
from customer_svc.sentences import Sentences

Words = Annotated[Text, Field(min_length=3, max_length=2_000)]


class Dated(Body):
    """``at`` is when it happened, now when left out."""

    at: Instant | None = None


class NewComplaint(Dated):
    """``owner_id``: who answers for it; left out, the owner of the customer, or the policy's last resort."""

    complaint_id: Id
    customer_id: Id
    topic: ComplaintTopic
    severity: ComplaintSeverity
    description: Words
    owner_id: Id | None = None
    order_id: Id | None = None
    item_id: Id | None = None


class Work(Dated):
    on_site: bool = False


class Owner(Body):
    owner_id: Id


class Resolution(Dated):
    solution: Words


class Answer(Dated):
    """What the customer said when it was called back; ``because`` is needed when it is not satisfied."""

    satisfied: bool
    because: Text = Sentences.NOT_SATISFIED()


class Reopening(Dated):
    because: Words


class Handover(Body):
    """The supplier handles it itself and answers by ``due_on``; ``by`` is who hands it over, the one of the token where it is left out."""

    supplier_id: Id
    due_on: Day
    by: Id | None = None


class Cause(Body):
    """The supplier's lot that is the cause."""

    supplier_id: Id
    item_id: Id
    lot_id: Id
    severity: Severity
    quantity: Quantity
    code: Id
    description: Words
    traced_on: Day
