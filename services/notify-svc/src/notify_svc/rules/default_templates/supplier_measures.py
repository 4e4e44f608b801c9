"""Texts about what follows from a supplier's quality: improvement, corrective actions, claims, objections."""

from contracts.supplier import (
    ClaimRaised,
    ComplaintAnswerDue,
    ComplaintAnswerOverdue,
    CorrectiveActionClosed,
    CorrectiveActionOpened,
    CorrectiveActionOverdue,
    ImprovementDue,
    ImprovementMissed,
    IncentiveEnded,
    IncentiveStarted,
    ObjectionDecided,
    ObjectionRaised,
    PenaltyCharged,
    PreferredSourceNamed,
    RewardGranted,
    ScoreFalling,
)
from notify_svc.rules.default_templates.wording import both
from notify_svc.rules.templates import NoticeTemplate

KINDS_EN = (
    '{% set kinds = {"on_site_report": "report on site", "improvement": "improvement", '
    '"improvement_report": "improvement report"} %}'
)
KINDS_ZH = (
    '{% set kinds = {"on_site_report": "现场考察报告", "improvement": "整改", "improvement_report": "改进报告"} %}'
)
STEPS_ZH = (
    '{% set steps = {"team": "成立小组", "problem": "问题描述", "containment": "临时措施", "cause": "原因分析", '
    '"action": "纠正措施", "verification": "效果验证", "prevention": "预防再发", "closure": "结案"} %}'
)
INCENTIVES_ZH = (
    '{% set kinds = {"preferred_source": "优先供应商", "larger_share": "增加订单份额", "smaller_share": "减少订单份额", '
    '"orders_stopped": "停止订单", "money": "金额"} %}'
)
# "10 % of the orders of M-1, 2024-02-01 to 2024-04-30": what changes orders, of which items, and how long.
TERMS_EN = (
    "{% if starts_on %}{% if points %}{{ points }} % of the orders{% else %}No orders{% endif %}"
    "{{ ' of ' ~ (item_ids | join(', ')) if item_ids else ' of all its items' }}, from {{ starts_on }}"
    "{{ ' to ' ~ ends_on if ends_on else ' until it is ended' }}.\n{% endif %}"
)
TERMS_ZH = (
    "{% if starts_on %}{{ item_ids | join('、') if item_ids else '全部物料' }}："
    "{% if points %}订单份额 {{ points }}%{% else %}停止订单{% endif %}，自 {{ starts_on }} "
    "{{ '至 ' ~ ends_on if ends_on else '起，直至解除' }}。\n{% endif %}"
)

