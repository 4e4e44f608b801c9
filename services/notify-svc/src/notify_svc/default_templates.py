"""Version 1 of the templates, in English and Chinese. Filters: ``number``, ``next_day_of_month(day)``."""

from contracts.credit import CollectionStepTaken, OrderCreditApproved, OrderCreditHeld, PaymentOverdue
from contracts.customer import CustomerTierChanged
from contracts.supplier import SupplierGraded, SupplierGradeRestated
from notify_svc.templates import NoticeTemplate, Text

TIERS_EN = (
    '{% set tiers = {"vip": "VIP", "important": "important", "ordinary_large": "ordinary large", "small": "small"} %}'
)
TIERS_ZH = (
    '{% set tiers = {"vip": "VIP客户", "important": "重要客户", "ordinary_large": "普通大客户", "small": "小客户"} %}'
)
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

SUPPLIER_GRADE = NoticeTemplate(
    event=SupplierGraded.TYPE,
    texts={
        "en": Text(
            subject="Quality grade for {{ period }}: {{ grading.grade }}",
            body="""
Supplier {{ supplier_id }}, period {{ period }} ({{ starts_on }} to {{ ends_on }})

{% if grading.grade == "insufficient" %}
Too little was delivered in the period to judge it. Your standing is {{ standing }}.
{% else %}
Grade {{ grading.grade }} with {{ grading.score | number }} nonconformance points\
{{ " per 100 lots" if grading.basis == "points_per_100_lots" else "" }}. Your standing is {{ standing }}\
{{ "" if previous_standing in (none, standing) else " (before: " ~ previous_standing ~ ")" }}.
{% endif %}

{% for factor in grading.factors %}
- {{ factor.name }}: {{ factor.value | number }} {{ factor.unit }}, contributes {{ factor.contribution | number }}
{% endfor %}
""",
        ),
        "zh": Text(
            subject="{{ period }} 质量评级：{{ grading.grade }}",
            body="""
供应商 {{ supplier_id }}，考核期 {{ period }}（{{ starts_on }} 至 {{ ends_on }}）

{% if grading.grade == "insufficient" %}
本期到货过少，不作评级。现行等级：{{ standing }}。
{% else %}
本期等级 {{ grading.grade }}，不合格评分 {{ grading.score | number }}\
{{ "（每百批）" if grading.basis == "points_per_100_lots" else "" }}。现行等级：{{ standing }}\
{{ "" if previous_standing in (none, standing) else "（原等级：" ~ previous_standing ~ "）" }}。
{% endif %}

{% for factor in grading.factors %}
- {{ factor.name }}：{{ factor.value | number }} {{ factor.unit }}，计 {{ factor.contribution | number }}
{% endfor %}
""",
        ),
    },
)

SUPPLIER_GRADE_WEAK = NoticeTemplate(
    event=SupplierGraded.TYPE,
    texts={
        "en": Text(
            subject="Supplier {{ supplier_id }} graded {{ grading.grade }} for {{ period }}: act by "
            "{{ event.occurred_on | next_day_of_month(10) }}",
            body="""
Supplier {{ supplier_id }} was graded {{ grading.grade }} for {{ period }} with {{ grading.score | number }} points.
{% if grading.grade == "C" %}
An on-site report is due on {{ event.occurred_on | next_day_of_month(10) }}.
{% else %}
Reduce or stop its orders; its improvement is due on {{ event.occurred_on | next_day_of_month(10) }}.
{% endif %}
{% if grading.deciding_records %}
The records that cost most: {{ grading.deciding_records | join(", ") }}.
{% endif %}
""",
        ),
        "zh": Text(
            subject="供应商 {{ supplier_id }} {{ period }} 评为 {{ grading.grade }} 级，"
            "{{ event.occurred_on | next_day_of_month(10) }} 前处理",
            body="""
供应商 {{ supplier_id }} 在 {{ period }} 被评为 {{ grading.grade }} 级，不合格评分 {{ grading.score | number }}。
{% if grading.grade == "C" %}
请于 {{ event.occurred_on | next_day_of_month(10) }} 前提交现场考察报告。
{% else %}
请减少或停止订货；供应商须于 {{ event.occurred_on | next_day_of_month(10) }} 前完成整改。
{% endif %}
{% if grading.deciding_records %}
扣分最多的记录：{{ grading.deciding_records | join("、") }}。
{% endif %}
""",
        ),
    },
)

