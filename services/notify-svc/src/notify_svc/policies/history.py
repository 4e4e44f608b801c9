"""Policy ``history``: which events are too old to notify anyone of."""

from typing import ClassVar

from chassis.policies import Policy
from contracts.fields import Day


class HistoryPolicy(Policy):
    """What happened before ``told_from`` is history: no notice, unless the rule wants history. None: nothing is history.

    Published before the records of past years are sent in their own time, as ``standing import`` does.
    """

    NAME: ClassVar[str] = "history"
    told_from: Day | None = None
