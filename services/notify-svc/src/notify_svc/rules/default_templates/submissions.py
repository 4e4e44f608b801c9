"""Texts about what suppliers hand in by themselves."""

from contracts.supplier import PartnerSubmissionAccepted, PartnerSubmissionMade, PartnerSubmissionReturned
from notify_svc.rules.default_templates.wording import both
from notify_svc.rules.templates import NoticeTemplate

KINDS_ZH = (
    '{% set kinds = {"corrective_action_step": "8D 步骤", "improvement": "整改回复", "certificate": "证照", '
    '"contacts": "联系人", "complaint_answer": "投诉答复", "sub_supplier": "分承包方"} %}'
)

TEMPLATES: dict[str, NoticeTemplate] = {
    "submission-made": both(
        PartnerSubmissionMade.TYPE,
        "Supplier {{ supplier_id }} handed in {{ kind | replace('_', ' ') }} {{ reference }}",
        "Submission {{ submission_id }} of {{ made_on }} waits to be accepted or returned.",
        KINDS_ZH + "供应商 {{ supplier_id }} 提交了{{ kinds.get(kind, kind) }} {{ reference }}",
        "提交 {{ submission_id }}（{{ made_on }}）待受理或退回。",
    ),
    "submission-accepted": both(
        PartnerSubmissionAccepted.TYPE,
        "What you handed in for {{ reference }} is accepted",
        "Submission {{ submission_id }} was accepted on {{ accepted_on }}.",
        "您就 {{ reference }} 提交的内容已受理",
        "提交 {{ submission_id }} 已于 {{ accepted_on }} 受理。",
    ),
    "submission-returned": both(
        PartnerSubmissionReturned.TYPE,
        "What you handed in for {{ reference }} is returned",
        "Submission {{ submission_id }}: {{ because }}",
        "您就 {{ reference }} 提交的内容已退回",
        "提交 {{ submission_id }}：{{ because }}",
    ),
}
