"""Texts about tribunals, courts and terms of the law, in English and Chinese."""

from contracts.credit import (
    AwardRecorded,
    AwardReviewed,
    CaseClockNear,
    JudgmentRecorded,
    LimitationNear,
    LimitationRanOut,
)
from notify_svc.rules.default_templates.wording import both
from notify_svc.rules.templates import NoticeTemplate

CLOCKS_ZH = (
    '{% set clocks = {"set_aside": "申请撤销裁决", "appeal": "上诉", "enforcement": "申请执行"} %}'
    "{{ clocks[clock] if clock in clocks else clock }}"
)
OUTCOMES_ZH = (
    '{% set outcomes = {"granted": "全部支持", "partly": "部分支持", "dismissed": "驳回", "settled": "调解结案"} %}'
    "{{ outcomes[outcome] }}"
)
CLAIMED = "{{ claimed | money(currency) }}"
COSTS = "{{ costs | money(currency) }}"

TEMPLATES: dict[str, NoticeTemplate] = {
    "case-clock-near": both(
        CaseClockNear.TYPE,
        "Case {{ case_id }} of customer {{ customer_id }}: {{ days_left }} days left for {{ clock | replace('_', ' ') }}",
        "The last day is {{ ends_on }}.",
        "客户 {{ customer_id }} 的追账案 {{ case_id }}：" + CLOCKS_ZH + "期限还剩 {{ days_left }} 天",
        "最后一日 {{ ends_on }}。",
    ),
    "limitation-near": both(
        LimitationNear.TYPE,
        "The limitation of invoice {{ invoice_id }} of customer {{ customer_id }} ends in {{ days_left }} days",
        "{{ open_amount | money(currency) }} are open; the last day is {{ until }}. A demand that reaches the customer, a promise, a part "
        "payment or a claim before a court begins it anew.",
        "客户 {{ customer_id }} 的发票 {{ invoice_id }} 诉讼时效还有 {{ days_left }} 天届满",
        "未清金额 {{ open_amount | money(currency) }}，最后一日 {{ until }}。有效催告、承诺、部分付款或起诉可使时效重新计算。",
    ),
    "limitation-ran-out": both(
        LimitationRanOut.TYPE,
        "The limitation of invoice {{ invoice_id }} of customer {{ customer_id }} has ended",
        "{{ open_amount | money(currency) }} are open; the last day was {{ until }}. The customer may refuse to pay.",
        "客户 {{ customer_id }} 的发票 {{ invoice_id }} 诉讼时效已届满",
        "未清金额 {{ open_amount | money(currency) }}，最后一日为 {{ until }}，客户可提出时效抗辩。",
    ),
    "award": both(
        AwardRecorded.TYPE,
        "Award {{ award_id }} in case {{ case_id }} of customer {{ customer_id }}: {{ outcome }}",
        "Made on {{ made_on }}: {{ awarded | money(currency) }} of " + CLAIMED + ", costs " + COSTS + ". "
        "It may be set aside until {{ set_aside_until }}"
        "{% if enforce_until %}, and enforced until {{ enforce_until }}{% endif %}.",
        "客户 {{ customer_id }} 追账案 {{ case_id }} 的裁决 {{ award_id }}：" + OUTCOMES_ZH,
        "{{ made_on }} 作出：请求 " + CLAIMED + "，裁决 {{ awarded | money(currency) }}，费用 " + COSTS + "。"
        "可在 {{ set_aside_until }} 前申请撤销"
        "{% if enforce_until %}，在 {{ enforce_until }} 前申请执行{% endif %}。",
    ),
    "award-reviewed": both(
        AwardReviewed.TYPE,
        "Award {{ award_id }} in case {{ case_id }} of customer {{ customer_id }}: "
        "{{ kind | replace('_', ' ') }} {{ outcome }}",
        "Decided on {{ decided_on }}."
        "{% if outcome == 'granted' %} It counts no more; another way may begin.{% endif %}",
        "客户 {{ customer_id }} 追账案 {{ case_id }} 的裁决 {{ award_id }}："
        "{{ '撤销裁决' if kind == 'set_aside' else '不予执行' }}申请{{ '成立' if outcome == 'granted' else '被驳回' }}",
        "{{ decided_on }} 裁定。{% if outcome == 'granted' %}裁决不再有效，可另行主张。{% endif %}",
    ),
    "judgment": both(
        JudgmentRecorded.TYPE,
        "Judgment {{ judgment_id }} in case {{ case_id }} of customer {{ customer_id }}: {{ outcome }}",
        "Served on {{ served_on }}: {{ adjudged | money(currency) }} of " + CLAIMED + ", costs " + COSTS + ". "
        "{% if appeal_until %}An appeal is possible until {{ appeal_until }}.{% else %}It is final.{% endif %}",
        "客户 {{ customer_id }} 追账案 {{ case_id }} 的判决 {{ judgment_id }}：" + OUTCOMES_ZH,
        "{{ served_on }} 送达：请求 " + CLAIMED + "，判决 {{ adjudged | money(currency) }}，费用 " + COSTS + "。"
        "{% if appeal_until %}可在 {{ appeal_until }} 前上诉。{% else %}判决已生效。{% endif %}",
    ),
}
