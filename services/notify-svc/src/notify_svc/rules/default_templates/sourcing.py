"""Texts about who may supply, with which certificates, and who gets the orders of an item."""

from contracts.supplier import (
    CertificateExpired,
    CertificateExpiring,
    FileReviewed,
    OrderSharesChanged,
    PartnerRated,
    PartnerRatingOverdue,
    SupplementsRequested,
    SupplierApproved,
    SupplierEliminated,
    SupplierGateFailed,
    SupplierReinstated,
    SupplierStepPending,
    SupplierSuspended,
    UnapprovedDeliveryFlagged,
)
from notify_svc.rules.default_templates.wording import both
from notify_svc.rules.templates import NoticeTemplate

KINDS_ZH = (
    '{% set kinds = {"business_licence": "营业执照", "organisation_code": "组织机构代码证", "tax_registration": "税务登记证", '
    '"unified_social_credit_code": "统一社会信用代码证", "quality_system": "质量体系证书", "other": "证书"} %}'
)

RESTRICTIONS_ZH = (
    '{% set restricted = {"no_new_items": "不得新增物料", "share_capped": "份额受限", "no_larger_share": "不得增加份额", '
    '"no_prepayment": "不得预付款", "approval_by_head": "须主管批准"} %}'
)

STEPS_ZH = '{% set steps = {"review": "档案审核", "approval": "准入批准", "rating": "合作方评级"} %}'
GATES_ZH = (
    '{% set gates = {"survey": "现场调查", "quality_audit": "质量体系审核", "sample_approval": "样品认可", '
    '"small_batch_trial": "小批试用"} %}'
)