SUPPLIER_GRADE_RESTATED = NoticeTemplate(
    event=SupplierGradeRestated.TYPE,
    texts={
        "en": Text(
            subject="Quality grade for {{ period }} of supplier {{ supplier_id }} corrected: {{ after.grade }}",
            body="""
Supplier {{ supplier_id }}, period {{ period }}: grade {{ before.grade }} ({{ before.score | number }} points) \
is corrected to {{ after.grade }} ({{ after.score | number }} points).
Because: {{ because }}
The standing is {{ standing }}.
""",
        ),
        "zh": Text(
            subject="供应商 {{ supplier_id }} {{ period }} 质量评级更正：{{ after.grade }}",
            body="""
供应商 {{ supplier_id }}，考核期 {{ period }}：等级由 {{ before.grade }}（{{ before.score | number }} 分）\
更正为 {{ after.grade }}（{{ after.score | number }} 分）。
原因：{{ because }}
现行等级：{{ standing }}。
""",
        ),
    },
)

CUSTOMER_TIER = NoticeTemplate(
    event=CustomerTierChanged.TYPE,
    texts={
        "en": Text(
            subject=TIERS_EN + "Customer {{ customer_id }} is now {{ tiers[tier] }}",
            body=TIERS_EN
            + """
Customer {{ customer_id }} is {{ tiers[tier] }} from {{ as_of }} on\
{{ " (before: " ~ tiers[previous] ~ ")" if previous else " (first tier)" }}: rank {{ rank }} of {{ population }}.
{{ value.orders }} orders, {{ value.amount | number }} {{ value.currency }}, last one on {{ value.last_order_on }}.
Because: {{ because }}
""",
        ),
        "zh": Text(
            subject=TIERS_ZH + "客户 {{ customer_id }} 现为{{ tiers[tier] }}",
            body=TIERS_ZH
            + """
客户 {{ customer_id }} 自 {{ as_of }} 起为{{ tiers[tier] }}\
{{ "（原为" ~ tiers[previous] ~ "）" if previous else "（首次分级）" }}：{{ population }} 户中排名第 {{ rank }}。
订单 {{ value.orders }} 笔，金额 {{ value.amount | number }} {{ value.currency }}，最近一笔 {{ value.last_order_on }}。
原因：{{ because }}
""",
        ),
    },
)

PAYMENT_OVERDUE = NoticeTemplate(
    event=PaymentOverdue.TYPE,
    texts={
        "en": Text(
            subject="Invoice {{ invoice_id }} is overdue since {{ overdue_since }}",
            body="""
Customer {{ customer_id }}: invoice {{ invoice_id }} was due on {{ due_on }}.
{{ open_amount | number }} {{ currency }} are still open. If you have paid meanwhile, no action is needed.
""",
        ),
        "zh": Text(
            subject="发票 {{ invoice_id }} 自 {{ overdue_since }} 起逾期",
            body="""
客户 {{ customer_id }}：发票 {{ invoice_id }} 应于 {{ due_on }} 付款，
尚欠 {{ open_amount | number }} {{ currency }}。如已付款，请忽略本通知。
""",
        ),
    },
)

PAYMENT_OVERDUE_SALES = NoticeTemplate(
    event=PaymentOverdue.TYPE,
    texts={
        "en": Text(
            subject="Customer {{ customer_id }}: invoice {{ invoice_id }} is overdue",
            body="{{ open_amount | number }} {{ currency }} of invoice {{ invoice_id }} are open since {{ due_on }}.",
        ),
        "zh": Text(
            subject="客户 {{ customer_id }} 的发票 {{ invoice_id }} 已逾期",
            body="发票 {{ invoice_id }} 应于 {{ due_on }} 付款，尚欠 {{ open_amount | number }} {{ currency }}。",
        ),
    },
)

