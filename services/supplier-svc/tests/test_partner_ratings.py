"""The rating of a partner, A to E: what it forbids, when it is due again, and what the record suggests."""

from datetime import date
from decimal import Decimal

import pytest

from chassis.testing import Given
from contracts.supplier import (
    ImprovementMissed,
    OnboardingFile,
    PartnerRated,
    PartnerRatingDue,
    PartnerRatingOverdue,
    SourceStandingChanged,
    SupplierApproved,
)
from supplier_svc.items import DECIDER as ITEM
from supplier_svc.items.sources import NoteSource
from supplier_svc.policies.partner_ratings import PartnerRatings
from supplier_svc.policies.qualification import ALL_CLAUSES, SupplierQualification
from supplier_svc.supplier.certificates import RecordCertificate
from supplier_svc.supplier.contracts import SignContract
from supplier_svc.supplier.improvements import JudgeImprovement
from supplier_svc.supplier.known import SupplierUnknown
from supplier_svc.supplier.onboarding import AdoptSupplier, RegisterSupplier, ReviewFile
from supplier_svc.supplier.partner_ratings import (
    CallForRating,
    RatedLater,
    RatePartner,
    RatingUnexplained,
    ReportRatingOverdue,
)
from supplier_svc.supplier.qualification import ApprovalByHead, ApproveSupplier, NotYetApprovable, PassGate
from supplier_svc.supplier.sourcing import NameSource, NoNewItems
from supplier_svc.supplier.state.qualification import GATES
from supplier_svc.supplier.trading_status import EliminateSupplier
from supplier_svc.testing import SURVEY, book, deliveries, delivery, grade, inspection, supplier

FILE = OnboardingFile(name="Reddoit")
NEW_YEAR = date(2025, 1, 1)
ADOPT = AdoptSupplier("S-1", FILE, NEW_YEAR, "chen", "we have traded for years")
DAY = date(2025, 2, 3)
USCC = "91350100M000100Y43"


def rated(rating, on=DAY, because="the year's review", by="wu") -> RatePartner:
    return RatePartner("S-1", rating, because, on, by)


def certified(valid_to, number=USCC) -> RecordCertificate:
    return RecordCertificate("S-1", "uscc", "unified_social_credit_code", number, "Reddoit", None, valid_to)


def graded_a():
    """A supplier whose January is an A."""
    return [ADOPT, *deliveries(10, on="2025-01-10"), grade("2025-01")]


def note(supplier_id, grade, rating=None, revision=1):
    """A source of the item as its supplier passes it on: the cap is what its rating leaves of the whole."""
    cap = Decimal(20) if rating == "D" else Decimal(100)
    return NoteSource("bolt", supplier_id, revision, grade, Decimal(-1), True, cap, DAY, "rated")


def item() -> Given:
    return Given(ITEM, book())


def test_d_caps_at_20_and_a_sole_source_keeps_100_as_interim():
    # The supplier passes the cap on to its items …
    outcome = supplier().when(*graded_a()).when(rated("D"))
    standing = outcome.one(SourceStandingChanged)
    assert (standing.grade, standing.may_supply, standing.share_max_percent) == ("A", True, 20)
    assert outcome.one(PartnerRated).share_max_percent == 20
    # … and the item divides its orders anew.
    both = item().when(note("S-1", "A"), note("S-2", "B"))
    assert [each.share_percent for each in both.outcome[-1].sources] == [70, 30]
    capped = both.when(note("S-1", "A", "D", 2)).outcome[-1]
    assert [(each.supplier_id, each.share_percent) for each in capped.sources] == [("S-2", 80), ("S-1", 20)]
    alone = item().when(note("S-1", "A")).when(note("S-1", "A", "D", 2)).outcome[-1]
    assert (alone.sources[0].share_percent, alone.is_interim) == (100, True)


def test_d_no_new_item_and_a_better_rating_lifts_that_the_same_day():
    named = NameSource("S-1", "nut", DAY, "we need a second source")
    restricted = supplier().when(*graded_a(), rated("D"))
    restricted.when(named).then_refused(
        NoNewItems, "S-1 is rated D, restricted; it cannot become a source of another item."
    )
    restricted.when(NameSource("S-1", "bolt", DAY, "once more")).then(SourceStandingChanged)
    # What it delivers all the same is on record, and it becomes a source of it when the rating allows that.
    delivered = restricted.when(delivery("D-9", on="2025-02-03", item_id="nut"))
    assert not delivered.all_of(SourceStandingChanged)
    lifted = delivered.when(rated("C", on=date(2025, 2, 4)))
    standing = lifted.one(SourceStandingChanged)
    assert (standing.item_ids, standing.share_max_percent) == (("bolt", "nut"), 100)
    assert not lifted.state.ratings.restrictions


