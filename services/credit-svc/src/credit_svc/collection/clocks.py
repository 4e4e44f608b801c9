"""The terms that run in a case before a tribunal or a court: whose they are, and what ends them. Pure.

Source: the rules page, "Arbitration and litigation"; how long they are is the policy ``legal-terms``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from contracts.credit import ClockName, Procedure, Route, Whose
from credit_svc.policies.legal import Beginning

Happening = (
    Beginning
    | Literal[
        "tribunal", "hearing_and_award", "preparation", "hearing", "enforcement", "copy_received", "hearing_notified",
        "appealed", "reviewed", "way_begins",
    ]
)  # fmt: skip
"""What a term begins or ends with."""

STAGES: tuple[Happening, ...] = (
    "application", "tribunal", "hearing_and_award", "enforcement", "filing", "preparation", "hearing",
)  # fmt: skip
"""The stages that begin or end a term."""

BACKWARDS: ClockName = "hearing_notice"
"""Counted back from its day: the hearing."""


@dataclass(frozen=True, slots=True)
class ClockKind:
    """``way``: the one that it belongs to, None: to both. ``waits_for``: what ends it before its last day."""

    whose: Whose
    waits_for: tuple[Happening, ...]
    way: Route | None = None


CLOCKS: Mapping[ClockName, ClockKind] = {
    "arbitration_acceptance": ClockKind("court", ("accepted", "tribunal", "hearing_and_award"), "arbitration"),
    "set_aside": ClockKind("theirs", ("set_aside_requested", "reviewed"), "arbitration"),
    "set_aside_decision": ClockKind("court", ("reviewed",), "arbitration"),
    "suit_acceptance": ClockKind("court", ("accepted", "preparation", "hearing"), "litigation"),
    "service": ClockKind("court", ("served", "hearing"), "litigation"),
    "answer": ClockKind("theirs", ("answered", "hearing"), "litigation"),
    "copy": ClockKind("court", ("copy_received", "hearing"), "litigation"),
    "hearing_notice": ClockKind("court", ("hearing_notified", "hearing"), "litigation"),
    "trial_ordinary": ClockKind("court", ("judgment_served", "trial_extended"), "litigation"),
    "trial_extension": ClockKind("court", ("judgment_served",), "litigation"),
    "trial_simplified": ClockKind("court", ("judgment_served",), "litigation"),
    "trial_second_instance": ClockKind("court", ("judgment_served",), "litigation"),
    "appeal": ClockKind("theirs", ("appealed",), "litigation"),
    "enforcement": ClockKind("ours", ("enforcement",)),
}
"""Those of a case; the limitation is each invoice's own. Of ``set_aside`` and ``appeal`` it is ours where we did not get all."""

TRIALS: Mapping[Procedure, ClockName] = {
    "ordinary": "trial_ordinary",
    "simplified": "trial_simplified",
    "second_instance": "trial_second_instance",
}


def belongs(clock: ClockName, way: Route | None, procedure: Procedure) -> bool:
    """Whether a term runs in a case on a way that is tried by a procedure; what is served is so in the first instance."""
    kind = CLOCKS.get(clock)
    if kind is None or kind.way not in (None, way):
        return False
    if clock in TRIALS.values():
        return clock == TRIALS[procedure]
    return clock != "service" or procedure != "second_instance"
