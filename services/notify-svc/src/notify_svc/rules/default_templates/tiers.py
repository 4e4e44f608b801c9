"""Texts about tiers, in English and Chinese."""

from contracts.customer import CustomerTierChanged
from notify_svc.rules.templates import NoticeTemplate, OwnTemplate, Text

TIERS_EN = (
    '{% set tiers = {"vip": "VIP", "important": "important", "ordinary_large": "ordinary large", "small": "small"} %}'
)
TIERS_ZH = (
    '{% set tiers = {"vip": "VIP客户", "important": "重要客户", "ordinary_large": "普通大客户", "small": "小客户"} %}'
)

CUSTOMER_TIER = OwnTemplate(
    event=CustomerTierChanged.TYPE,
    texts={
        "en": Text(
            subject=TIERS_EN + "Customer {{ customer_id }} is now {{ tiers[tier] }}",
            body=TIERS_EN
            + """
Customer {{ customer_id }} is {{ tiers[tier] }} from {{ as_of }} on\
{{ " (before: " ~ tiers[previous] ~ ")" if previous else " (first tier)" }}: rank {{ rank }} of {{ population }}.
{{ value.orders }} orders, {{ value.amount | money(value.currency) }}, last one on {{ value.last_order_on }}.
Because: {{ because }}
""",
        ),
        "zh": Text(
            subject=TIERS_ZH + "客户 {{ customer_id }} 现为{{ tiers[tier] }}",
            body=TIERS_ZH
            + """
客户 {{ customer_id }} 自 {{ as_of }} 起为{{ tiers[tier] }}\
{{ "（原为" ~ tiers[previous] ~ "）" if previous else "（首次分级）" }}：{{ population }} 户中排名第 {{ rank }}。
订单 {{ value.orders }} 笔，金额 {{ value.amount | money(value.currency) }}，最近一笔 {{ value.last_order_on }}。
原因：{{ because }}
""",
        ),
    },
)

TEMPLATES: dict[str, NoticeTemplate] = {"customer-tier": CUSTOMER_TIER}
