"""What a behaviour class calls for, and what of it is open. Pure.

Source: the second rules page, "What a behaviour class asks for": strengthen A, consolidate B, help a hopeful C, guard a hopeless
one, recover what a D owes and end the relation.
"""

from dataclasses import dataclass, replace

from contracts.credit import (
    BehaviourAction,
    BehaviourActionAsked,
    BehaviourActionDone,
    BehaviourActionWithdrawn,
    BehaviourClass,
    BehaviourClassChanged,
    ProspectAsked,
    ProspectJudged,
    ProspectUnanswered,
)

ActionEvent = (
    BehaviourActionAsked
    | BehaviourActionDone
    | BehaviourActionWithdrawn
    | ProspectAsked
    | ProspectJudged
    | ProspectUnanswered
    | BehaviourClassChanged
)


@dataclass(frozen=True)
class BehaviourActions:
    """``open``: what is to be done. ``requested``: how many there were. ``hopeful``: what a person thinks of a customer of class C,
    None until somebody has judged it; ``question``: that nobody has answered yet.
    """

    open: BehaviourActionAsked | None = None
    requested: int = 0
    hopeful: bool | None = None
    question: ProspectAsked | None = None


def evolve(actions: BehaviourActions, event: ActionEvent) -> BehaviourActions:
    match event:
        case BehaviourActionAsked():
            return replace(actions, open=event, requested=actions.requested + 1)
        case BehaviourActionDone() | BehaviourActionWithdrawn():
            return replace(actions, open=None)
        case ProspectAsked():
            return replace(actions, question=event)
        case ProspectJudged(hopeful=hopeful):
            return replace(actions, hopeful=hopeful, question=None)
        case ProspectUnanswered():
            return replace(actions, question=None)
        case BehaviourClassChanged():
            return replace(actions, hopeful=None, question=None)


def action_of(behaviour: BehaviourClass, hopeful: bool | None) -> BehaviourAction | None:
    """What a class calls for; None for a customer of class C of which nobody has judged whether it is hopeful."""
    match behaviour:
        case "A":
            return "strengthen"
        case "B":
            return "consolidate"
        case "C":
            return None if hopeful is None else "help" if hopeful else "guard"
        case "D":
            return "recover_and_end"
