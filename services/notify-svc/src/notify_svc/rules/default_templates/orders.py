"""Texts about orders that credit holds and releases, and returns that do not fit theirs, in English and Chinese."""

from contracts.credit import OrderCreditApproved, OrderCreditHeld, OrderCreditOverridden
from contracts.customer import OrderReturnRefused
from notify_svc.rules.default_templates.wording import both
from notify_svc.rules.templates import NoticeTemplate, OwnTemplate, Text

ORDER_HELD = OwnTemplate(
    event=OrderCreditHeld.TYPE,
    texts={
        "en": Text(
            subject="Order {{ order_id }} of customer {{ customer_id }} is held ({{ status }})",
            body="""
Order {{ order_id }} over {{ amount | money(currency) }} waits.
Why: {{ reason }}
Released by: {{ releases_at }}
""",
        ),
        "zh": Text(
            subject="客户 {{ customer_id }} 的订单 {{ order_id }} 被信用冻结（{{ status }}）",
            body="""
订单 {{ order_id }}，金额 {{ amount | money(currency) }}，暂缓执行。
原因：{{ reason }}
解除条件：{{ releases_at }}
""",
        ),
    },
)

ORDER_RELEASED = OwnTemplate(
    event=OrderCreditApproved.TYPE,
    texts={
        "en": Text(
            subject="Order {{ order_id }} of customer {{ customer_id }} is released",
            body="Order {{ order_id }} over {{ amount | money(currency) }} was held and now fits the limit of "
            "{{ exposure.limit | money(exposure.currency) }}.",
        ),
        "zh": Text(
            subject="客户 {{ customer_id }} 的订单 {{ order_id }} 已解除冻结",
            body="订单 {{ order_id }}，金额 {{ amount | money(currency) }}，现已在信用额度 "
            "{{ exposure.limit | money(exposure.currency) }} 之内。",
        ),
    },
)

ORDER_OVERRIDDEN = both(
    OrderCreditOverridden.TYPE,
    "Order {{ order_id }} of customer {{ customer_id }} is let through by {{ overridden_by }}",
    "Order {{ order_id }} over {{ amount | money(currency) }} was held: {{ held_because }}\n"
    "It is let through until {{ ends_on }}: {{ reason }}",
    "客户 {{ customer_id }} 的订单 {{ order_id }} 由 {{ overridden_by }} 特批放行",
    "订单 {{ order_id }}，金额 {{ amount | money(currency) }}，冻结原因：{{ held_because }}\n"
    "特批放行至 {{ ends_on }}，理由：{{ reason }}",
)

RETURN_REFUSED = both(
    OrderReturnRefused.TYPE,
    "Return {{ return_id }} of order {{ order_id }} does not count",
    "Customer {{ customer_id }} returned goods for {{ amount | money(currency) }} on {{ returned_on }}; the return came before "
    "its order and does not fit it.\n{{ because }}",
    "订单 {{ order_id }} 的退货 {{ return_id }} 不予计入",
    "客户 {{ customer_id }} 于 {{ returned_on }} 退货，金额 {{ amount | money(currency) }}；"
    "退货先于订单到达，且与订单不符。\n{{ because }}",
)

TEMPLATES: dict[str, NoticeTemplate] = {
    "order-held": ORDER_HELD,
    "order-released": ORDER_RELEASED,
    "order-overridden": ORDER_OVERRIDDEN,
    "order-return-refused": RETURN_REFUSED,
}