def test_e_blocks_orders_and_approval_and_lists_the_contracts_to_end():
    def contract(number, ends):
        return SignContract("S-1", number, "supply", ALL_CLAUSES, NEW_YEAR, ends)

    known = supplier().when(*graded_a(), contract("CT-1", date(2025, 12, 31)), contract("CT-2", date(2025, 1, 31)))
    outcome = known.when(rated("E"))
    assert not outcome.one(SourceStandingChanged).may_supply
    assert [each.contract_id for each in outcome.one(PartnerRated).contracts_to_end] == ["CT-1"]
    assert not outcome.state.qualification.may_deliver
    outcome.when(NameSource("S-1", "nut", DAY, "needed")).then_refused(NoNewItems, "S-1 is rated E, prohibited;")
    waiting = supplier().when(*up_to_approval(), rated("E"))
    waiting.when(approve()).then_refused(NotYetApprovable, "It is rated E, prohibited.")
    waiting.when(approve(despite="we need it")).then_refused(NotYetApprovable, "It is rated E, prohibited.")


def up_to_approval():
    kinds = ("supply", "quality_assurance", "after_sales")
    return [
        RegisterSupplier("S-1", FILE, NEW_YEAR),
        certified(date(2030, 1, 1)),
        ReviewFile("S-1", DAY, "li.na"),
        *(PassGate("S-1", gate, DAY, "li.na", ("report",), survey=SURVEY) for gate in GATES),
        *(SignContract("S-1", kind, kind, ALL_CLAUSES, NEW_YEAR, date(2026, 1, 1)) for kind in kinds),
    ]


def approve(despite=""):
    return ApproveSupplier("S-1", DAY, "chen", "all gates passed", despite=despite)


def test_a_restricted_partner_is_approved_only_where_a_head_says_why():
    restricted = supplier().when(*up_to_approval(), rated("D"))
    restricted.when(approve()).then_refused(
        ApprovalByHead, "S-1 is rated D; a head must say why it is approved all the same."
    )
    approved = restricted.when(approve(despite="the only maker of the part")).one(SupplierApproved)
    # It was rated before: the first rating is not due again after 90 days.
    assert (approved.despite, approved.rating_due_on) == ("the only maker of the part", None)


def test_due_after_90_days_and_overdue_30_days_later():
    adopted = supplier().when(ADOPT)
    assert adopted.one(SupplierApproved).rating_due_on == date(2025, 4, 1)
    due_on, overdue_on = date(2025, 4, 1), date(2025, 5, 1)
    called = adopted.when(CallForRating("S-1", due_on))
    due = called.one(PartnerRatingDue)
    assert (due.due_on, due.last, due.suggested, due.overdue_on) == (due_on, None, "C", overdue_on)
    assert [(each.name, each.summary) for each in due.factors] == [("standing", "It has no grade yet.")]
    called.when(CallForRating("S-1", due_on)).then()
    overdue = called.when(ReportRatingOverdue("S-1", due_on, overdue_on)).then(PartnerRatingOverdue)
    overdue.when(ReportRatingOverdue("S-1", due_on, overdue_on)).then()
    given_on = date(2025, 4, 10)
    again = called.when(rated("C", on=given_on))
    assert again.one(PartnerRated).due_again_on == date(2026, 4, 10)
    again.when(rated("C", on=given_on)).then()
    again.when(ReportRatingOverdue("S-1", due_on, overdue_on)).then()
    again.when(CallForRating("S-1", date(2026, 4, 10))).then(PartnerRatingDue)
    # The same rating again renews it; who was eliminated is not rated any more.
    assert again.when(rated("C", on=date(2026, 4, 9))).one(PartnerRated).due_again_on == date(2027, 4, 9)
    out = again.when(EliminateSupplier("S-1", given_on, "gave up"))
    out.when(CallForRating("S-1", date(2026, 4, 10))).then()


def test_another_rating_than_the_suggested_one_needs_a_reason():
    known = supplier().when(*graded_a())
    agreed = known.when(rated("A", because="")).one(PartnerRated)
    assert (agreed.suggested, agreed.because, agreed.rated_by) == ("A", "As its record suggests.", "wu")
    known.when(rated("C", because="")).then_refused(
        RatingUnexplained, "The record of S-1 suggests A, not C; say why it is rated otherwise."
    )
    assert known.when(rated("C", because="slow to answer")).one(PartnerRated).because == "slow to answer"


def suggested(*commands, on=DAY, under=()):
    known = supplier(under=under).when(*commands)
    due = known.when(RatePartner("S-1", "B", "not the suggested one", on, "wu")).one(PartnerRated)
    return due.suggested