TEMPLATES: dict[str, NoticeTemplate] = {
    "score-falling": both(
        ScoreFalling.TYPE,
        "Supplier {{ supplier_id }}: the score fell {{ falls_running }} periods running; act by "
        "{{ event.occurred_on | next_day_of_month(10) }}",
        "Scores up to {{ period }}: {{ scores | join(', ') }}.\n"
        "{% if consequence == 'grade_down' %}\nIt is graded one grade down.\n"
        "{% else %}\nAn improvement report is due on {{ event.occurred_on | next_day_of_month(10) }}.\n{% endif %}",
        "供应商 {{ supplier_id }} 评分连续 {{ falls_running }} 期变差，{{ event.occurred_on | next_day_of_month(10) }} 前处理",
        "截至 {{ period }} 的评分：{{ scores | join('、') }}。\n"
        "{% if consequence == 'grade_down' %}\n等级下调一级。\n"
        "{% else %}\n改进报告应于 {{ event.occurred_on | next_day_of_month(10) }} 前提交。\n{% endif %}",
    ),
    "improvement-due": both(
        ImprovementDue.TYPE,
        KINDS_EN + "{{ kinds[kind] | capitalize }} due on {{ due_on }} (grade {{ grade }} for {{ period }})",
        "Supplier {{ supplier_id }}: {{ summary }}\nIt is due on {{ due_on }}.",
        KINDS_ZH + "{{ due_on }} 前须提交{{ kinds[kind] }}（{{ period }} 等级 {{ grade }}）",
        "供应商 {{ supplier_id }}：{{ summary }}\n期限：{{ due_on }}。",
    ),
    "improvement-missed": both(
        ImprovementMissed.TYPE,
        KINDS_EN + "Supplier {{ supplier_id }}: no {{ kinds[kind] }} by {{ due_on }}",
        KINDS_EN + "The {{ kinds[kind] }} for {{ period }} was due on {{ due_on }} and has not come.",
        KINDS_ZH + "供应商 {{ supplier_id }}：{{ due_on }} 前未提交{{ kinds[kind] }}",
        KINDS_ZH + "{{ period }} 的{{ kinds[kind] }}应于 {{ due_on }} 前提交，至今未收到。",
    ),
    "preferred-source": both(
        PreferredSourceNamed.TYPE,
        "Supplier {{ supplier_id }} is a preferred source",
        "It was graded A in {{ a_running }} periods running, up to {{ period }}.",
        "供应商 {{ supplier_id }} 被评为优先供应商",
        "截至 {{ period }}，连续 {{ a_running }} 期评为 A 级。",
    ),
    "corrective-action": both(
        CorrectiveActionOpened.TYPE,
        "Corrective action {{ action_id }} (8D) is to be taken",
        "Supplier {{ supplier_id }}: {{ summary }}\nFor: {{ reference }}\n"
        "{% for each in steps %}\n- {{ each.step }}: by {{ each.due_on }}\n{% endfor %}",
        "须采取纠正措施 {{ action_id }}（8D）",
        STEPS_ZH.replace("set steps", "set steps_zh")
        + "供应商 {{ supplier_id }}：{{ summary }}\n依据：{{ reference }}\n"
        "{% for each in steps %}\n- {{ steps_zh[each.step] }}：{{ each.due_on }} 前\n{% endfor %}",
    ),
    "corrective-action-overdue": both(
        CorrectiveActionOverdue.TYPE,
        "Corrective action {{ action_id }} of supplier {{ supplier_id }} is overdue: {{ step }}",
        "The step {{ step }} was due on {{ due_on }}. This is reminder {{ level }}.",
        STEPS_ZH + "供应商 {{ supplier_id }} 的纠正措施 {{ action_id }} 逾期：{{ steps[step] }}",
        STEPS_ZH + "步骤“{{ steps[step] }}”应于 {{ due_on }} 前完成。第 {{ level }} 次催办。",
    ),
    "corrective-action-closed": both(
        CorrectiveActionClosed.TYPE,
        "Corrective action {{ action_id }} is closed",
        "Supplier {{ supplier_id }}, {{ closed_on }}: {{ because }}",
        "纠正措施 {{ action_id }} 已结案",
        "供应商 {{ supplier_id }}，{{ closed_on }}：{{ because }}",
    ),
    "complaint-handed-over": both(
        ComplaintAnswerDue.TYPE,
        "Complaint {{ complaint_id }} is handed to you; answer by {{ due_on }}",
        "Supplier {{ supplier_id }}: the cause is lot {{ lot_id }} of item {{ item_id }}. Handle the complaint, and say "
        "what we may pass on to the customer.",
        "投诉 {{ complaint_id }} 移交贵方处理，请于 {{ due_on }} 前答复",
        "供应商 {{ supplier_id }}：原因为物料 {{ item_id }} 的批次 {{ lot_id }}。请处理该投诉，并提供可转告客户的答复。",
    ),
    "complaint-answer-overdue": both(
        ComplaintAnswerOverdue.TYPE,
        "Supplier {{ supplier_id }} did not answer complaint {{ complaint_id }}",
        "The complaint of customer {{ customer_id }} was handed to it; the answer was due on {{ due_on }}.",
        "供应商 {{ supplier_id }} 未答复投诉 {{ complaint_id }}",
        "客户 {{ customer_id }} 的投诉已移交该供应商，应于 {{ due_on }} 前答复。",
    ),
    "claim-raised": both(
        ClaimRaised.TYPE,
        "Claim {{ claim_id }} over {{ amount | money(currency) }}",
        "Supplier {{ supplier_id }}: for nonconformance {{ nonconformance_id }} we claim "
        "{{ amount | money(currency) }}.\nBecause: {{ because }}"
        "{{ '\nContest it by ' ~ answer_by ~ '; not contested, it counts as accepted.' if answer_by else '' }}",
        "索赔 {{ claim_id }}：{{ amount | money(currency) }}",
        "供应商 {{ supplier_id }}：因不合格 {{ nonconformance_id }}，索赔 {{ amount | money(currency) }}。\n"
        "原因：{{ because }}{{ '\n如有异议，请在 ' ~ answer_by ~ ' 前提出；逾期未提出视为接受。' if answer_by else '' }}",
    ),
    "penalty-charged": both(
        PenaltyCharged.TYPE,
        "Consequence of the assessment{{ ' of ' ~ period if period else '' }}: {{ kind | replace('_', ' ') }}",
        "Supplier {{ supplier_id }}{{ ': ' ~ (amount | money(currency)) if amount else '' }}.\n"
        + TERMS_EN
        + "Because: {{ because }}",
        "考核处罚{{ '（' ~ period ~ '）' if period else '' }}",
        "供应商 {{ supplier_id }}{{ '：' ~ (amount | money(currency)) if amount else '' }}。\n"
        + TERMS_ZH
        + "原因：{{ because }}",
    ),
    "reward-granted": both(
        RewardGranted.TYPE,
        "Reward for the assessment{{ ' of ' ~ period if period else '' }}: {{ kind | replace('_', ' ') }}",
        "Supplier {{ supplier_id }}{{ ': ' ~ (amount | money(currency)) if amount else '' }}.\n"
        + TERMS_EN
        + "Because: {{ because }}",
        "考核奖励{{ '（' ~ period ~ '）' if period else '' }}",
        "供应商 {{ supplier_id }}{{ '：' ~ (amount | money(currency)) if amount else '' }}。\n"
        + TERMS_ZH
        + "原因：{{ because }}",
    ),
    "incentive-started": both(
        IncentiveStarted.TYPE,
        "From {{ started_on }}: {{ kind | replace('_', ' ') }} ({{ incentive_id }})",
        "Supplier {{ supplier_id }}: what was decided as {{ incentive_id }} takes effect on {{ started_on }}.",
        INCENTIVES_ZH + "自 {{ started_on }} 起：{{ kinds[kind] }}（{{ incentive_id }}）",
        "供应商 {{ supplier_id }}：{{ incentive_id }} 自 {{ started_on }} 起生效。",
    ),
    "incentive-ended": both(
        IncentiveEnded.TYPE,
        "From {{ ended_on }} no more: {{ kind | replace('_', ' ') }} ({{ incentive_id }})",
        "Supplier {{ supplier_id }}: {{ incentive_id }} has no effect on orders from {{ ended_on }} on.\n"
        "Because: {{ reason }}",
        INCENTIVES_ZH + "自 {{ ended_on }} 起解除：{{ kinds[kind] }}（{{ incentive_id }}）",
        "供应商 {{ supplier_id }}：{{ incentive_id }} 自 {{ ended_on }} 起不再影响订单。\n原因：{{ reason }}",
    ),
    "objection-raised": both(
        ObjectionRaised.TYPE,
        "Supplier {{ supplier_id }} objects to {{ record_kind }} {{ record_id }}",
        "Objection {{ objection_id }}: {{ reason }}",
        "供应商 {{ supplier_id }} 对记录 {{ record_id }} 提出申诉",
        "申诉 {{ objection_id }}：{{ reason }}",
    ),
    "objection-decided": both(
        ObjectionDecided.TYPE,
        "Objection {{ objection_id }} is {{ outcome }}",
        "Supplier {{ supplier_id }}, {{ record_kind }} {{ record_id }}: {{ because }}",
        "申诉 {{ objection_id }} {{ '成立' if outcome == 'upheld' else '不成立' }}",
        "供应商 {{ supplier_id }}，记录 {{ record_id }}：{{ because }}",
    ),
}
