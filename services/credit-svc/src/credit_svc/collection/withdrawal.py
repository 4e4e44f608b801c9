"""Which step a case falls back to when an item that was pursued is owed no more. Pure.

Source: the rules page, "A case follows the oldest item that is still open": the current step is the highest taken that the oldest
open item deserves by its days past due, or that was taken for that item itself before its day.
"""

from collections.abc import Sequence
from datetime import date

from contracts.credit import CollectionStep
from credit_svc.collection.case import Case
from credit_svc.policies.collection import SEVERITY, Rung
from credit_svc.receivables.open_items import OpenItem


def stands(case: Case, items: Sequence[OpenItem], rungs: Sequence[Rung], on: date) -> bool:
    """Whether one of these items deserves the step that a case is at."""
    return case.current is None or any(_deserves(case, case.current, item, rungs, on) for item in items)


def step_deserved(case: Case, item: OpenItem, rungs: Sequence[Rung], on: date) -> CollectionStep | None:
    """The highest step taken, up to the current one, that an item deserves; None where it deserves none."""
    if case.current is None:
        return None
    taken = {step for step in case.steps if SEVERITY[step] <= SEVERITY[case.current]}
    deserved = [step for step in taken if _deserves(case, step, item, rungs, on)]
    return max(deserved, key=lambda step: SEVERITY[step], default=None)


def _deserves(case: Case, step: CollectionStep, item: OpenItem, rungs: Sequence[Rung], on: date) -> bool:
    if (step, item.invoice_id) in case.taken:
        return True
    reached = [rung.step for rung in rungs if rung.after_days <= (on - item.due_on).days]
    if len(reached) == len(rungs):
        return True
    return bool(reached) and SEVERITY[step] <= SEVERITY[reached[-1]]