@pytest.mark.parametrize(
    ("suggestion", "more"),
    [
        ("A", []),
        ("A", [certified(date(2025, 1, 4))]),  # 30 days out of date are not more than 30
        ("D", [certified(date(2025, 1, 3))]),
        ("B", [inspection("I-2", "critical", on="2025-02-01")]),  # its 8D is not overdue, its grade is not known
    ],
    ids=["nothing", "lapsed_30_days", "lapsed_31_days", "another_month"],
)
def test_the_suggestion_is_the_worst_that_holds(suggestion, more):
    if suggestion == "B":
        more, on = [*more], date(2025, 6, 1)  # by then a step of the 8D is overdue
    else:
        on = DAY
    assert suggested(*graded_a(), *more, on=on) == suggestion


def test_the_suggestion_follows_the_standing():
    bad = {"B": ["major"] * 5, "C": ["major"] * 10, "D": ["critical"] * 10}
    lots = deliveries(100, on="2025-01-10")
    for letter, defects in bad.items():
        found = [ADOPT, *lots, inspection("I-1", *defects, on="2025-01-12"), grade("2025-01")]
        standing = supplier().when(*found).state.gradings.standing
        assert standing == letter
        assert suggested(*found) == letter
    assert suggested(ADOPT) == "C"
    assert suggested(ADOPT, delivery(on="2025-01-10"), grade("2025-01")) == "C"  # insufficient
    listed = SupplierQualification(prohibited=(USCC,))
    assert suggested(*graded_a(), certified(date(2030, 1, 1)), under=(listed,)) == "E"


def test_an_answer_missed_in_twelve_months_suggests_a_d():
    january = [inspection("I-1", *["major"] * 10, on="2025-01-12"), *deliveries(100, on="2025-01-10")]
    february = deliveries(100, on="2025-02-10")
    owed = supplier().when(ADOPT, *january, grade("2025-01"), *february, grade("2025-02"))
    assert owed.state.gradings.standing == "A"
    # It owes an answer by 10 March: an A with something owed is no A.
    assert owed.when(rated("B", on=date(2025, 3, 1))).one(PartnerRated).suggested == "B"
    missed = owed.when(JudgeImprovement("S-1", "2025-01")).then(ImprovementMissed)
    assert missed.when(rated("B", on=date(2026, 2, 9))).one(PartnerRated).suggested == "D"
    assert missed.when(rated("B", on=date(2026, 2, 10))).one(PartnerRated).suggested != "D"


def test_every_number_is_the_policys():
    policy = PartnerRatings(every_months=6, first_after_days=30, overdue_days=10, restricted_share_max=Decimal(5))
    known = supplier(under=(policy,)).when(ADOPT)
    assert known.one(SupplierApproved).rating_due_on == date(2025, 1, 31)
    assert known.when(CallForRating("S-1", date(2025, 1, 31))).one(PartnerRatingDue).overdue_on == date(2025, 2, 10)
    restricted = known.when(rated("D")).one(PartnerRated)
    assert (restricted.share_max_percent, restricted.due_again_on) == (5, date(2025, 8, 3))


def test_a_rating_of_before_restrictions_forbids_nothing_and_is_never_due_by_itself():
    old = PartnerRated(supplier_id="S-1", rating="D", because="the year's review", rated_on=DAY)
    known = supplier(*supplier().when(*graded_a()).facts, old)
    assert not known.state.ratings.restrictions
    known.when(NameSource("S-1", "nut", DAY, "second source")).then(SourceStandingChanged)
    known.when(CallForRating("S-1", date(2026, 2, 3))).then()


def test_a_partner_of_whom_nothing_is_known_is_not_rated_and_one_that_delivered_is():
    supplier().when(rated("C")).then_refused(
        SupplierUnknown, "There is no supplier S-1: it has no onboarding file, and no fact about it was ever recorded."
    )
    assert supplier().when(delivery(on="2025-01-10")).when(rated("C")).one(PartnerRated).rating == "C"
    assert supplier().when(RegisterSupplier("S-1", FILE, NEW_YEAR)).when(rated("C")).one(PartnerRated).rating == "C"


def test_a_rating_of_a_day_before_the_last_one_is_refused_and_one_of_the_same_day_replaces_it():
    known = supplier().when(delivery(on="2025-01-10"), rated("C"))
    known.when(rated("B", on=date(2025, 2, 2))).then_refused(
        RatedLater, "S-1 was rated on 2025-02-03 already; a rating of 2025-02-02 would come before it."
    )
    assert known.when(rated("B")).one(PartnerRated).previous == "C"
