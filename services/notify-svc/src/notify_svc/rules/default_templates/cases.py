"""Texts about an open collection case: steps taken back, questions, reviews, payment plans."""

from contracts.credit import (
    CaseReviewDue,
    CaseStrategyChanged,
    CaseWayAsked,
    CaseWayEnded,
    CaseWayUnanswered,
    CollectionStepWithdrawn,
    PaymentPlanAgreed,
    PaymentPlanBroken,
    PaymentPlanProposed,
)
from notify_svc.rules.default_templates.collection import STEPS_EN, STEPS_ZH
from notify_svc.rules.default_templates.wording import both
from notify_svc.rules.templates import NoticeTemplate

WAYS_EN = (
    '{% set ways = {"delegated": "a collection agency", "arbitration": "arbitration", "litigation": "the court"} %}'
)
WAYS_ZH = '{% set ways = {"delegated": "委托追账", "arbitration": "仲裁追账", "litigation": "诉讼追账"} %}'
STRATEGIES_ZH = (
    '{% set strategies = {"large": "大客户", "general": "一般", "high_risk": "高风险", "low_risk": "低风险"} %}'
)

TEMPLATES: dict[str, NoticeTemplate] = {
    "step-withdrawn": both(
        CollectionStepWithdrawn.TYPE,
        STEPS_EN
        + "Case {{ case_id }} of customer {{ customer_id }} is back at: {{ steps[to_step] if to_step else 'no step' }}",
        STEPS_EN
        + "Before: {{ steps[from_step] }}. Invoice {{ oldest_invoice_id }} is the oldest now, {{ days_past_due }} days past due."
        "{{ ' Next: ' ~ steps[next_step] ~ ' on ' ~ next_step_on ~ '.' if next_step and next_step_on else '' }}",
        STEPS_ZH
        + "客户 {{ customer_id }} 的追账案 {{ case_id }} 退回至：{{ steps[to_step] if to_step else '无措施' }}",
        STEPS_ZH
        + "此前：{{ steps[from_step] }}。目前最早的未清发票为 {{ oldest_invoice_id }}，已逾期 {{ days_past_due }} 天。"
        "{{ '下一步：' ~ steps[next_step] ~ '（' ~ next_step_on ~ '）。' if next_step and next_step_on else '' }}",
    ),
    "way-asked": both(
        CaseWayAsked.TYPE,
        WAYS_EN + "Does case {{ case_id }} of customer {{ customer_id }} go to {{ ways[way] }}?",
        "{{ amount | money(currency) }} are overdue, invoice {{ oldest_invoice_id }} first. Please answer by {{ answer_by }}: "
        "start, postpone, or propose to write it off.{{ ' ' ~ because if because else '' }}",
        WAYS_ZH + "客户 {{ customer_id }} 的追账案 {{ case_id }} 是否转为{{ ways[way] }}？",
        "逾期 {{ amount | money(currency) }}，最早的发票为 {{ oldest_invoice_id }}。请在 {{ answer_by }} 前答复：启动、推迟或申请核销。",
    ),
    "way-unanswered": both(
        CaseWayUnanswered.TYPE,
        WAYS_EN
        + "Nobody has answered whether case {{ case_id }} of customer {{ customer_id }} goes to {{ ways[way] }}",
        "It was to be answered by {{ answer_by }} and has been open since {{ requested_on }}.",
        WAYS_ZH + "客户 {{ customer_id }} 的追账案 {{ case_id }} 是否转为{{ ways[way] }}，尚无人答复",
        "自 {{ requested_on }} 起等待答复，期限为 {{ answer_by }}。",
    ),
    "way-ended": both(
        CaseWayEnded.TYPE,
        WAYS_EN + "Case {{ case_id }} of customer {{ customer_id }} is no longer with {{ ways[way] }}",
        "Since {{ ended_on }} ({{ because | replace('_', ' ') }}).",
        WAYS_ZH + "客户 {{ customer_id }} 的追账案 {{ case_id }} 的{{ ways[way] }}已结束",
        "自 {{ ended_on }} 起。",
    ),
    "case-review": both(
        CaseReviewDue.TYPE,
        "Look at case {{ case_id }} of customer {{ customer_id }} by {{ answer_by }}",
        "{{ overdue | money(currency) }} are overdue, invoice {{ oldest_invoice_id }} for {{ days_past_due }} days. "
        "Unanswered, the case is pursued like any other.",
        "请在 {{ answer_by }} 前审视客户 {{ customer_id }} 的追账案 {{ case_id }}",
        "逾期 {{ overdue | money(currency) }}，发票 {{ oldest_invoice_id }} 已逾期 {{ days_past_due }} 天。到期未答复将按一般客户追收。",
    ),
    "case-strategy": both(
        CaseStrategyChanged.TYPE,
        "Case {{ case_id }} of customer {{ customer_id }} is pursued as {{ after | replace('_', ' ') }}",
        "Since {{ changed_on }}, before: {{ before | replace('_', ' ') }}. {{ because }}",
        STRATEGIES_ZH + "客户 {{ customer_id }} 的追账案 {{ case_id }} 改按{{ strategies[after] }}追收",
        STRATEGIES_ZH + "自 {{ changed_on }} 起，此前：{{ strategies[before] }}。{{ because }}",
    ),
    "plan-proposed": both(
        PaymentPlanProposed.TYPE,
        "Agree on a payment plan for case {{ case_id }} (customer {{ customer_id }})?",
        "{{ proposed_by }} proposes it: {{ reason }} "
        "{% for each in instalments %}{{ each.amount | money(currency) }} by {{ each.due_on }}{{ '.' if loop.last else ', ' }}"
        "{% endfor %}{{ ' New orders up to ' ~ (support_limit | money(currency)) ~ ' would go on.' if support_limit else '' }}",
        "请审批客户 {{ customer_id }} 追账案 {{ case_id }} 的分期付款计划",
        "{{ proposed_by }} 申请：{{ reason }}。"
        "{% for each in instalments %}{{ each.due_on }} 前支付 {{ each.amount | money(currency) }}{{ '。' if loop.last else '；' }}"
        "{% endfor %}{{ '期间拟可继续下单，合计不超过 ' ~ (support_limit | money(currency)) ~ '。' if support_limit else '' }}",
    ),
    "plan-agreed": both(
        PaymentPlanAgreed.TYPE,
        "Payment plan {{ plan_id }} of customer {{ customer_id }}",
        "{% for each in instalments %}{{ each.amount | money(currency) }} by {{ each.due_on }}{{ '.' if loop.last else ', ' }}"
        "{% endfor %}{{ ' New orders up to ' ~ (support_limit | money(currency)) ~ ' go on.' if support_limit else '' }}",
        "客户 {{ customer_id }} 的分期付款计划 {{ plan_id }}",
        "{% for each in instalments %}{{ each.due_on }} 前支付 {{ each.amount | money(currency) }}{{ '。' if loop.last else '；' }}"
        "{% endfor %}{{ '期间可继续下单，合计不超过 ' ~ (support_limit | money(currency)) ~ '。' if support_limit else '' }}",
    ),
    "plan-broken": both(
        PaymentPlanBroken.TYPE,
        "Customer {{ customer_id }} broke payment plan {{ plan_id }}",
        "{{ missing | money(currency) }} of instalment {{ number }} did not come. Case {{ case_id }} goes on; "
        "no other plan before {{ next_from }}.",
        "客户 {{ customer_id }} 未履行分期付款计划 {{ plan_id }}",
        "第 {{ number }} 期尚缺 {{ missing | money(currency) }}。追账案 {{ case_id }} 继续；{{ next_from }} 前不再商定新计划。",
    ),
}
