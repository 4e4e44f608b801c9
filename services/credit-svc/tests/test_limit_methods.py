"""Every method of limits, by class: what it makes of a file, what it lacks, and what the policy suggests of them."""

from datetime import date
from decimal import Decimal

import pytest

from chassis.policies import PolicyBook
from chassis.testing import Given
from contracts.credit import CreditLimitProposed, CreditLimitSet, Financials
from credit_svc.account.files import RecordFile
from credit_svc.account.limits import ApproveLimit, NetAssetsNotAssessed, NothingToSuggest, ProposeLimit
from credit_svc.account.refusals import LimitAboveCap
from credit_svc.assessment.rating import FIVE_CS
from credit_svc.limits.by_class import BY_CLASS, Debtor, MethodResult
from credit_svc.limits.methods import methods_for, suggest, suggest_for
from credit_svc.policies.limits import METHODS, LimitPolicy
from credit_svc.testing import CUSTOMER, account, invoice, last, under

from .running import Running

JUNE = date(2024, 6, 1)


def statements(**amounts: str | int) -> Financials:
    return Financials(currency="CNY", **{name: Decimal(amount) for name, amount in amounts.items()})


def made(method: str, policy: LimitPolicy | None = None, **amounts: str | int) -> MethodResult:
    return BY_CLASS[method](Debtor(statements(**amounts), "A"), policy or LimitPolicy())


def file(points: int = 75, **amounts: str | int) -> RecordFile:
    """A file of class A, unless the points of the five Cs are others."""
    return RecordFile(CUSTOMER, dict.fromkeys(FIVE_CS, Decimal(points)), statements(**amounts), "analyst", JUNE)


def propose(amount: int | None = None, assessed: int | None = None) -> ProposeLimit:
    limit, worth = (None if each is None else Decimal(each) for each in (amount, assessed))
    return ProposeLimit(CUSTOMER, limit, "CNY", JUNE, "growing", "seller", JUNE, assessed_net_assets=worth)


def by(method: str) -> PolicyBook:
    return under(LimitPolicy.model_validate({"method": method}))


def proposed(book: PolicyBook, *before: object) -> Given:
    return account(*before, book=book).when(propose())  # type: ignore[arg-type]


def test_return_risk_is_capped_by_the_working_capital() -> None:
    buys = {"monthly_purchases": 50_000, "margin_percent": 12}
    assert made("return_risk", **buys).amount == 108_000
    history = proposed(by("return_risk"), file(**buys, net_working_capital=90_000))
    found = history.one(CreditLimitProposed)
    assert (found.limit, found.suggested) == (90_000, 90_000)
    assert {factor.name: factor.points for factor in found.factors} == {
        "return_risk": 108_000, "working_capital": 18_000, "cap": 90_000,
    }  # fmt: skip


def test_without_a_margin_of_its_own_that_of_the_policy_counts() -> None:
    assert made("return_risk", monthly_purchases=50_000).amount == 180_000
    assert made("return_risk", LimitPolicy(margin_percent=Decimal(10)), monthly_purchases=50_000).amount == 90_000


def test_a_debt_is_paid_before_a_return_justifies_new_credit() -> None:
    late = invoice(1, 100, due_on=date(2024, 5, 1), currency="CNY")
    proposed(by("return_risk"), late, file(monthly_purchases=50_000)).then_refused(NothingToSuggest, "return_risk")


def test_liquidation_takes_what_is_left_after_the_debts() -> None:
    assets: dict[str, str | int] = {"cash": 20_000, "receivables": 100_000, "stock": 80_000, "fixed_assets": 200_000}
    assert made("liquidation", **assets, total_debt=180_000).amount == 4_000
    nothing = made("liquidation", **assets, total_debt=250_000)
    assert (nothing.amount, nothing.missing) == (None, ("a surplus above 0",))
    assert made("liquidation", liquidation_surplus=40_000).amount == 4_000
    assert made("liquidation", cash=20_000, total_debt=1).missing == ("receivables", "stock", "fixed_assets")


