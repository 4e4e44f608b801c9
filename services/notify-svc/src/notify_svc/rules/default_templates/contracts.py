"""Texts about contracts with suppliers that end, in English and Chinese."""

from contracts.supplier import ContractExpired, ContractExpiring, ContractTerminated
from notify_svc.rules.default_templates.wording import both
from notify_svc.rules.templates import NoticeTemplate

KINDS_ZH = '{% set kinds = {"supply": "供货", "quality_assurance": "质量保证", "after_sales": "售后服务"} %}'
KIND = "{{ kind | replace('_', ' ') | capitalize }}"

TEMPLATES: dict[str, NoticeTemplate] = {
    "contract-expiring": both(
        ContractExpiring.TYPE,
        "Contract {{ contract_id }} with supplier {{ supplier_id }} "
        "{% if days_left > 0 %}ends in {{ days_left }} days{% else %}ends today{% endif %}",
        KIND + " contract, last day {{ ends_on }}. No other one of its kind goes on from there.",
        "与供应商 {{ supplier_id }} 的合同 {{ contract_id }} "
        "{% if days_left > 0 %}还有 {{ days_left }} 天到期{% else %}今日到期{% endif %}",
        KINDS_ZH + "{{ kinds[kind] }}合同，最后一日 {{ ends_on }}，尚无同类合同接续。",
    ),
    "contract-expired": both(
        ContractExpired.TYPE,
        "Contract {{ contract_id }} with supplier {{ supplier_id }} has ended and was not renewed",
        KIND + " contract, last day {{ ends_on }}.\n"
        "{% if missing_kinds %}\nNot in force: {{ missing_kinds | join(', ') | replace('_', ' ') }}. "
        "Sign what ended before naming a new item.\n{% endif %}\n"
        "{% if uncovered %}\nNo contract covers: {{ uncovered | join(', ') | replace('_', ' ') }}.\n{% endif %}",
        "与供应商 {{ supplier_id }} 的合同 {{ contract_id }} 已到期，未续签",
        KINDS_ZH + "{{ kinds[kind] }}合同，最后一日 {{ ends_on }}。\n"
        "{% if missing_kinds %}\n现无有效合同：{% for each in missing_kinds %}{{ kinds[each] }}"
        "{{ '' if loop.last else '、' }}{% endfor %}。新增物料前须先续签。\n{% endif %}\n"
        "{% if uncovered %}\n未覆盖的条款：{{ uncovered | join('、') }}。\n{% endif %}",
    ),
    "contract-terminated": both(
        ContractTerminated.TYPE,
        "Contract {{ contract_id }} with supplier {{ supplier_id }} was terminated",
        KIND + " contract, last day {{ terminated_on }}, by {{ by }}: {{ because }}",
        "与供应商 {{ supplier_id }} 的合同 {{ contract_id }} 已终止",
        KINDS_ZH + "{{ kinds[kind] }}合同，最后一日 {{ terminated_on }}，由 {{ by }} 终止：{{ because }}",
    ),
}
