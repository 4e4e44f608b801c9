"""Texts about debit notes: what a customer owes beside its invoices."""

from contracts.credit import DebitNoteIssued, DebitNoteReduced, DebitNoteWaived, DebitNoteWaiverProposed
from notify_svc.rules.default_templates.wording import both
from notify_svc.rules.templates import NoticeTemplate

TEMPLATES: dict[str, NoticeTemplate] = {
    "debit-note": both(
        DebitNoteIssued.TYPE,
        "Debit note {{ debit_note_id }} over {{ amount | money(currency) }}",
        "Customer {{ customer_id }}, {{ issued_on }}, due on {{ due_on }}:\n"
        "{% for line in lines %}\n- {{ line.kind | replace('_', ' ') }} {{ line.reference }}: {{ line.amount | money(currency) }}. "
        "{{ line.statement }}\n{% endfor %}",
        "借项通知单 {{ debit_note_id }}：{{ amount | money(currency) }}",
        '{% set kinds = {"interest": "罚息", "cheque_claim": "空头支票赔偿", "cost": "费用"} %}'
        "客户 {{ customer_id }}，{{ issued_on }} 开出，{{ due_on }} 到期：\n"
        "{% for line in lines %}\n- {{ kinds[line.kind] }} {{ line.reference }}：{{ line.amount | money(currency) }}。\n{% endfor %}",
    ),
    "debit-note-reduced": both(
        DebitNoteReduced.TYPE,
        "Debit note {{ debit_note_id }} is {{ by | money(currency) }} less",
        "It is {{ amount | money(currency) }} now, of which {{ open | money(currency) }} are open. {{ because }}",
        "借项通知单 {{ debit_note_id }} 减少 {{ by | money(currency) }}",
        "现为 {{ amount | money(currency) }}，未结 {{ open | money(currency) }}。",
    ),
    "debit-note-waiver-proposed": both(
        DebitNoteWaiverProposed.TYPE,
        "Waive {{ amount | money(currency) }} of debit note {{ debit_note_id }} (customer {{ customer_id }})?",
        "{{ proposed_by }} proposes it: {{ reason }}",
        "请审批免收客户 {{ customer_id }} 借项通知单 {{ debit_note_id }} 的 {{ amount | money(currency) }}",
        "{{ proposed_by }} 申请：{{ reason }}",
    ),
    "debit-note-waived": both(
        DebitNoteWaived.TYPE,
        "{{ amount | money(currency) }} of debit note {{ debit_note_id }} are waived",
        "{{ open | money(currency) }} of it are open still. {{ reason }}",
        "借项通知单 {{ debit_note_id }} 免收 {{ amount | money(currency) }}",
        "尚未结清 {{ open | money(currency) }}。{{ reason }}",
    ),
}
