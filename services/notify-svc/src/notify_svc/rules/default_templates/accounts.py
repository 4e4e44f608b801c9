"""Texts about credit accounts: limits, classes, promises, disputes, write-offs."""

from contracts.credit import (
    BehaviourClassChanged,
    CaseClockRanOut,
    CaseDelegated,
    CaseStageReached,
    ChequeBounced,
    CreditClassChanged,
    CreditLimitProposed,
    CreditLimitRejected,
    CreditLimitSet,
    DeliveriesResumed,
    DeliveriesStopped,
    InterestCharged,
    InvoiceDisputed,
    InvoiceWrittenOff,
    LimitUseReached,
    PaymentInOtherCurrencyNoted,
    PromiseBroken,
    ReviewDue,
    TemporaryLimitEnded,
    TotalLimitProposed,
    TotalLimitUseReached,
    WaitingMoneyNoted,
    WriteOffProposed,
)
from notify_svc.rules.default_templates.wording import both
from notify_svc.rules.templates import NoticeTemplate

MONEY = "{{ amount | money(currency) }}"

TEMPLATES: dict[str, NoticeTemplate] = {
    "limit-use": both(
        LimitUseReached.TYPE,
        "Customer {{ customer_id }} uses {{ percent }} % of its credit limit",
        "Limit {{ exposure.limit | money(exposure.currency) }}: receivables {{ exposure.receivable | figure(exposure.currency) }}, "
        "approved orders {{ exposure.approved_orders | figure(exposure.currency) }}, "
        "security {{ exposure.security | figure(exposure.currency) }}.",
        "客户 {{ customer_id }} 信用额度已用 {{ percent }} %",
        "额度 {{ exposure.limit | money(exposure.currency) }}：应收 {{ exposure.receivable | figure(exposure.currency) }}，"
        "已批订单 {{ exposure.approved_orders | figure(exposure.currency) }}，担保 {{ exposure.security | figure(exposure.currency) }}。",
    ),
    "total-limit-use": both(
        TotalLimitUseReached.TYPE,
        "All customers together use {{ percent }} % of the total credit limit",
        "In use: {{ used | money(currency) }} of {{ amount | money(currency) }}, on {{ reached_on }}.",
        "全部客户合计已用总体信用额度的 {{ percent }} %",
        "{{ reached_on }}：总体信用额度 {{ amount | money(currency) }}，已用 {{ used | money(currency) }}。",
    ),
    "total-limit-proposed": both(
        TotalLimitProposed.TYPE,
        "{{ proposed_by }} proposes a total credit limit of " + MONEY,
        "From {{ valid_from }} on, for all customers together. Reason: {{ reason }}. Another person sets it.",
        "{{ proposed_by }} 提议总体信用额度 " + MONEY,
        "自 {{ valid_from }} 起，适用于全部客户合计。理由：{{ reason }}。须由另一人核定。",
    ),
    "promise-broken": both(
        PromiseBroken.TYPE,
        "Customer {{ customer_id }} broke its promise to pay " + MONEY,
        "Promised by {{ promised_on }}; {{ missing | money(currency) }} did not come. Case {{ case_id }} goes on.",
        "客户 {{ customer_id }} 未履行付款承诺 " + MONEY,
        "承诺 {{ promised_on }} 前付款，尚缺 {{ missing | money(currency) }}。追账案 {{ case_id }} 继续。",
    ),
    "case-delegated": both(
        CaseDelegated.TYPE,
        "Case {{ case_id }} of customer {{ customer_id }} is handed to {{ agency }}",
        "Since {{ delegated_on }}, by {{ delegated_by }}.",
        "客户 {{ customer_id }} 的追账案 {{ case_id }} 已委托 {{ agency }}",
        "{{ delegated_on }} 由 {{ delegated_by }} 委托。",
    ),
    "case-stage": both(
        CaseStageReached.TYPE,
        "Case {{ case_id }} of customer {{ customer_id }}: {{ way }}, {{ stage | replace('_', ' ') }}",
        "Reached on {{ reached_on }}.{{ ' The next stage is due by ' ~ clock_ends_on ~ '.' if clock_ends_on else '' }}",
        "客户 {{ customer_id }} 的追账案 {{ case_id }} 进入新阶段：{{ stage }}",
        "{{ reached_on }} 到达。{{ '下一阶段期限：' ~ clock_ends_on ~ '。' if clock_ends_on else '' }}",
    ),
    "case-clock": both(
        CaseClockRanOut.TYPE,
        "Case {{ case_id }} of customer {{ customer_id }}: a time limit of the {{ way }} has passed",
        "{{ clock | replace('_', ' ') | capitalize }} after {{ stage | replace('_', ' ') }} ended on {{ ran_out_on }}.",
        "客户 {{ customer_id }} 的追账案 {{ case_id }}：期限已过",
        "阶段 {{ stage }} 的期限 {{ clock }} 于 {{ ran_out_on }} 届满。",
    ),
    "deliveries-stopped": both(
        DeliveriesStopped.TYPE,
        "Deliveries to customer {{ customer_id }} are stopped",
        "Since {{ stopped_on }}: {{ because }}",
        "已停止向客户 {{ customer_id }} 发货",
        "自 {{ stopped_on }} 起：{{ because }}",
    ),
    "deliveries-resumed": both(
        DeliveriesResumed.TYPE,
        "Deliveries to customer {{ customer_id }} go on",
        "Since {{ resumed_on }}: {{ because }}",
        "已恢复向客户 {{ customer_id }} 发货",
        "自 {{ resumed_on }} 起：{{ because }}",
    ),
    "limit-proposed": both(
        CreditLimitProposed.TYPE,
        "Approve a credit limit of {{ limit | money(currency) }} for customer {{ customer_id }}?",
        "{{ proposed_by }} proposes it from {{ valid_from }} on: {{ reason }}"
        "{{ '\\nThe policy suggests ' ~ (suggested | money(currency)) ~ '.' if suggested else '' }}",
        "请审批客户 {{ customer_id }} 的信用额度 {{ limit | money(currency) }}",
        "{{ proposed_by }} 申请自 {{ valid_from }} 起：{{ reason }}"
        "{{ '\\n测算额度 ' ~ (suggested | money(currency)) ~ '。' if suggested else '' }}",
    ),
    "limit-set": both(
        CreditLimitSet.TYPE,
        "The credit limit of customer {{ customer_id }} is {{ limit | money(currency) }} from {{ valid_from }} on",
        "Approved by {{ approved_by }}: {{ reason }}",
        "客户 {{ customer_id }} 信用额度自 {{ valid_from }} 起为 {{ limit | money(currency) }}",
        "{{ approved_by }} 批准：{{ reason }}",
    ),
    "limit-rejected": both(
        CreditLimitRejected.TYPE,
        "The proposed credit limit of customer {{ customer_id }} was not approved",
        "{{ rejected_by }}: {{ reason }}",
        "客户 {{ customer_id }} 的额度申请未获批准",
        "{{ rejected_by }}：{{ reason }}",
    ),
    "temporary-limit-ended": both(
        TemporaryLimitEnded.TYPE,
        "The temporary credit limit of customer {{ customer_id }} has ended",
        "On {{ ended_on }} ({{ cause }}).",
        "客户 {{ customer_id }} 的临时额度已结束",
        "{{ ended_on }} 结束。",
    ),
    "behaviour-class": both(
        BehaviourClassChanged.TYPE,
        "Customer {{ customer_id }} pays as class {{ after }} (before: {{ before }})",
        "{{ because }}",
        "客户 {{ customer_id }} 付款行为等级由 {{ before }} 变为 {{ after }}",
        "{{ because }}",
    ),
    "credit-class": both(
        CreditClassChanged.TYPE,
        "Customer {{ customer_id }} is credit class {{ after }}{{ ' (before: ' ~ before ~ ')' if before else '' }}",
        "{{ because }}",
        "客户 {{ customer_id }} 信用等级为 {{ after }}{{ '（原为 ' ~ before ~ '）' if before else '' }}",
        "{{ because }}",
    ),
    "credit-review": both(
        ReviewDue.TYPE,
        "Review the credit of customer {{ customer_id }} by {{ due_on }}",
        "{{ detail }}",
        "请于 {{ due_on }} 前复审客户 {{ customer_id }} 的信用",
        "{{ detail }}",
    ),
    "cheque-bounced": both(
        ChequeBounced.TYPE,
        "A cheque of customer {{ customer_id }} over {{ face_amount | money(currency) }} bounced",
        "Payment {{ payment_id }}, on {{ bounced_on }}. Open again: "
        "{% for each in reopened %}{{ each.invoice_id }} ({{ each.amount | money(currency) }}){{ '' if loop.last else ', ' }}"
        "{% else %}nothing{% endfor %}.{{ ' ' ~ statement if statement else '' }}",
        "客户 {{ customer_id }} 的支票 {{ face_amount | money(currency) }} 被退票",
        "付款 {{ payment_id }}，{{ bounced_on }}。重新挂账："
        "{% for each in reopened %}{{ each.invoice_id }}（{{ each.amount | money(currency) }}）{{ '' if loop.last else '、' }}"
        "{% else %}无{% endfor %}。"
        "{{ '中国人民银行可处以 ' ~ (administrative_fine | money(currency)) ~ ' 罚款，该款不归我方。' if administrative_fine else '' }}",
    ),
    "invoice-disputed": both(
        InvoiceDisputed.TYPE,
        "Customer {{ customer_id }} disputes " + MONEY + " of invoice {{ invoice_id }}",
        "Dispute {{ dispute_id }}, {{ disputed_on }}: {{ reason }}",
        "客户 {{ customer_id }} 对发票 {{ invoice_id }} 的 " + MONEY + " 提出异议",
        "异议 {{ dispute_id }}，{{ disputed_on }}：{{ reason }}",
    ),
    "payment-in-other-currency": both(
        PaymentInOtherCurrencyNoted.TYPE,
        "Customer {{ customer_id }} paid invoice {{ invoice_id }} in {{ currency }}",
        "{{ summary }}",
        "客户 {{ customer_id }} 以 {{ currency }} 支付了发票 {{ invoice_id }}",
        "付款 {{ payment_id }}（" + MONEY + "）注明的发票币种为 {{ invoice_currency }}，没有规则可以结清。"
        "请公布当日汇率并将付款分配给该发票，或请客户以 {{ invoice_currency }} 付款。",
    ),
    "waiting-money": both(
        WaitingMoneyNoted.TYPE,
        "Customer {{ customer_id }}: money waits for an invoice that is not known",
        "{{ summary }}",
        "客户 {{ customer_id }}：有款项在等待未知发票",
        "{% for each in money %}款项 {{ each.payment_id }}（{{ each.amount | money(currency) }}）"
        "注明发票 {{ each.invoice_id }}，该发票未知。{% endfor %}"
        "逾期的 {{ overdue | money(currency) }} 暂不追收。请将款项分配给已知发票，或索取其注明的发票。",
    ),
    "interest-charged": both(
        InterestCharged.TYPE,
        "Interest on invoice {{ invoice_id }}: " + MONEY,
        "For paying late, up to {{ charged_until }}. In all: {{ total | money(currency) }}.",
        "发票 {{ invoice_id }} 逾期利息 " + MONEY,
        "计至 {{ charged_until }}，累计 {{ total | money(currency) }}。",
    ),
    "write-off-proposed": both(
        WriteOffProposed.TYPE,
        "Write off " + MONEY + " of invoice {{ invoice_id }} (customer {{ customer_id }})?",
        "{{ proposed_by }} proposes it: {{ reason }}",
        "请审批核销客户 {{ customer_id }} 发票 {{ invoice_id }} 的 " + MONEY,
        "{{ proposed_by }} 申请：{{ reason }}",
    ),
    "written-off": both(
        InvoiceWrittenOff.TYPE,
        MONEY + " of invoice {{ invoice_id }} (customer {{ customer_id }}) are written off",
        "Approved by {{ approved_by }} on {{ written_off_on }}: {{ reason }}",
        "客户 {{ customer_id }} 发票 {{ invoice_id }} 的 " + MONEY + " 已核销",
        "{{ written_off_on }} 由 {{ approved_by }} 批准：{{ reason }}",
    ),
}
