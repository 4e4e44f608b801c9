"""What a scorecard calls things: states, factors, steps and answers in the words of whom it is handed to."""

import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from contracts.supplier import Grading
from supplier_svc.scoring.next_grade import next_grade

STATUS: Mapping[str, str] = {
    "unregistered": "Not registered",
    "survey": "Being surveyed",
    "quality_audit": "Before the quality audit",
    "sample_approval": "Samples being approved",
    "small_batch_trial": "Small-batch trial",
    "gates_passed": "Before approval",
    "trial": "On trial",
    "approved": "Approved",
    "suspended": "Suspended",
    "rejected": "Rejected",
    "eliminated": "Eliminated",
}
GRADE: Mapping[str, str] = {"insufficient": "too few facts"}
BASIS: Mapping[str, str] = {
    "points_per_100_lots": "points per 100 lots",
    "absolute_points": "points",
    "composite": "points of 100",
    "fuzzy": "points of 100",
}
STEP: Mapping[str, str] = {
    "team": "name the team",
    "problem": "describe the problem",
    "containment": "contain it",
    "cause": "find the cause",
    "action": "decide what is done",
    "verification": "show that it works",
    "prevention": "prevent it elsewhere",
    "closure": "close the report",
}
ANSWER: Mapping[str, str] = {
    "on_site_report": "Report on site",
    "improvement_report": "Report on improvement",
    "improvement": "Improvement",
}
FACTOR: Mapping[str, str] = {
    "critical": "critical nonconformances",
    "major": "major nonconformances",
    "minor": "minor nonconformances",
    "own_or_undetermined": "records that the supplier does not answer for, or not yet",
    "lots_received": "lots received",
    "inspections": "inspections",
}
SHOWN_MAX = 300
"""Characters of a text that is shown; a longer one ends with "(and so on)"."""


def status_note(stage: str, steps: Sequence[Mapping[str, Any]], period: str | None) -> str:
    """Why the supplier stands where it stands, and what that has to do with the grade; empty where there is nothing to add."""
    last = {step["event"]: step for step in steps}
    decided = {
        "eliminated": ("SupplierEliminated", "eliminated_on"),
        "suspended": ("SupplierSuspended", "suspended_on"),
        "rejected": ("SupplierGateFailed", "failed_on"),
        "trial": ("SupplierTrialStarted", "started_on"),
    }.get(stage)
    if stage == "unregistered":
        return "There is no onboarding file yet; it is needed for an approval."
    if decided is None or decided[0] not in last:
        return ""
    step, words = last[decided[0]], STATUS[stage]
    sentences = [f"{words} since {step[decided[1]]}."]
    if because := step.get("because"):
        sentences[0] = f"{words} since {step[decided[1]]}: {shown(because).rstrip('.')}."
    if stage == "eliminated":
        sentences.append(f"A new qualification may begin on {step['reentry_from']}.")
    if stage in ("eliminated", "suspended"):
        sentences.insert(1, "No new orders are placed.")
        if period:
            ended = "elimination" if stage == "eliminated" else "suspension"
            sentences.append(f"The grade says how {period} was delivered; it does not lift the {ended}.")
    return " ".join(sentences)


def grade_note(row: Mapping[str, Any]) -> str:
    """Why the grade in force is another than the one that the facts gave; empty where it is the same."""
    if row["moved_grade"] == row["grade"]:
        return ""
    because = (row["movement"] or {}).get("summary") or "the periods before count too"
    return f"{row['period']} was graded {row['grade']} by its facts and counts as {row['moved_grade']}: {because.rstrip('.')}."


def year_note(row: Mapping[str, Any], ceiling: str | None) -> str:
    """The grade of the latest graded year, what it limits the grade in force to, and what the next better one would have taken."""
    grading = Grading.model_validate(row["grading"], strict=False)
    if grading.grade == "insufficient":
        return f"The year {row['period']} has no grade: too few facts."
    note = f"The year {row['period']} was graded {row['moved_grade']} with {grading.score:.2f} {BASIS[grading.basis]}."
    if ceiling not in (None, "A"):
        note = f"{note} It limits the grade in force to {ceiling}."
    better = next_grade(grading, 0, 0)
    return f"{note} {better.summary}" if better else note


def factor_words(name: str) -> str:
    """``quality.accepted_lots_ratio`` → ``quality: accepted lots ratio``."""
    return FACTOR.get(name) or name.replace(".", ": ").replace("_", " ")


def threshold_words(grading: Grading) -> str:
    """``A up to 5, B up to 15, C up to 30 points per 100 lots, D above``."""
    unit = BASIS[grading.basis]
    limits = [
        f"{each.grade} up to {each.at_most:f}" if each.at_most is not None else f"{each.grade} from {each.at_least:f}"
        for each in grading.thresholds
        if each.at_most is not None or each.at_least is not None
    ]
    rest = "D above" if grading.basis in ("points_per_100_lots", "absolute_points") else "D below"
    return f"{', '.join(limits)} {unit}, {rest}" if limits else unit


def reference_words(reference: str) -> str:
    """``I-7:2`` → ``inspection I-7, defect 2``; any other reference as it is."""
    inspection, colon, number = reference.rpartition(":")
    return f"inspection {inspection}, defect {number}" if colon and number.isdigit() else reference


def shown(text: str, length: int = SHOWN_MAX) -> str:
    """A text without control and format characters, which could turn or hide what is beside it, and of a bounded length."""
    plain = "".join(
        " " if unicodedata.category(each) in ("Cc", "Zl", "Zp") else each
        for each in text
        if unicodedata.category(each) not in ("Cf", "Cs", "Co")
    )
    plain = " ".join(plain.split())
    return plain if len(plain) <= length else f"{plain[:length].rstrip()} (and so on)"
