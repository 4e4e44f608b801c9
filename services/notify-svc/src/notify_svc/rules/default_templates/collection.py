"""Texts about overdue payments and the steps of their collection, in English and Chinese."""

from contracts.credit import CollectionStepTaken, PaymentOverdue
from notify_svc.rules.templates import NoticeTemplate, OwnTemplate, Text

STEPS_EN = (
    '{% set steps = {"reminder": "payment reminder", "call": "telephone call", "letter_1": "first letter", '
    '"letter_2": "second letter", "visit": "visit", "stop_supply": "stop of supply", '
    '"cancel_limit": "cancellation of the credit limit", "delegate": "hand-over to a collection agency", '
    '"arbitration": "arbitration", "litigation": "litigation"} %}'
)
STEPS_ZH = (
    '{% set steps = {"reminder": "付款提醒", "call": "电话催收", "letter_1": "第一次催款函", '
    '"letter_2": "第二次催款函", "visit": "上门面访", "stop_supply": "停止供货", '
    '"cancel_limit": "取消信用额度", "delegate": "委托追账", '
    '"arbitration": "仲裁追账", "litigation": "诉讼追账"} %}'
)

PAYMENT_OVERDUE = OwnTemplate(
    event=PaymentOverdue.TYPE,
    texts={
        "en": Text(
            subject="Invoice {{ invoice_id }} is overdue since {{ overdue_since }}",
            body="""
Customer {{ customer_id }}: invoice {{ invoice_id }} was due on {{ due_on }}.
{{ open_amount | money(currency) }} are still open. If you have paid meanwhile, no action is needed.
""",
        ),
        "zh": Text(
            subject="发票 {{ invoice_id }} 自 {{ overdue_since }} 起逾期",
            body="""
客户 {{ customer_id }}：发票 {{ invoice_id }} 应于 {{ due_on }} 付款，
尚欠 {{ open_amount | money(currency) }}。如已付款，请忽略本通知。
""",
        ),
    },
)

PAYMENT_OVERDUE_SALES = OwnTemplate(
    event=PaymentOverdue.TYPE,
    texts={
        "en": Text(
            subject="Customer {{ customer_id }}: invoice {{ invoice_id }} is overdue",
            body="{{ open_amount | money(currency) }} of invoice {{ invoice_id }} are open since {{ due_on }}.",
        ),
        "zh": Text(
            subject="客户 {{ customer_id }} 的发票 {{ invoice_id }} 已逾期",
            body="发票 {{ invoice_id }} 应于 {{ due_on }} 付款，尚欠 {{ open_amount | money(currency) }}。",
        ),
    },
)

COLLECTION_STEP = OwnTemplate(
    event=CollectionStepTaken.TYPE,
    texts={
        "en": Text(
            subject=STEPS_EN + "Overdue account of customer {{ customer_id }}: {{ steps[step] }}",
            body=STEPS_EN
            + """
{{ overdue | money(currency) }} of your account are overdue; \
invoice {{ oldest_invoice_id }} is {{ days_past_due }} days past due.
Step taken on {{ taken_on }}: {{ steps[step] }}.
{% if next_step %}
Without payment the next step is: {{ steps[next_step] }}{{ " on " ~ next_step_on if next_step_on else "" }}.
{% endif %}
""",
        ),
        "zh": Text(
            subject=STEPS_ZH + "客户 {{ customer_id }} 逾期账款：{{ steps[step] }}",
            body=STEPS_ZH
            + """
贵方账户逾期 {{ overdue | money(currency) }}；发票 {{ oldest_invoice_id }} 已逾期 {{ days_past_due }} 天。
{{ taken_on }} 已采取措施：{{ steps[step] }}。
{% if next_step %}
如仍未付款，下一步：{{ steps[next_step] }}{{ "（" ~ next_step_on ~ "）" if next_step_on else "" }}。
{% endif %}
""",
        ),
    },
)

COLLECTION_STEP_SALES = OwnTemplate(
    event=CollectionStepTaken.TYPE,
    texts={
        "en": Text(
            subject=STEPS_EN + "Case {{ case_id }} of customer {{ customer_id }}: {{ steps[step] }}",
            body=STEPS_EN
            + """
Case {{ case_id }}: {{ steps[step] }} on {{ taken_on }}, {{ days_past_due }} days past due, \
{{ overdue | money(currency) }} overdue.
{% if next_step %}
Next: {{ steps[next_step] }}{{ " on " ~ next_step_on if next_step_on else "" }}.
{% endif %}
""",
        ),
        "zh": Text(
            subject=STEPS_ZH + "客户 {{ customer_id }} 追账案 {{ case_id }}：{{ steps[step] }}",
            body=STEPS_ZH
            + """
追账案 {{ case_id }}：{{ taken_on }} {{ steps[step] }}，逾期 {{ days_past_due }} 天，\
逾期金额 {{ overdue | money(currency) }}。
{% if next_step %}
下一步：{{ steps[next_step] }}{{ "（" ~ next_step_on ~ "）" if next_step_on else "" }}。
{% endif %}
""",
        ),
    },
)

TEMPLATES: dict[str, NoticeTemplate] = {
    "payment-overdue": PAYMENT_OVERDUE,
    "payment-overdue-sales": PAYMENT_OVERDUE_SALES,
    "collection-step": COLLECTION_STEP,
    "collection-step-sales": COLLECTION_STEP_SALES,
}
