"""Texts about recalls: to the supplier, to customers, to the head of quality."""

from contracts.customer import RecallCustomerNamed, RecallOverdue, RecallReminded
from contracts.supplier import LotRecallCalled, LotRecallWidened
from notify_svc.rules.default_templates.wording import both
from notify_svc.rules.templates import NoticeTemplate

MEASURES_EN = '{% set measures = {"replace": "we replace it", "repair": "we repair it", "refund": "we refund it"} %}'
MEASURES_ZH = '{% set measures = {"replace": "换货", "repair": "维修", "refund": "退款"} %}'
SOLD_EN = "{% for each in sold %}\n- {{ each.item_id }}: {{ each.lot_ids | join(', ') }}, {{ each.quantity | number }}\n{% endfor %}"
SOLD_ZH = "{% for each in sold %}\n- {{ each.item_id }}：{{ each.lot_ids | join('、') }}，数量 {{ each.quantity | number }}\n{% endfor %}"

TEMPLATES: dict[str, NoticeTemplate] = {
    "lot-recall": both(
        LotRecallCalled.TYPE,
        "Recall {{ recall_id }}: lots {{ lots | map(attribute='lot_id') | join(', ') }} of {{ item_id }} from {{ supplier_id }}",
        "{{ reason }}\nSeverity {{ severity }}; to be done by {{ due_on }}. Stop using:\n" + SOLD_EN,
        "召回 {{ recall_id }}：供应商 {{ supplier_id }} 的 {{ item_id }} 批次 {{ lots | map(attribute='lot_id') | join('、') }}",
        "{{ reason }}\n应于 {{ due_on }} 前完成。请停止使用：\n" + SOLD_ZH,
    ),
    "lot-recall-widened": both(
        LotRecallWidened.TYPE,
        "Recall {{ recall_id }} of {{ item_id }} from {{ supplier_id }} is wider now",
        "{{ because }}\nStop using:\n" + SOLD_EN,
        "供应商 {{ supplier_id }} 的 {{ item_id }} 召回 {{ recall_id }} 范围扩大",
        "{{ because }}\n请停止使用：\n" + SOLD_ZH,
    ),
    "recall-customer": both(
        RecallCustomerNamed.TYPE,
        "Recall {{ recall_id }}: please stop using lots {{ lot_ids | join(', ') }} of {{ item_id }}",
        MEASURES_EN + "{{ because }}\n"
        "{% if basis == 'possible' %}Customer {{ customer_id }} may have got some of them; it got {{ quantity | number }} of the item.\n"
        "{% else %}Customer {{ customer_id }} got {{ quantity | number }}.\n{% endif %}"
        "Send it back by {{ due_on }}; {{ measures[measure] }}.",
        "召回 {{ recall_id }}：请停止使用 {{ item_id }} 的批次 {{ lot_ids | join('、') }}",
        MEASURES_ZH + "{{ because }}\n"
        "{% if basis == 'possible' %}客户 {{ customer_id }} 可能收到该批次；共收到该物料 {{ quantity | number }}。\n"
        "{% else %}客户 {{ customer_id }} 收到 {{ quantity | number }}。\n{% endif %}"
        "请于 {{ due_on }} 前退回；处理方式：{{ measures[measure] }}。",
    ),
    "recall-reminder": both(
        RecallReminded.TYPE,
        "Recall {{ recall_id }}: {{ open | number }} of {{ item_id }} are still open (reminder {{ number }})",
        MEASURES_EN
        + "Lots {{ lot_ids | join(', ') }} at customer {{ customer_id }}: please send them back; {{ measures[measure] }}.",
        "召回 {{ recall_id }}：{{ item_id }} 尚有 {{ open | number }} 未退回（第 {{ number }} 次提醒）",
        MEASURES_ZH
        + "客户 {{ customer_id }} 的批次 {{ lot_ids | join('、') }}：请退回；处理方式：{{ measures[measure] }}。",
    ),
    "recall-overdue": both(
        RecallOverdue.TYPE,
        "Recall {{ recall_id }} of {{ item_id }} is late: {{ counts.percent }} % came back",
        "It was due on {{ due_on }} with {{ target_percent }} %. {{ counts.back | number }} of {{ counts.shipped | number }} came back, "
        "{{ counts.open | number }} are open.",
        "{{ item_id }} 的召回 {{ recall_id }} 逾期：已召回 {{ counts.percent }} %",
        "应于 {{ due_on }} 前达到 {{ target_percent }} %。已召回 {{ counts.back | number }} / {{ counts.shipped | number }}，"
        "尚余 {{ counts.open | number }}。",
    ),
}
