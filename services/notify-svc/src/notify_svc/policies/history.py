"""Policy ``history``: which events are too old to notify anyone of."""

from datetime import date
from typing import ClassVar

from chassis.policies import Policy


class HistoryPolicy(Policy):
    """What happened before ``told_from`` is history: no notice, unless the rule wants history. None: nothing is history.

    Published before the records of past years are sent in their own time, as ``standing import`` does.
    """

    NAME: ClassVar[str] = "history"
    told_from: date | None = None
