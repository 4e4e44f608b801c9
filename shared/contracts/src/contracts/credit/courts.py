"""What tribunals and courts decide about a case, and what comes of it."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from contracts.credit.collection import CaseItem, Route
from contracts.envelope import Event
from contracts.erp import Instalment
from contracts.fields import Amount, AmountNotNegative, Currency, Day, Id, Text

Outcome = Literal["granted", "partly", "dismissed", "settled"]
"""What became of the claim; ``settled``: the parties agreed before the tribunal or court."""

Milestone = Literal[
    "accepted", "served", "answered", "copy_received", "hearing_set", "hearing_notified", "trial_extended",
    "set_aside_requested",
]  # fmt: skip
"""What happens between the stages of a case before a tribunal or a court."""

Procedure = Literal["ordinary", "simplified", "second_instance"]


class CaseMilestoneRecorded(Event):
    """Something happened between two stages: terms of the law begin or end with it.

    ``procedure``: how an accepted suit is tried. ``hearing_on``: the day of a hearing that is set.
    """

    TYPE: ClassVar[str] = "credit.CaseMilestoneRecorded"
    case_id: Id
    customer_id: Id
    way: Route
    milestone: Milestone
    reached_on: Day
    procedure: Procedure | None = None
    hearing_on: Day | None = None
    note: Text = ""
    recorded_by: Text


class AwardRecorded(Event):
    """A tribunal decided about the ``items`` of a case, ``claimed`` in all; it is final.

    ``awarded`` of the claim, and ``costs`` on top of it. ``set_aside_until``: the last day to ask a court to set it aside;
    ``enforce_until``: the last day to ask for its enforcement, None where nothing is awarded. ``instalments``: what was agreed.
    """

    TYPE: ClassVar[str] = "credit.AwardRecorded"
    case_id: Id
    customer_id: Id
    award_id: Id
    outcome: Outcome
    claimed: Amount
    awarded: AmountNotNegative
    costs: AmountNotNegative
    currency: Currency
    made_on: Day
    received_on: Day
    perform_by: Day | None = None
    set_aside_until: Day
    enforce_until: Day | None = None
    items: tuple[CaseItem, ...]
    instalments: tuple[Instalment, ...] = ()
    recorded_by: Text
    policy_version: int


class AwardReviewed(Event):
    """A court decided whether an award is set aside, or its enforcement refused; ``granted``: it counts no more."""

    TYPE: ClassVar[str] = "credit.AwardReviewed"
    case_id: Id
    customer_id: Id
    award_id: Id
    kind: Literal["set_aside", "enforcement_refused"]
    outcome: Literal["granted", "rejected"]
    decided_on: Day
    recorded_by: Text


class JudgmentRecorded(Event):
    """A court decided about the ``items`` of a case, ``claimed`` in all.

    ``is_final``: nobody can appeal; else it is once ``appeal_until`` has passed without an appeal.
    """

    TYPE: ClassVar[str] = "credit.JudgmentRecorded"
    case_id: Id
    customer_id: Id
    judgment_id: Id
    instance: Annotated[int, Field(ge=1, le=2)]
    outcome: Outcome
    claimed: Amount
    adjudged: AmountNotNegative
    costs: AmountNotNegative
    currency: Currency
    made_on: Day
    served_on: Day
    appeal_until: Day | None = None
    is_final: bool
    perform_by: Day | None = None
    items: tuple[CaseItem, ...]
    instalments: tuple[Instalment, ...] = ()
    recorded_by: Text
    policy_version: int


class AppealNoted(Event):
    """A judgment was appealed in time, by us or by the debtor; it is not final."""

    TYPE: ClassVar[str] = "credit.AppealNoted"
    case_id: Id
    customer_id: Id
    judgment_id: Id
    by_us: bool
    noted_on: Day
    recorded_by: Text


class EnforcementRecorded(Event):
    """What enforcement brought on a day; the money itself is told as a payment."""

    TYPE: ClassVar[str] = "credit.EnforcementRecorded"
    case_id: Id
    customer_id: Id
    collected: AmountNotNegative
    currency: Currency
    on: Day
    what: Literal["paid", "nothing_found", "ended"]
    note: Text = ""
    recorded_by: Text
