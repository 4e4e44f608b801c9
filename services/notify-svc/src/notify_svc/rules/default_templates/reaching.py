"""Texts about how debtors are reached."""

from contracts.credit import AgencySettled, CollectionStepTaken, DebtorPlaceNoted
from notify_svc.rules.default_templates.collection import STEPS_EN, STEPS_ZH
from notify_svc.rules.default_templates.wording import both
from notify_svc.rules.templates import NoticeTemplate

OVERDUE = "{{ overdue | money(currency) }}"
WAYS_ZH = '{% set ways = {"email": "电子邮件", "sms": "短信", "phone": "电话", "fax": "传真", "letter": "信函", "visit": "面访"} %}'

TEMPLATES: dict[str, NoticeTemplate] = {
    "collection-task": both(
        CollectionStepTaken.TYPE,
        STEPS_EN + "Find a way to customer {{ customer_id }}: {{ steps[step] }}",
        f"Case {{{{ case_id }}}}, {OVERDUE} overdue. {{{{ way_because }}}}",
        STEPS_ZH + "请联系客户 {{ customer_id }}：{{ steps[step] }}",
        f"追账案 {{{{ case_id }}}}，逾期 {OVERDUE}。{{{{ way_because }}}}",
    ),
    "collection-manager": both(
        CollectionStepTaken.TYPE,
        "Customer {{ customer_id }} is a manager's{{ ': ' ~ contact_way if contact_way else '' }}",
        f"Case {{{{ case_id }}}}, {OVERDUE} overdue, {{{{ days_past_due }}}} days past due. {{{{ way_because }}}}",
        WAYS_ZH + "客户 {{ customer_id }} 由经理负责{{ '：' ~ ways[contact_way] if contact_way else '' }}",
        f"追账案 {{{{ case_id }}}}，逾期 {OVERDUE}，已逾期 {{{{ days_past_due }}}} 天。{{{{ way_because }}}}",
    ),
    "debtor-place-unknown": both(
        DebtorPlaceNoted.TYPE,
        "Place of {{ customer_id }} unknown",
        "Add province and city to the customer's file, so that collectors know whether to visit.",
        "客户 {{ customer_id }} 所在地未知",
        "请在客户档案中补充省份和城市，以便确定是否上门面访。",
    ),
    "agency-settled": both(
        AgencySettled.TYPE,
        "{{ agency }} settled case {{ case_id }} of customer {{ customer_id }}",
        "Collected {{ collected | money(currency) }}, commission {{ commission | money(currency) }}, "
        "remitted {{ remitted | money(currency) }}.",
        "{{ agency }} 已结算客户 {{ customer_id }} 的追账案 {{ case_id }}",
        "收回 {{ collected | money(currency) }}，佣金 {{ commission | money(currency) }}，汇回 {{ remitted | money(currency) }}。",
    ),
}
