"""Texts about the survey of heads, in English and Chinese."""

from contracts.supplier import SupplierSurveyAsked, SupplierSurveyClosed, SupplierSurveyReminded
from notify_svc.rules.default_templates.wording import both
from notify_svc.rules.templates import NoticeTemplate

PLACE = "/v1/supplier-surveys/rounds/{{ round_id }}"

TEMPLATES: dict[str, NoticeTemplate] = {
    "supplier-survey-opened": both(
        SupplierSurveyAsked.TYPE,
        "Survey of suppliers: please answer by {{ due_on }}",
        "You are asked about {{ supplier_count }} suppliers (quality stability, after-sales service, delivery timeliness, "
        f"supply assurance; 0 to 100 each). Please answer by {{{{ due_on }}}}.\nThe suppliers: {PLACE}",
        "供应商调查：请于 {{ due_on }} 前答复",
        "请对 {{ supplier_count }} 家供应商评分（质量稳定性、售后服务、交货及时性、供应保障，各 0 至 100 分），"
        f"并于 {{{{ due_on }}}} 前提交。\n名单：{PLACE}",
    ),
    "supplier-survey-reminded": both(
        SupplierSurveyReminded.TYPE,
        "Survey of suppliers: {{ missing | int }} answers are missing; the last day is {{ due_on }}",
        f"Answers that come later do not count.\nThe suppliers: {PLACE}",
        "供应商调查：尚缺 {{ missing | int }} 家的评分，截止 {{ due_on }}",
        f"逾期提交的评分不计入。\n名单：{PLACE}",
    ),
    "supplier-survey-closed": both(
        SupplierSurveyClosed.TYPE,
        "Survey of suppliers {{ round_id }} is closed: {{ answered }} of {{ asked_count }} answers",
        f"It closed on {{{{ closed_on }}}}.\nThe answers by head: {PLACE}",
        "供应商调查 {{ round_id }} 已结束：收到 {{ answered }} / {{ asked_count }} 份评分",
        f"结束日期：{{{{ closed_on }}}}。\n各主管的答复情况：{PLACE}",
    ),
}
