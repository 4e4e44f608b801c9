"""The texts of our own notices: digests and escalations."""

from notify_svc.rules.default_templates.wording import both
from notify_svc.rules.samples import DIGEST, ESCALATION
from notify_svc.rules.templates import NoticeTemplate

TEMPLATES: dict[str, NoticeTemplate] = {
    "digest": both(
        DIGEST,
        "{{ count }} notice{{ '' if count == 1 else 's' }}: {{ items[0].subject }}{{ ' …' if count > 1 else '' }}",
        "{% for item in items %}\n- {{ item.subject }}\n{% endfor %}\n"
        "{% if more %}\nand {{ more }} more, in the inbox.\n{% endif %}",
        "{{ count }} 条通知：{{ items[0].subject }}{{ ' …' if count > 1 else '' }}",
        "{% for item in items %}\n- {{ item.subject }}\n{% endfor %}\n"
        "{% if more %}\n另有 {{ more }} 条，见收件箱。\n{% endif %}",
    ),
    "escalation": both(
        ESCALATION,
        "Not acknowledged by {{ recipient }}: {{ subject }}",
        "{{ recipient }} was told on {{ since }} and has not acknowledged it. This is step {{ step }} of the escalation."
        "\n\n{{ body }}",
        "{{ recipient }} 未确认：{{ subject }}",
        "{{ recipient }} 于 {{ since }} 收到通知，至今未确认。现升级至第 {{ step }} 级。\n\n{{ body }}",
    ),
}
