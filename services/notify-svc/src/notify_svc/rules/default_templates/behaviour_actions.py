"""Texts about what behaviour classes call for."""

from contracts.credit import BehaviourActionAsked, ProspectAsked, ProspectUnanswered
from notify_svc.rules.default_templates.wording import both
from notify_svc.rules.templates import NoticeTemplate

TEMPLATES: dict[str, NoticeTemplate] = {
    "behaviour-action": both(
        BehaviourActionAsked.TYPE,
        "Customer {{ customer_id }}, class {{ behaviour }}: to be done by {{ answer_by }}",
        "{{ summary }}",
        "客户 {{ customer_id }}（{{ behaviour }} 级）：请于 {{ answer_by }} 前处理",
        "{{ summary }}",
    ),
    "prospect": both(
        ProspectAsked.TYPE,
        "Is customer {{ customer_id }} hopeful?",
        "It is of class C since {{ requested_on }} or before. Judge by {{ answer_by }} whether it is hopeful: "
        "a hopeful one is helped, a hopeless one is kept from becoming D.{{ ' You were asked before.' if number > 1 else '' }}",
        "客户 {{ customer_id }} 是否有希望？",
        "该客户为 C 级。请于 {{ answer_by }} 前判断：有希望的予以扶持，无希望的防止变为 D 级。"
        "{{ '此前已提醒过。' if number > 1 else '' }}",
    ),
    "prospect-unanswered": both(
        ProspectUnanswered.TYPE,
        "Nobody judged whether customer {{ customer_id }} is hopeful",
        "It is of class C; the last reminder is of {{ requested_on }}.",
        "无人判断客户 {{ customer_id }} 是否有希望",
        "该客户为 C 级；最近一次提醒于 {{ requested_on }}。",
    ),
}
