"""What several nouns of an account refuse, and the checks that raise it."""

from decimal import Decimal

from chassis.domain import Refusal
from contracts.credit import Financials
from contracts.currencies import places_of, rounded
from contracts.digits import plain
from credit_svc.account.decision import AccountDecision
from credit_svc.collection.case import Case


class FourEyesNeeded(Refusal):
    """{person} cannot approve what {person}, or a name that looks the same, proposed; another person has to."""


class LimitInAnotherCurrency(Refusal):
    """The account of {customer_id} is kept in {account_currency};
    set its limit in {account_currency}, not in {currency}."""


class LimitBeginsLater(Refusal):
    """A limit takes effect on the day it is entered or earlier; {valid_from} is after {on}. Enter it again on that day."""

    status = 422


class LimitAboveCap(Refusal):
    """A limit of {limit} {currency} is above what the file allows, {cap} {currency}: no limit exceeds the net assets
    or the working capital."""

    status = 422


class FileInAnotherCurrency(Refusal):
    """The statements of customer {customer_id} are in {file_currency}; a limit in {currency} cannot be compared
    with them."""

    status = 422


class UnknownInvoice(Refusal):
    """Customer {customer_id} has no invoice {invoice_id}."""

    status = 404


class NothingOpen(Refusal):
    """Invoice {invoice_id} has no open amount."""


class NoOpenCase(Refusal):
    """Customer {customer_id} has no open collection case {case_id}."""

    status = 404


class PromiseStands(Refusal):
    """The customer promised {amount} {currency} by {promised_on}; wait for that day."""


class NotPayable(Refusal):
    """{amount} {currency} cannot be paid: {currency} has {places} places after the point."""

    status = 422


class FactDiffers(Refusal):
    """{what} {id} is known with other contents: {difference}. {advice}"""


def require_payable(amount: Decimal | None, currency: str) -> None:
    """Raises NotPayable for more places than the currency has."""
    if amount is not None and amount != rounded(amount, currency):
        raise NotPayable(amount=plain(amount), currency=currency, places=places_of(currency))


def require_currency(decision: AccountDecision, currency: str) -> None:
    """A limit is in the account's currency. Raises LimitInAnotherCurrency."""
    own = decision.state.currency
    if own is not None and currency != own:
        raise LimitInAnotherCurrency(customer_id=decision.id, account_currency=own, currency=currency)


def statements_in(decision: AccountDecision, currency: str) -> Financials | None:
    """The statements that cap a limit. Raises FileInAnotherCurrency."""
    financials = decision.state.file.financials
    if financials is not None and financials.currency != currency:
        raise FileInAnotherCurrency(customer_id=decision.id, file_currency=financials.currency, currency=currency)
    return financials


def require_within_cap(limit: Decimal, currency: str, cap: Decimal | None) -> None:
    """``cap`` None: the file caps nothing. Raises LimitAboveCap."""
    if cap is not None and limit > cap:
        raise LimitAboveCap(limit=limit, currency=currency, cap=cap)


def require_invoice(decision: AccountDecision, invoice_id: str) -> str:
    """The currency of an invoice. Raises UnknownInvoice."""
    currency = decision.state.currency_of_invoice(invoice_id)
    if currency is None:
        raise UnknownInvoice(customer_id=decision.id, invoice_id=invoice_id)
    return currency


def require_case(decision: AccountDecision, case_id: str) -> Case:
    """The open case, when it is this one. Raises NoOpenCase."""
    case = decision.state.case
    if case is None or case.case_id != case_id:
        raise NoOpenCase(customer_id=decision.id, case_id=case_id)
    return case
