"""Both sides of an account in a back-test: one replica while they are the same, two from where they part until they are alike again."""

from collections.abc import Callable
from datetime import date

from chassis.backtests import Trial
from credit_svc.reports.backtest.both_policies import BothPolicies
from credit_svc.reports.backtest.inputs import Input
from credit_svc.reports.backtest.side import Replica, Tally


class Pair:
    """``live`` and ``other`` are the same object where the sides are the same."""

    def __init__(self, trial: Trial, both: BothPolicies) -> None:
        self._both = both
        self.tallies = Tally(), Tally()
        self.live = self.other = Replica(both, trial, self.tallies)

    def take(self, each: Input) -> None:
        self._go_on(lambda side: side.take(each))

    def until(self, day: date) -> None:
        self._go_on(lambda side: side.until(day))

    def _go_on(self, go_on: Callable[[Replica], None]) -> None:
        live, other = self.live, self.other
        may_join = live is other or live.state.case is not None or other.state.case is not None
        go_on(live)
        if live is other:
            if live.parted is None:
                return
            self.other, live.parted = live.parted, None
            live.policies = live.trial.live
        go_on(self.other)
        # Most of what parts two sides is a case on another ladder. Comparing costs more than a decision, so it is done once when one ends.
        if may_join and self.live.state.case is None and self.other.state.case is None:
            self._join_where_alike()

    def _join_where_alike(self) -> None:
        if self.live.is_like(self.other):
            self.live.policies, self.live.tallies = self._both, self.tallies
            self.other = self.live
