"""Who pursues a case that our own letters did not settle: an agency, an arbitral tribunal, a court. Pure.

Source: the rules page: four ways in order, self, delegated (9 steps), arbitration (4, needs a clause), litigation (4).
"""

from typing import get_args

from contracts.credit import Route
from credit_svc.collection.case import Case
from credit_svc.policies.collection import CollectionPolicy, Stage

ORDER: tuple[Route, ...] = get_args(Route)


def next_stages(case: Case, way: Route, policy: CollectionPolicy) -> tuple[Stage, ...]:
    """The stages that a case may reach next on a way; none of one that lies before its own, as no case goes back."""
    stages = policy.ways[way]
    if case.way is not None and ORDER.index(way) < ORDER.index(case.way):
        return ()
    if case.way != way or not case.stages:
        return stages[:1]
    names = [stage.name for stage in stages]
    if case.stages[-1] not in names:  # the policy changed under the case
        return stages
    at = names.index(case.stages[-1])
    return (*((stages[at],) if stages[at].repeats else ()), *stages[at + 1 : at + 2])
