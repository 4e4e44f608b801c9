"""Texts about complaints and the follow-up call, and about the cause that a supplier found."""

from contracts.customer import (
    ComplaintCauseReported,
    ComplaintClockBreached,
    ComplaintClockWarned,
    ComplaintOpened,
    ComplaintReopened,
    ComplaintTraceWithdrawn,
    FollowUpDue,
)
from notify_svc.rules.default_templates.wording import both
from notify_svc.rules.templates import NoticeTemplate

CLOCKS_EN = '{% set clocks = {"respond": "to respond", "on_site": "to be on site", "resolve": "to resolve it"} %}'
CLOCKS_ZH = '{% set clocks = {"respond": "响应", "on_site": "到场", "resolve": "解决"} %}'

STEPS_EN = (
    '{% set steps = {"containment": "the defect is contained", "action": "the cause is found and acted upon", '
    '"closure": "the corrective action is closed", "withdrawn": "the corrective action is withdrawn", '
    '"handover": "the supplier answered"} %}'
)
STEPS_ZH = (
    '{% set steps = {"containment": "已采取临时措施", "action": "已查明原因并采取纠正措施", "closure": "纠正措施已结案", '
    '"withdrawn": "纠正措施已撤销", "handover": "供应商已答复"} %}'
)

TEMPLATES: dict[str, NoticeTemplate] = {
    "complaint-opened": both(
        ComplaintOpened.TYPE,
        "Complaint {{ complaint_id }} of customer {{ customer_id }} ({{ severity }})",
        "{{ description }}\n{% for each in clocks %}\n"
        "- {{ {'respond': 'respond', 'on_site': 'be on site', 'resolve': 'resolve it'}[each.clock] }}"
        " by {{ each.due_at | moment }}\n{% endfor %}",
        "客户 {{ customer_id }} 投诉 {{ complaint_id }}（{{ {'general': '一般', 'major': '重大', 'urgent': '紧急'}[severity] }}）",
        "{{ description }}\n{% for each in clocks %}\n"
        "- {{ {'respond': '响应', 'on_site': '到场', 'resolve': '解决'}[each.clock] }}期限：{{ each.due_at | moment }}\n"
        "{% endfor %}",
    ),
    "complaint-clock-warned": both(
        ComplaintClockWarned.TYPE,
        CLOCKS_EN
        + "Complaint {{ complaint_id }} of customer {{ customer_id }}: 80 % of the time {{ clocks[clock] }} is gone",
        "It is due on {{ due_at | moment }}.",
        CLOCKS_ZH + "客户 {{ customer_id }} 投诉 {{ complaint_id }}：{{ clocks[clock] }}时限已过 80 %",
        "期限：{{ due_at | moment }}。",
    ),
    "complaint-clock-breached": both(
        ComplaintClockBreached.TYPE,
        CLOCKS_EN + "Complaint {{ complaint_id }} of customer {{ customer_id }}: the time {{ clocks[clock] }} is over",
        "It was due on {{ due_at | moment }}; its owner is {{ owner_id }}.",
        CLOCKS_ZH + "客户 {{ customer_id }} 投诉 {{ complaint_id }}：{{ clocks[clock] }}超时",
        "期限为 {{ due_at | moment }}，负责人 {{ owner_id }}。",
    ),
    "complaint-reopened": both(
        ComplaintReopened.TYPE,
        "Complaint {{ complaint_id }} of customer {{ customer_id }} is open again",
        "{{ because }}\nIt was opened again {{ times }} times.",
        "客户 {{ customer_id }} 投诉 {{ complaint_id }} 重新打开",
        "{{ because }}\n第 {{ times }} 次重新打开。",
    ),
    "complaint-cause": both(
        ComplaintCauseReported.TYPE,
        STEPS_EN + "Your complaint {{ complaint_id }}: {{ steps[step] }}",
        "{{ text }}{% if due_on %}\nThe next step is due on {{ due_on }}.{% endif %}"
        "{% if is_final %}\nThis is the last report on it.{% endif %}",
        STEPS_ZH + "贵方投诉 {{ complaint_id }}：{{ steps[step] }}",
        "{{ text }}{% if due_on %}\n下一步骤期限：{{ due_on }}。{% endif %}"
        "{% if is_final %}\n这是关于该投诉的最后一份报告。{% endif %}",
    ),
    "complaint-cause-owner": both(
        ComplaintCauseReported.TYPE,
        STEPS_EN + "Complaint {{ complaint_id }} of customer {{ customer_id }}: {{ steps[step] }}",
        "Supplier {{ supplier_id }}, {{ reported_on }}: {{ text }}"
        "{% if due_on %}\nThe next step is due on {{ due_on }}.{% endif %}"
        "{% if is_final %}\nNothing more is owed for it.{% endif %}",
        STEPS_ZH + "客户 {{ customer_id }} 投诉 {{ complaint_id }}：{{ steps[step] }}",
        "供应商 {{ supplier_id }}，{{ reported_on }}：{{ text }}"
        "{% if due_on %}\n下一步骤期限：{{ due_on }}。{% endif %}"
        "{% if is_final %}\n该投诉再无待办事项。{% endif %}",
    ),
    "complaint-trace-withdrawn": both(
        ComplaintTraceWithdrawn.TYPE,
        "Complaint {{ complaint_id }} of customer {{ customer_id }} is not supplier {{ supplier_id }}'s fault",
        "{{ because }}\nLook for its cause elsewhere.",
        "客户 {{ customer_id }} 投诉 {{ complaint_id }} 非供应商 {{ supplier_id }} 责任",
        "{{ because }}\n请另行查找原因。",
    ),
    "follow-up": both(
        FollowUpDue.TYPE,
        "Call customer {{ customer_id }} back about complaint {{ complaint_id }}",
        "Ask after the solution; the call is due on {{ due_at | moment }}.",
        "请回访客户 {{ customer_id }}（投诉 {{ complaint_id }}）",
        "请询问处理结果；回访期限：{{ due_at | moment }}。",
    ),
}
