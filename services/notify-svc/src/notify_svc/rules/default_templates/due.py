"""Texts about what is due soon, and about what is overdue no more."""

from contracts.credit import CustomerOverdueCleared, DiscountEndsSoon, PaymentsDueSoon
from notify_svc.rules.default_templates.wording import both
from notify_svc.rules.templates import NoticeTemplate

TEMPLATES: dict[str, NoticeTemplate] = {
    "payments-due-soon": both(
        PaymentsDueSoon.TYPE,
        "{{ total | money(currency) }} due on {{ due_on }}",
        "Customer {{ customer_id }}: on {{ due_on }} these invoices are due.\n"
        "{% for each in invoices %}\n- {{ each.invoice_id }}: {{ each.open_amount | money(currency) }}\n{% endfor %}\n"
        "If you have paid meanwhile, no action is needed.",
        "{{ total | money(currency) }} 将于 {{ due_on }} 到期",
        "客户 {{ customer_id }}：以下发票将于 {{ due_on }} 到期。\n"
        "{% for each in invoices %}\n- {{ each.invoice_id }}：{{ each.open_amount | money(currency) }}\n{% endfor %}\n"
        "如已付款，请忽略本通知。",
    ),
    "discount-ends-soon": both(
        DiscountEndsSoon.TYPE,
        "The cash discount on {{ total | money(currency) }} ends on {{ due_on }}",
        "Customer {{ customer_id }}: whoever pays by {{ due_on }} pays less.\n"
        "{% for each in invoices %}\n- {{ each.invoice_id }}: {{ each.open_amount | money(currency) }}, less "
        "{{ each.discount_amount | money(currency) }}\n{% endfor %}",
        "{{ total | money(currency) }} 的现金折扣将于 {{ due_on }} 截止",
        "客户 {{ customer_id }}：{{ due_on }} 前付款可享折扣。\n"
        "{% for each in invoices %}\n- {{ each.invoice_id }}：{{ each.open_amount | money(currency) }}，可减 "
        "{{ each.discount_amount | money(currency) }}\n{% endfor %}",
    ),
    "overdue-cleared": both(
        CustomerOverdueCleared.TYPE,
        "Nothing of customer {{ customer_id }} is overdue any more",
        "Since {{ cleared_on }}; the longest was {{ longest_days }} day{{ '' if longest_days == 1 else 's' }} past due.",
        "客户 {{ customer_id }} 已无逾期账款",
        "自 {{ cleared_on }} 起；最长逾期 {{ longest_days }} 天。",
    ),
}
