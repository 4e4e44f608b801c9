"""Texts about grades, in English and Chinese."""

from contracts.supplier import SupplierGraded, SupplierGradeRestated, SupplierStandingChanged
from notify_svc.rules.templates import NoticeTemplate, OwnTemplate, Text

SUPPLIER_GRADE = OwnTemplate(
    event=SupplierGraded.TYPE,
    texts={
        "en": Text(
            subject="Quality grade for {{ period }}: {{ grading.grade }}",
            body="""
Supplier {{ supplier_id }}, period {{ period }} ({{ starts_on }} to {{ ends_on }})

{% if grading.grade == "insufficient" %}
Too little was delivered in the period to judge it. Your standing is {{ standing }}.
{% else %}
Grade {{ grading.grade }} with {{ grading.score | number }} \
{{ "points of 100" if grading.basis in ("composite", "fuzzy") else "nonconformance points" }}\
{{ " per 100 lots" if grading.basis == "points_per_100_lots" else "" }}. Your standing is {{ standing }}\
{{ "" if previous_standing in (none, standing) else " (before: " ~ previous_standing ~ ")" }}.
{% endif %}
{% if ceiling and ceiling != "A" %}
It is limited to {{ ceiling }}: {{ ceiling_because }}
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
本期等级 {{ grading.grade }}，{{ "综合评分" if grading.basis in ("composite", "fuzzy") else "不合格评分" }} {{ grading.score | number }}\
{{ "（每百批）" if grading.basis == "points_per_100_lots" else "" }}。现行等级：{{ standing }}\
{{ "" if previous_standing in (none, standing) else "（原等级：" ~ previous_standing ~ "）" }}。
{% endif %}
{% if ceiling and ceiling != "A" %}
现行等级以 {{ ceiling }} 为限：{{ ceiling_because }}
{% endif %}

{% for factor in grading.factors %}
- {{ factor.name }}：{{ factor.value | number }} {{ factor.unit }}，计 {{ factor.contribution | number }}
{% endfor %}
""",
        ),
    },
)

SUPPLIER_GRADE_WEAK = OwnTemplate(
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
供应商 {{ supplier_id }} 在 {{ period }} 被评为 {{ grading.grade }} 级，\
{{ "综合评分" if grading.basis in ("composite", "fuzzy") else "不合格评分" }} {{ grading.score | number }}。
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

SUPPLIER_GRADE_RESTATED = OwnTemplate(
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

SUPPLIER_STANDING = OwnTemplate(
    event=SupplierStandingChanged.TYPE,
    texts={
        "en": Text(
            subject="Supplier {{ supplier_id }} stands at {{ standing }} from {{ changed_on }}",
            body="""
Supplier {{ supplier_id }} stands at {{ standing }} from {{ changed_on }}{{ ", before at " ~ previous if previous else "" }}.
Because: {{ because }}
The latest periods: {{ operational or "none" }}; the year: {{ annual or "none" }}\
{{ "; limited to " ~ ceiling if ceiling else "" }}. Its items are divided anew.
""",
        ),
        "zh": Text(
            subject="供应商 {{ supplier_id }} 自 {{ changed_on }} 起现行等级为 {{ standing }}",
            body="""
供应商 {{ supplier_id }} 自 {{ changed_on }} 起现行等级为 {{ standing }}{{ "（原等级：" ~ previous ~ "）" if previous else "" }}。
原因：{{ because }}
最近各期：{{ operational or "无" }}；年度：{{ annual or "无" }}{{ "；以 " ~ ceiling ~ " 为限" if ceiling else "" }}。订单份额已重新分配。
""",
        ),
    },
)

TEMPLATES: dict[str, NoticeTemplate] = {
    "supplier-grade": SUPPLIER_GRADE,
    "supplier-grade-weak": SUPPLIER_GRADE_WEAK,
    "supplier-grade-restated": SUPPLIER_GRADE_RESTATED,
    "supplier-standing": SUPPLIER_STANDING,
}
