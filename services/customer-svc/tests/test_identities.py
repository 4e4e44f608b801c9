"""Merge and split: which ids are one customer."""

from datetime import date

from hypothesis import given as for_all
from hypothesis import strategies as st

from chassis.domain import Refusal
from chassis.testing import given, replay
from contracts.customer import CustomersMerged, CustomerSplit
from customer_svc.files.identities import DECIDER, MergeCustomers, MergedAlready, NotMerged, SameCustomer, SplitCustomer
from customer_svc.read_models import alias

DAY = date(2024, 5, 31)


def merge(customer_id: str, merged_id: str) -> MergeCustomers:
    return MergeCustomers(customer_id, merged_id, "the same tax number", DAY, "li.na")


def split(split_id: str) -> SplitCustomer:
    return SplitCustomer(split_id, "two companies after all", DAY, "li.na")


def test_a_merged_customer_is_the_one_that_stays() -> None:
    outcome = given(DECIDER).when(merge("C-1", "C-2"))
    assert outcome.one(CustomersMerged).moved == ("C-2",)
    assert outcome.state.resolve("C-2") == "C-1"


def test_what_was_merged_into_it_comes_along() -> None:
    outcome = given(DECIDER).when(merge("C-2", "C-3"), merge("C-1", "C-2"))
    assert {outcome.state.resolve(each) for each in ("C-1", "C-2", "C-3")} == {"C-1"}
    assert outcome.state.merged_into("C-1") == ("C-2", "C-3")


def test_a_split_takes_back_what_its_merge_brought() -> None:
    outcome = given(DECIDER).when(merge("C-2", "C-3"), merge("C-1", "C-2"), split("C-2"))
    assert [outcome.state.resolve(each) for each in ("C-1", "C-2", "C-3")] == ["C-1", "C-2", "C-2"]


def test_a_customer_inside_a_merged_one_can_leave_alone() -> None:
    outcome = given(DECIDER).when(merge("C-2", "C-3"), merge("C-1", "C-2"), split("C-3"), split("C-2"))
    assert [outcome.state.resolve(each) for each in ("C-1", "C-2", "C-3")] == ["C-1", "C-2", "C-3"]
    outcome.then(CustomersMerged, CustomersMerged, CustomerSplit, CustomerSplit)


def test_a_merge_told_twice_is_one_merge() -> None:
    given(DECIDER).when(merge("C-1", "C-2"), merge("C-1", "C-2")).then(CustomersMerged)


def test_a_merged_customer_is_not_merged_again_and_nobody_with_itself() -> None:
    merged = given(DECIDER).when(merge("C-1", "C-2"))
    merged.when(merge("C-3", "C-2")).then_refused(MergedAlready, "C-2 is merged into C-1 already")
    merged.when(merge("C-2", "C-3")).then_refused(MergedAlready, "use C-1")
    merged.when(merge("C-1", "C-1")).then_refused(SameCustomer)
    merged.when(split("C-1")).then_refused(NotMerged, "C-1 is not merged")


IDS = st.sampled_from([f"C-{n}" for n in range(6)])
STEPS = st.lists(st.one_of(st.builds(merge, IDS, IDS), st.builds(split, IDS)), max_size=25)


@for_all(STEPS)
def test_every_id_is_one_customer_at_the_end_of_its_chain(steps: list[MergeCustomers | SplitCustomer]) -> None:
    current = given(DECIDER)
    for step in steps:
        next_one = current.when(step)
        current = current if isinstance(next_one.outcome, Refusal) else next_one
    state = current.state
    for n in range(6):
        assert state.resolve(state.resolve(f"C-{n}")) == state.resolve(f"C-{n}")
    rows = replay(alias.MODEL, current.facts)
    assert {key[0]: row.survivor_id for key, row in rows.items()} == dict(state.survivors)
