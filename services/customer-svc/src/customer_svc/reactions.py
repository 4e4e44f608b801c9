"""What customer-svc does with the facts of the ERP and with credit's answers."""

from chassis.reactions import Source
from contracts import credit, erp
from customer_svc.customer import RecordSurvey
from customer_svc.order import CancelOrder, ConfirmOrder, DeliverOrder, HoldOrder, ReturnOrder, SubmitOrder
from customer_svc.tiering import ExpectTiering

# ``*_`` stands for envelope and policies, which none of these needs; so the HTTP routes can call the same functions.


def submit_order(event: erp.OrderSubmitted, *_: object) -> tuple[ExpectTiering, SubmitOrder]:
    return ExpectTiering(event.currency, event.ordered_on), SubmitOrder(event)


def deliver_order(event: erp.OrderDelivered, *_: object) -> DeliverOrder:
    return DeliverOrder(event)


def cancel_order(event: erp.OrderCancelled, *_: object) -> CancelOrder:
    return CancelOrder(event)


def return_order(event: erp.OrderReturned, *_: object) -> ReturnOrder:
    return ReturnOrder(event)


def record_survey(event: erp.SurveyAnswered, *_: object) -> RecordSurvey:
    return RecordSurvey(event)


def confirm_order(event: credit.OrderCreditApproved, *_: object) -> ConfirmOrder:
    # The published exposure is the one before this order.
    return ConfirmOrder(event.order_id, event.exposure.available - event.amount, event.currency)


def hold_order(event: credit.OrderCreditHeld, *_: object) -> HoldOrder:
    return HoldOrder(event.order_id, event.reason, event.releases_at)


SOURCES = (
    Source.facts(
        "erp.orders",
        erp.TOPICS["erp.orders"],
        {
            erp.OrderSubmitted: submit_order,
            erp.OrderDelivered: deliver_order,
            erp.OrderCancelled: cancel_order,
            erp.OrderReturned: return_order,
        },
    ),
    Source.facts("erp.surveys", erp.TOPICS["erp.surveys"], {erp.SurveyAnswered: record_survey}),
    Source.service(
        "credit-svc",
        credit.TOPIC,
        credit.EVENTS,
        {credit.OrderCreditApproved: confirm_order, credit.OrderCreditHeld: hold_order},
    ),
)