COLLECTION_STEP = NoticeTemplate(
    event=CollectionStepTaken.TYPE,
    texts={
        "en": Text(
            subject=STEPS_EN + "Overdue account of customer {{ customer_id }}: {{ steps[step] }}",
            body=STEPS_EN
            + """
{{ overdue | number }} {{ currency }} of your account are overdue; \
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
贵方账户逾期 {{ overdue | number }} {{ currency }}；发票 {{ oldest_invoice_id }} 已逾期 {{ days_past_due }} 天。
{{ taken_on }} 已采取措施：{{ steps[step] }}。
{% if next_step %}
如仍未付款，下一步：{{ steps[next_step] }}{{ "（" ~ next_step_on ~ "）" if next_step_on else "" }}。
{% endif %}
""",
        ),
    },
)

COLLECTION_STEP_SALES = NoticeTemplate(
    event=CollectionStepTaken.TYPE,
    texts={
        "en": Text(
            subject=STEPS_EN + "Case {{ case_id }} of customer {{ customer_id }}: {{ steps[step] }}",
            body=STEPS_EN
            + """
Case {{ case_id }}: {{ steps[step] }} on {{ taken_on }}, {{ days_past_due }} days past due, \
{{ overdue | number }} {{ currency }} overdue.
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
逾期金额 {{ overdue | number }} {{ currency }}。
{% if next_step %}
下一步：{{ steps[next_step] }}{{ "（" ~ next_step_on ~ "）" if next_step_on else "" }}。
{% endif %}
""",
        ),
    },
)

ORDER_HELD = NoticeTemplate(
    event=OrderCreditHeld.TYPE,
    texts={
        "en": Text(
            subject="Order {{ order_id }} of customer {{ customer_id }} is held ({{ status }})",
            body="""
Order {{ order_id }} over {{ amount | number }} {{ currency }} waits.
Why: {{ reason }}
Released by: {{ releases_at }}
""",
        ),
        "zh": Text(
            subject="客户 {{ customer_id }} 的订单 {{ order_id }} 被信用冻结（{{ status }}）",
            body="""
订单 {{ order_id }}，金额 {{ amount | number }} {{ currency }}，暂缓执行。
原因：{{ reason }}
解除条件：{{ releases_at }}
""",
        ),
    },
)

ORDER_RELEASED = NoticeTemplate(
    event=OrderCreditApproved.TYPE,
    texts={
        "en": Text(
            subject="Order {{ order_id }} of customer {{ customer_id }} is released",
            body="Order {{ order_id }} over {{ amount | number }} {{ currency }} was held and now fits the limit of "
            "{{ exposure.limit | number }} {{ exposure.currency }}.",
        ),
        "zh": Text(
            subject="客户 {{ customer_id }} 的订单 {{ order_id }} 已解除冻结",
            body="订单 {{ order_id }}，金额 {{ amount | number }} {{ currency }}，现已在信用额度 "
            "{{ exposure.limit | number }} {{ exposure.currency }} 之内。",
        ),
    },
)

DEFAULT_TEMPLATES: dict[str, NoticeTemplate] = {
    "supplier-grade": SUPPLIER_GRADE,
    "supplier-grade-weak": SUPPLIER_GRADE_WEAK,
    "supplier-grade-restated": SUPPLIER_GRADE_RESTATED,
    "customer-tier": CUSTOMER_TIER,
    "payment-overdue": PAYMENT_OVERDUE,
    "payment-overdue-sales": PAYMENT_OVERDUE_SALES,
    "collection-step": COLLECTION_STEP,
    "collection-step-sales": COLLECTION_STEP_SALES,
    "order-held": ORDER_HELD,
    "order-released": ORDER_RELEASED,
}