TEMPLATES: dict[str, NoticeTemplate] = {
    "certificate-expiring": both(
        CertificateExpiring.TYPE,
        "Certificate {{ number }} of supplier {{ supplier_id }} "
        "{% if days_left > 0 %}ends in {{ days_left }} days{% elif days_left == 0 %}ends today"
        "{% else %}has ended{% endif %}",
        "{{ kind | replace('_', ' ') | capitalize }} {{ number }} is valid to {{ valid_to }}. "
        "Without a renewal the supplier may not trade.",
        KINDS_ZH + "供应商 {{ supplier_id }} 的{{ kinds[kind] }} {{ number }} "
        "{% if days_left > 0 %}还有 {{ days_left }} 天到期{% elif days_left == 0 %}今日到期{% else %}已过期{% endif %}",
        KINDS_ZH + "{{ kinds[kind] }} {{ number }} 有效期至 {{ valid_to }}。未续期将不得交易。",
    ),
    "certificate-expired": both(
        CertificateExpired.TYPE,
        "Certificate {{ number }} of supplier {{ supplier_id }} has expired",
        "{{ kind | replace('_', ' ') | capitalize }} {{ number }} was valid to {{ valid_to }} and has not been renewed.",
        KINDS_ZH + "供应商 {{ supplier_id }} 的{{ kinds[kind] }} {{ number }} 已过期",
        KINDS_ZH + "{{ kinds[kind] }} {{ number }} 有效期至 {{ valid_to }}，至今未续期。",
    ),
    "sole-source-weak": both(
        OrderSharesChanged.TYPE,
        "Item {{ item_id }} has one source only, and it is graded {{ pattern }}",
        "{{ summary }}\nBecause: {{ because }}",
        "物料 {{ item_id }} 仅有一家供应商，且等级为 {{ pattern }}",
        "{{ summary }}\n原因：{{ because }}",
    ),
    "no-source-left": both(
        OrderSharesChanged.TYPE,
        "Item {{ item_id }} has no source left",
        "{{ summary }}\nBecause: {{ because }}",
        "物料 {{ item_id }} 已无供应商",
        "{{ summary }}\n原因：{{ because }}",
    ),
    "supplier-approved": both(
        SupplierApproved.TYPE,
        "Supplier {{ supplier_id }} is approved",
        "Approved on {{ approved_on }} by {{ approved_by }}: {{ because }}",
        "供应商 {{ supplier_id }} 已获批准",
        "{{ approved_on }} 由 {{ approved_by }} 批准：{{ because }}",
    ),
    "supplier-suspended": both(
        SupplierSuspended.TYPE,
        "Supplier {{ supplier_id }} is suspended",
        "No new orders since {{ suspended_on }}: {{ because }}",
        "供应商 {{ supplier_id }} 已暂停",
        "自 {{ suspended_on }} 起停止新订单：{{ because }}",
    ),
    "supplier-reinstated": both(
        SupplierReinstated.TYPE,
        "Supplier {{ supplier_id }} is reinstated",
        "Orders go on since {{ reinstated_on }}: {{ because }}",
        "供应商 {{ supplier_id }} 已恢复",
        "自 {{ reinstated_on }} 起恢复订货：{{ because }}",
    ),
    "supplier-eliminated": both(
        SupplierEliminated.TYPE,
        "Supplier {{ supplier_id }} is eliminated",
        "No orders any more since {{ eliminated_on }}: {{ because }}\nIt may qualify again from {{ reentry_from }} on.",
        "供应商 {{ supplier_id }} 已淘汰",
        "自 {{ eliminated_on }} 起不再订货：{{ because }}\n可于 {{ reentry_from }} 后重新申请准入。",
    ),
    "supplements-requested": both(
        SupplementsRequested.TYPE,
        "More is needed for the {{ gate | replace('_', ' ') }} of supplier {{ supplier_id }}",
        "{% for each in wanted %}\n- {{ each }}\n{% endfor %}",
        "供应商 {{ supplier_id }} 的准入评审需补充资料",
        "{% for each in wanted %}\n- {{ each }}\n{% endfor %}",
    ),
    "supplier-file-refused": both(
        FileReviewed.TYPE,
        "The file of supplier {{ supplier_id }} was not accepted",
        "Reviewed on {{ reviewed_on }} by {{ reviewer }}:\n{% for each in findings %}\n- {{ each }}\n{% endfor %}",
        "供应商 {{ supplier_id }} 的档案未通过审核",
        "{{ reviewed_on }} 由 {{ reviewer }} 审核：\n{% for each in findings %}\n- {{ each }}\n{% endfor %}",
    ),
    "supplier-gate-failed": both(
        SupplierGateFailed.TYPE,
        "Supplier {{ supplier_id }} failed the {{ gate | replace('_', ' ') }}",
        "Decided on {{ failed_on }} by {{ assessor }}: {{ because }}",
        GATES_ZH + "供应商 {{ supplier_id }} 未通过{{ gates[gate] }}",
        GATES_ZH + "{{ failed_on }} 由 {{ assessor }} 决定：{{ because }}",
    ),
    "supplier-step-pending": both(
        SupplierStepPending.TYPE,
        "Supplier {{ supplier_id }} waits for its {{ step }}",
        "Since {{ since }}.\n{% for each in open %}\n- {{ each }}\n{% endfor %}",
        STEPS_ZH + "供应商 {{ supplier_id }} 待{{ steps[step] }}",
        STEPS_ZH + "自 {{ since }} 起。\n{% for each in open %}\n- {{ each }}\n{% endfor %}",
    ),
    "partner-restricted": both(
        PartnerRated.TYPE,
        "Supplier {{ supplier_id }} is rated {{ rating }}, {{ 'restricted' if rating == 'D' else 'prohibited' }}",
        "Rated on {{ rated_on }}: {{ because }}\n"
        "{% for each in restrictions %}\n- {{ each | replace('_', ' ') }}\n{% endfor %}"
        "{% for each in contracts_to_end %}\n- contract {{ each.contract_id }} runs until {{ each.ends_on }}\n{% endfor %}",
        RESTRICTIONS_ZH + "供应商 {{ supplier_id }} 评级为 {{ rating }}（{{ '限制' if rating == 'D' else '禁止' }}）",
        RESTRICTIONS_ZH + "{{ rated_on }} 评级：{{ because }}\n"
        "{% for each in restrictions %}\n- {{ restricted[each] }}\n{% endfor %}"
        "{% for each in contracts_to_end %}\n- 合同 {{ each.contract_id }} 有效至 {{ each.ends_on }}，须终止\n{% endfor %}",
    ),
    "partner-rating-overdue": both(
        PartnerRatingOverdue.TYPE,
        "Supplier {{ supplier_id }} has not been rated",
        "Its rating was due on {{ due_on }}.",
        "供应商 {{ supplier_id }} 尚未评级",
        "评级应于 {{ due_on }} 前完成。",
    ),
    "unapproved-delivery": both(
        UnapprovedDeliveryFlagged.TYPE,
        "Delivery {{ delivery_id }} comes from a supplier that may not deliver: {{ supplier_id }}",
        "Item {{ item_id }}, received on {{ received_on }}. {{ summary }}",
        "到货 {{ delivery_id }} 来自未获准供货的供应商 {{ supplier_id }}",
        "物料 {{ item_id }}，{{ received_on }} 到货。{{ summary }}",
    ),
}
