"""To-dos: another customer is found in the place of one with whom the relation ends."""

from datetime import date
from decimal import Decimal

import httpx

from chassis.commands import Request
from chassis.policies import PolicyBook
from chassis.runtime import Runtime
from chassis.testing import envelope, given
from chassis.testing.passing import at_rest
from contracts import credit
from contracts.customer import TodoDone, TodoOpened, TodoWithdrawn
from customer_svc.reactions import find_new_customer, search_no_more
from customer_svc.service import SERVICE
from customer_svc.todos import DECIDER, FinishTodo, NoSuchTodo, OpenTodo, WithdrawTodo

from .running import ask, send

APRIL, MAY = date(2025, 4, 1), date(2025, 5, 1)
GIVEN_UP = credit.BehaviourActionAsked(
    customer_id="C-1", action_id="C-1-A3", behaviour="D", action="recover_and_end", requested_on=APRIL, answer_by=MAY,
    summary="C-1 is of class D: recover by law what it owes, and end the relation.", region="east",
    prepayment_percent=Decimal(100), policy_version=1,
)  # fmt: skip
OPEN = OpenTodo("C-1-A3", "C-1", "replacement", "Find a new customer in east; C-1 is given up.", APRIL, MAY, "east")


def reaction(event: credit.BehaviourActionAsked) -> OpenTodo | None:
    return find_new_customer(event, envelope(), PolicyBook.of(SERVICE.policies))


def test_the_end_of_a_relation_opens_a_search_in_its_region() -> None:
    assert reaction(GIVEN_UP) == OPEN
    nowhere = reaction(GIVEN_UP.model_copy(update={"region": None}))
    assert nowhere is not None
    assert nowhere.summary == "Find a new customer in the place of C-1, which is given up."


def test_what_else_a_class_calls_for_opens_none() -> None:
    assert reaction(GIVEN_UP.model_copy(update={"action": "help"})) is None


def test_a_to_do_is_opened_once_and_done_once() -> None:
    opened = given(DECIDER, policies=SERVICE.policies).when(OPEN, OPEN)
    opened.then(TodoOpened)
    finish = FinishTodo("C-1", "C-1-A3", "C-77 buys there", MAY, "chen")
    done = opened.when(finish)
    assert done.one(TodoDone).by == "chen"
    assert isinstance(done.when(finish).outcome, NoSuchTodo)
    done.when(OPEN).then()


def no_more(action: credit.BehaviourAction) -> WithdrawTodo | None:
    withdrawn = credit.BehaviourActionWithdrawn(
        customer_id="C-1", action_id="C-1-A3", action=action, cause="class_changed", withdrawn_on=MAY
    )
    return search_no_more(withdrawn, envelope(), PolicyBook.of(SERVICE.policies))


def test_a_relation_that_does_not_end_after_all_withdraws_the_search() -> None:
    withdrawal = no_more("recover_and_end")
    assert (withdrawal, no_more("guard")) == (WithdrawTodo("C-1", "C-1-A3", "class_changed", MAY), None)
    assert withdrawal is not None
    withdrawn = given(DECIDER, policies=SERVICE.policies).when(OPEN, withdrawal, withdrawal)
    withdrawn.then(TodoOpened, TodoWithdrawn)
    assert isinstance(withdrawn.when(FinishTodo("C-1", "C-1-A3", "C-77", MAY, "chen")).outcome, NoSuchTodo)
    withdrawn.when(OPEN).then()


def test_a_search_that_is_done_stays_done_and_one_that_was_never_asked_for_is_not_withdrawn() -> None:
    withdrawal = WithdrawTodo("C-1", "C-1-A3", "judged_anew", MAY)
    given(DECIDER, policies=SERVICE.policies).when(withdrawal).then()
    done = given(DECIDER, policies=SERVICE.policies).when(OPEN, FinishTodo("C-1", "C-1-A3", "C-77", MAY, "chen"))
    done.when(withdrawal).then()


async def test_a_to_do_stands_in_the_list_until_somebody_has_done_it(
    service: Runtime, client: httpx.AsyncClient
) -> None:
    await service.executor.submit(Request(OPEN, None, service.clock.now(), "test"))
    await at_rest(service)
    (row,) = (await ask(client, "/v1/todos?status=open"))["items"]
    assert (row["todo_id"], row["region"], row["due_on"]) == ("C-1-A3", "east", "2025-05-01")
    today = service.clock.now().date().isoformat()
    await send(
        client, "POST", "/v1/customers/C-1/todos/C-1-A3/outcome", {"outcome": "C-77 buys there", "done_on": today}
    )
    (row,) = (await ask(client, "/v1/todos?status=done"))["items"]
    assert row["outcome"] == "C-77 buys there"


async def test_a_search_that_is_withdrawn_stands_in_no_list_of_what_is_open(
    service: Runtime, client: httpx.AsyncClient
) -> None:
    for command in (OPEN, WithdrawTodo("C-1", "C-1-A3", "class_changed", MAY)):
        await service.executor.submit(Request(command, None, service.clock.now(), "test"))
    await at_rest(service)
    assert (await ask(client, "/v1/todos?status=open"))["items"] == []
    (row,) = (await ask(client, "/v1/todos?status=withdrawn"))["items"]
    assert (row["status"], row["withdrawn_on"]) == ("withdrawn", "2025-05-01")
