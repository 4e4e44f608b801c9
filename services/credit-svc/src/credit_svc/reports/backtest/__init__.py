"""Back-tests: every account's facts and human decisions once more, day by day, under the live policies and a candidate.

What a policy decides (holds, classes, steps, cancelled lines, suggested limits) is decided anew; what people and other
systems said is kept.
"""

from chassis.backtests import Backtest
from credit_svc.policies import ClassPolicy, CollectionPolicy, CreditPolicy, LimitPolicy
from credit_svc.reports.backtest.inputs import HANDLES
from credit_svc.reports.backtest.report import CreditReplay

BACKTESTS = tuple(
    Backtest(policy=policy, handles=HANDLES, begin=CreditReplay)
    for policy in (CreditPolicy, CollectionPolicy, ClassPolicy, LimitPolicy)
)
