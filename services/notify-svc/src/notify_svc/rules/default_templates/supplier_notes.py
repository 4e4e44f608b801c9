"""Texts about notes between us and suppliers."""

from contracts.supplier import SupplierNoteCleared, SupplierNoteIssued
from notify_svc.rules.default_templates.wording import both
from notify_svc.rules.templates import NoticeTemplate

TEMPLATES: dict[str, NoticeTemplate] = {
    "supplier-note": both(
        SupplierNoteIssued.TYPE,
        "{{ direction | capitalize }} note {{ note_id }} over {{ amount | money(currency) }}"
        "{{ ', which reverses ' ~ reverses if reverses else '' }}",
        "Supplier {{ supplier_id }}, {{ issued_on }}, due on {{ due_on }}:\n"
        "{% for line in lines %}\n- {{ line.kind }} {{ line.reference }}: {{ line.amount | money(currency) }}. "
        "{{ line.because }}\n{% endfor %}",
        "{{ '借项' if direction == 'debit' else '贷项' }}通知单 {{ note_id }}：{{ amount | money(currency) }}"
        "{{ '，冲销 ' ~ reverses if reverses else '' }}",
        '{% set kinds = {"claim": "索赔", "penalty": "处罚", "reward": "奖励", "reversal": "冲销"} %}'
        "供应商 {{ supplier_id }}，{{ issued_on }} 开出，{{ due_on }} 到期：\n"
        "{% for line in lines %}\n- {{ kinds[line.kind] }} {{ line.reference }}：{{ line.amount | money(currency) }}。"
        "{{ line.because }}\n{% endfor %}",
    ),
    "supplier-note-excess": both(
        SupplierNoteCleared.TYPE,
        "Note {{ note_id }} of supplier {{ supplier_id }}: {{ excess | money(currency) }} more than was open was cleared",
        "On {{ cleared_on }} {{ amount | money(currency) }} was cleared. Find out what the rest belongs to.",
        "供应商 {{ supplier_id }} 的通知单 {{ note_id }}：核销超出未结金额 {{ excess | money(currency) }}",
        "{{ cleared_on }} 核销 {{ amount | money(currency) }}，请查明多出部分的归属。",
    ),
}
