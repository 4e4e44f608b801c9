"""Money that names an invoice of another currency: it settles it at the rate of its day, or a person decides."""

from datetime import date
from decimal import Decimal

from contracts.credit import PaymentExchanged, PaymentInOtherCurrencyNoted
from contracts.currencies import money
from credit_svc.account.decision import AccountDecision
from credit_svc.policies.receivables import ExchangePolicy
from credit_svc.receivables import recording
from credit_svc.receivables.exchange import rate_on
from credit_svc.receivables.facts import NOTHING, Payment
from credit_svc.receivables.money_ids import kind_of
from credit_svc.sentences import Sentences


def exchange_named(decision: AccountDecision, payment_id: str, on: date) -> None:
    """A payment that has just been recorded, when the invoice that it names is one of another currency."""
    account = decision.state
    currency = account.currency_of_payment(payment_id)
    payment = account.ledger(currency or "").payments.get(payment_id)
    if currency is None or payment is None:
        return
    for named, _ in payment.shares:
        invoice_currency = account.currency_of_invoice(named) if named is not None else None
        if named is None or invoice_currency in (None, currency) or payment_id in account.ledger(currency).bounced:
            continue
        if payment.named or not exchange_for(decision, payment, currency, named):
            _note(decision, payment, currency, named, on)


def exchange_waiting(decision: AccountDecision, invoice_id: str, on: date) -> None:
    """Payments of other currencies that were waiting for an invoice that has just been recorded; a credit note is not exchanged."""
    for _, ledger in sorted(decision.state.ledgers.items()):
        for payment_id in ledger.expected.get(invoice_id, ()):
            if kind_of(payment_id) == "payment":
                exchange_named(decision, payment_id, on)


def exchange_for(
    decision: AccountDecision, payment: Payment, currency: str, invoice_id: str, by_rule: bool = True
) -> bool:
    """The payment counts in the invoice's currency from now on; False where no rate is recorded, or the rule leaves it to people."""
    account, on = decision.state, payment.paid_on
    into = account.currency_of_invoice(invoice_id) or currency
    policy = decision.policy(ExchangePolicy, on)
    rate = rate_on(currency, into, on, policy.document)
    if rate is None or (by_rule and not policy.document.settles_other_currencies):
        return False
    target = account.ledger(into)
    counted = rate.converted(payment.amount)
    open_amount: Decimal = target.open.get(invoice_id, NOTHING)
    if abs(counted - open_amount) * 100 <= open_amount * policy.document.difference_max_percent:
        counted = open_amount
    if not counted:
        return False
    own = account.currency or into
    account_rate = account.rate(into, on, decision.policies)
    paid, booked = payment.amount, counted
    to_own = account.rate(currency, on, decision.policies)
    booked_at = target.invoices[invoice_id].rate
    is_known = (currency == own or to_own is not None) and (into == own or booked_at is not None)
    if to_own is not None:
        paid = to_own.converted(paid)
    if into != own and booked_at is not None:
        booked = booked_at.converted(booked)
    exchanged = PaymentExchanged(
        payment_id=payment.payment_id,
        customer_id=decision.id,
        invoice_id=invoice_id,
        amount=payment.amount,
        currency=currency,
        counted=counted,
        into=into,
        rate=rate,
        paid_on=on,
        gain=paid - booked if is_known else None,
        gain_currency=own if is_known else None,
        policy_version=policy.version,
        account_rate=account_rate,
    )
    decision.emit(*recording.exchange(account.ledger(currency), target, exchanged))
    return True


def _note(decision: AccountDecision, payment: Payment, currency: str, invoice_id: str, on: date) -> None:
    into = decision.state.currency_of_invoice(invoice_id) or currency
    amount = payment.share(invoice_id)
    found = Sentences.INVOICE_IN_OTHER_CURRENCY(
        payment_id=payment.payment_id, amount=money(amount, currency), invoice_id=invoice_id, invoice_currency=into
    )
    advice = Sentences.PUBLISH_RATE_OR_PAY(day=payment.paid_on, policy=ExchangePolicy.NAME, invoice_currency=into)
    decision.emit(
        PaymentInOtherCurrencyNoted(
            payment_id=payment.payment_id,
            customer_id=decision.id,
            invoice_id=invoice_id,
            amount=amount,
            currency=currency,
            invoice_currency=into,
            summary=f"{found} {advice}",
            noted_on=on,
        )
    )
