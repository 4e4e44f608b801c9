"""Texts about customer care: churn, key accounts, the sales channel."""

from contracts.customer import (
    ChurnRecovered,
    ChurnWarned,
    DiversionSuspected,
    KeyAccountDesignated,
    KeyAccountMeetingDue,
    NineBoxReviewOpened,
    RebatePaid,
    RelationshipStageChanged,
    RetentionTaskOpened,
)
from notify_svc.rules.default_templates.wording import both
from notify_svc.rules.templates import NoticeTemplate

STAGES_ZH = (
    '{% set stages = {"vendor": "卖主", "preferred": "优先供应商", "partner": "伙伴", "alliance": "战略联盟"} %}'
)
LEVEL_ZH = "{{ '红色' if level == 'red' else '黄色' }}"

TEMPLATES: dict[str, NoticeTemplate] = {
    "churn-warned": both(
        ChurnWarned.TYPE,
        "Customer {{ customer_id }} may be leaving ({{ level }})",
        "{{ because }}\nThe last order was on {{ figures.last_order_on }}. Sales of three months: "
        "{{ figures.recent_sales | money(figures.currency) }}, before: {{ figures.previous_sales | money(figures.currency) }}.",
        "客户 {{ customer_id }} 流失预警（" + LEVEL_ZH + "）",
        "{{ because }}\n最近一笔订单 {{ figures.last_order_on }}。近三月销售 {{ figures.recent_sales | money(figures.currency) }}"
        "，此前三月 {{ figures.previous_sales | money(figures.currency) }}。",
    ),
    "churn-recovered": both(
        ChurnRecovered.TYPE,
        "Customer {{ customer_id }} orders again",
        "The warning ({{ level }}) is over: {{ because }}",
        "客户 {{ customer_id }} 恢复订货",
        "预警（" + LEVEL_ZH + "）解除：{{ because }}",
    ),
    "retention-task": both(
        RetentionTaskOpened.TYPE,
        "Win customer {{ customer_id }} back by {{ due_on }}",
        "Task {{ task_id }}, opened on {{ opened_on }} ({{ level }}).",
        "请于 {{ due_on }} 前挽回客户 {{ customer_id }}",
        "任务 {{ task_id }}，{{ opened_on }} 下达（" + LEVEL_ZH + "）。",
    ),
    "key-account-meeting": both(
        KeyAccountMeetingDue.TYPE,
        "The yearly meeting with key account {{ customer_id }} is due on {{ due_on }}",
        "Owner {{ owner_id }}, sponsor {{ sponsor_id }}.",
        "大客户 {{ customer_id }} 年度会议应于 {{ due_on }} 召开",
        "负责人 {{ owner_id }}，高层对口人 {{ sponsor_id }}。",
    ),
    "key-account": both(
        KeyAccountDesignated.TYPE,
        "Customer {{ customer_id }} is a key account",
        "{{ because }}\nOwner {{ owner_id }}, sponsor {{ sponsor_id }}, team {{ team | join(', ') }}; "
        "the first meeting is due on {{ next_meeting_on }}.",
        "客户 {{ customer_id }} 列为大客户",
        "{{ because }}\n负责人 {{ owner_id }}，高层对口人 {{ sponsor_id }}，小组 {{ team | join('、') }}；"
        "首次会议 {{ next_meeting_on }}。",
    ),
    "nine-box-review": both(
        NineBoxReviewOpened.TYPE,
        "Review customer {{ customer_id }}: {{ proposed }} instead of {{ box or 'no box' }}?",
        "{{ because }}",
        "请复核客户 {{ customer_id }} 的九宫格定位：{{ box or '未定位' }} → {{ proposed }}？",
        "{{ because }}",
    ),
    "relationship-stage": both(
        RelationshipStageChanged.TYPE,
        "Customer {{ customer_id }}: from {{ previous }} to {{ stage }}",
        "On {{ changed_on }}: {{ because }}",
        STAGES_ZH + "客户 {{ customer_id }} 关系由{{ stages[previous] }}变为{{ stages[stage] }}",
        "{{ changed_on }}：{{ because }}",
    ),
    "diversion": both(
        DiversionSuspected.TYPE,
        "Unit {{ unit_code }} of distributor {{ customer_id }} was seen in {{ scanned_in }}",
        "It belongs to {{ authorised_region }}. Kind: {{ kind }}; {{ repeats }} times within 12 months.\n{{ because }}",
        "经销商 {{ customer_id }} 的产品 {{ unit_code }} 出现在 {{ scanned_in }}，疑似窜货",
        "授权区域：{{ authorised_region }}；性质："
        "{{ {'natural': '自然性', 'benign': '良性', 'malicious': '恶性'}[kind] }}；12 个月内 {{ repeats }} 次。\n{{ because }}",
    ),
    "rebate-paid": both(
        RebatePaid.TYPE,
        "Rebate {{ rebate_id }}: {{ amount | money(currency) }}",
        "{{ payout | number }} % of {{ accrued | money(currency) }}: {{ because }}",
        "返利 {{ rebate_id }}：{{ amount | money(currency) }}",
        "应计 {{ accrued | money(currency) }} 的 {{ payout | number }} %：{{ because }}",
    ),
}
