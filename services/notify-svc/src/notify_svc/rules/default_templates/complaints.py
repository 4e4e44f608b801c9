"""Texts about complaints and the follow-up call."""

from contracts.customer import (
    ComplaintClockBreached,
    ComplaintClockWarned,
    ComplaintOpened,
    ComplaintReopened,
    FollowUpDue,
)
from notify_svc.rules.default_templates.wording import both
from notify_svc.rules.templates import NoticeTemplate

CLOCKS_EN = '{% set clocks = {"respond": "to respond", "on_site": "to be on site", "resolve": "to resolve it"} %}'
CLOCKS_ZH = '{% set clocks = {"respond": "响应", "on_site": "到场", "resolve": "解决"} %}'

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
    "follow-up": both(
        FollowUpDue.TYPE,
        "Call customer {{ customer_id }} back about complaint {{ complaint_id }}",
        "Ask after the solution; the call is due on {{ due_at | moment }}.",
        "请回访客户 {{ customer_id }}（投诉 {{ complaint_id }}）",
        "请询问处理结果；回访期限：{{ due_at | moment }}。",
    ),
}