def test_income_and_working_capital_give_each_class_its_percent() -> None:
    assert (made("income", annual_turnover=700_000).amount, made("income").missing) == (35_000, ("annual_turnover",))
    assert made("working_capital", net_working_capital=90_000).amount == 18_000
    unrated = BY_CLASS["income"](Debtor(statements(annual_turnover=700_000), None), LimitPolicy())
    assert (unrated.amount, unrated.missing) == (None, ("credit_class",))


def test_capital_negative_suggests_nothing_until_the_net_assets_are_assessed() -> None:
    poor = file(net_working_capital=-5_000, annual_turnover=700_000, net_assets=50_000)
    history = account(poor, book=by("income"))
    sentence = "Net working capital is -5,000.00 CNY: assess the net assets first."
    history.when(propose()).then_refused(NetAssetsNotAssessed, sentence)
    history.when(propose(1)).then_refused(NetAssetsNotAssessed, sentence)
    found = history.when(propose(assessed=60_000)).one(CreditLimitProposed)
    assert (found.limit, found.suggested, found.assessed_net_assets) == (6_000, 6_000, 60_000)
    history.when(propose(6_001, assessed=60_000)).then_refused(LimitAboveCap, "6,000.00 CNY")
    assert history.when(propose(0)).one(CreditLimitProposed).limit == 0


def test_a_limit_on_assessed_net_assets_is_approved_within_them() -> None:
    history = account(file(net_working_capital=0, annual_turnover=700_000), book=by("income"))
    waits = history.when(propose(5_000, assessed=60_000))
    approved = waits.when(ApproveLimit(CUSTOMER, "C-1-L1", "head of credit", JUNE))
    assert last(approved, CreditLimitSet).limit == 5_000


def test_several_methods_are_combined_to_the_lowest_or_the_mean() -> None:
    figures = statements(annual_turnover=700_000, net_working_capital=90_000)
    both = LimitPolicy(combine=("income", "working_capital", "return_risk"))
    assert suggest(figures, "A", 30, both).limit == 18_000
    assert suggest(figures, "A", 30, both.model_copy(update={"combined_by": "mean"})).limit == 26_500


def test_a_method_that_does_not_exist_cannot_be_combined() -> None:
    with pytest.raises(ValueError, match="combine names magic; there are cautious, turnover, minimum, return_risk"):
        LimitPolicy.model_validate({"combine": ["income", "magic"]})


def test_what_a_file_supports_is_shown_method_beside_method() -> None:
    state = account(file(annual_turnover=700_000)).state
    found = methods_for(state.file, JUNE, LimitPolicy(), is_overdue=False)
    assert [each.method for each in found] == list(METHODS)
    assert {each.method: each.amount for each in found if each.amount is not None} == {
        "minimum": 35_000,
        "income": 35_000,
    }
    assert all(each.missing for each in found if each.amount is None)
    assert methods_for(account().state.file, JUNE, LimitPolicy(), is_overdue=False) == ()
    assert suggest_for(state.file, JUNE, LimitPolicy()) is not None


async def test_the_methods_are_compared_over_http(running: Running) -> None:
    await running.move_to("2024-06-01")
    body = {
        **dict.fromkeys(FIVE_CS, "75"), "recorded_by": "analyst",
        "financials": {
            "currency": "CNY", "monthly_purchases": "50000", "margin_percent": "12", "net_working_capital": "90000",
        },
    }  # fmt: skip
    await running.send("PUT", "/v1/accounts/C-1/file", body)
    found = await running.get("/v1/accounts/C-1/limit/methods")
    amounts = {each["method"]: each["amount"] for each in found["methods"]}
    assert (amounts["return_risk"], amounts["working_capital"], amounts["income"]) == ("108000.00", "18000.00", None)
    assert (found["cap"], found["chosen_methods"], found["suggested"]) == ("90000", ["cautious"], "18000")
    poor = {**body, "financials": {"currency": "CNY", "net_working_capital": "-5000"}}
    await running.send("PUT", "/v1/accounts/C-2/file", poor)
    refused = await running.post(
        "/v1/accounts/C-2/limit-proposals", {"currency": "CNY", "reason": "new", "proposed_by": "seller"}, 422
    )
    assert refused["detail"] == "Net working capital is -5,000.00 CNY: assess the net assets first."
