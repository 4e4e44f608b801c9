"""What is to be done with a customer because of its behaviour class, and whether one of class C is worth hoping for."""

from typing import ClassVar, Literal

from contracts.credit.exposure import BehaviourClass
from contracts.envelope import Event
from contracts.fields import Day, Id, Percent, Text

BehaviourAction = Literal["strengthen", "consolidate", "help", "guard", "recover_and_end"]
"""Class A: strengthen; B: consolidate; C with hope: help; C without hope: guard; D: recover what is owed and end the relation."""


class BehaviourActionAsked(Event):
    """The behaviour class of a customer, or what is thought of one of class C, calls for work with it, to be done by ``answer_by``.

    ``prepayment_percent``: what of each order is to be paid in advance from now on; of ``guard`` it is proposed, and a person sets
    it in the terms, of ``recover_and_end`` it holds while the class does. ``review_on``: the next review of the file.
    """

    TYPE: ClassVar[str] = "credit.BehaviourActionAsked"
    customer_id: Id
    action_id: Id
    behaviour: BehaviourClass
    action: BehaviourAction
    requested_on: Day
    answer_by: Day
    summary: Text
    """What is to be done, as a sentence."""
    requested_by: Text | None = None
    """Who asked for it; None: it follows from the class."""
    case_id: Id | None = None
    """The open collection case, whose way is decided: delegation, arbitration or litigation; of ``recover_and_end``."""
    region: Id | None = None
    """The region of the customer, where another one is to be found; of ``recover_and_end``."""
    prepayment_percent: Percent | None = None
    review_on: Day | None = None
    policy_version: int


class BehaviourActionDone(Event):
    """What a behaviour class called for was done; ``outcome`` is what came of it."""

    TYPE: ClassVar[str] = "credit.BehaviourActionDone"
    customer_id: Id
    action_id: Id
    action: BehaviourAction
    outcome: Text
    by: Text
    done_on: Day


class BehaviourActionWithdrawn(Event):
    """Nothing more is to be done: the class changed, the customer of class C was judged anew, or its account became part of another."""

    TYPE: ClassVar[str] = "credit.BehaviourActionWithdrawn"
    customer_id: Id
    action_id: Id
    action: BehaviourAction
    cause: Literal["class_changed", "judged_anew", "merged"]
    withdrawn_on: Day


class ProspectAsked(Event):
    """A person is to judge whether a customer of class C is hopeful; ``number`` 1 for the first time, more for reminders."""

    TYPE: ClassVar[str] = "credit.ProspectAsked"
    customer_id: Id
    number: int
    requested_on: Day
    answer_by: Day
    policy_version: int


class ProspectJudged(Event):
    """A person judged a customer of class C: hopeful, so that it is helped, or not, so that it is kept from becoming D."""

    TYPE: ClassVar[str] = "credit.ProspectJudged"
    customer_id: Id
    hopeful: bool
    because: Text
    judged_on: Day
    by: Text


class ProspectUnanswered(Event):
    """Nobody judged a customer of class C though reminded; the head of credit is to see to it."""

    TYPE: ClassVar[str] = "credit.ProspectUnanswered"
    customer_id: Id
    requested_on: Day
    """When it was asked for the last time."""
    unanswered_on: Day
