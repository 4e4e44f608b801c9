"""One run: a population in, its commands out. Pure.

The order of the commands makes a crash harmless: the start fixes the cut points, the completion comes last. A run that
is taken up again goes on with the cut points and the policy version of its start, and a customer answers a repeat with
nothing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from contracts.customer import CutPoint
from customer_svc.customer import TierCustomer
from customer_svc.policies import PyramidShares
from customer_svc.pyramid import cut_points, deserved_tier, ranks
from customer_svc.tiering import CompleteTiering, StartTiering, tiering_id
from customer_svc.value import CustomerValue


@dataclass(frozen=True, slots=True)
class Run:
    """A run that is due. ``begun`` is what its start fixed, when it was interrupted after that."""

    currency: str
    as_of: date
    begun: tuple[CutPoint, ...] | None = None


def commands_of(
    run: Run, population: Iterable[CustomerValue], shares: PyramidShares, policy_version: int
) -> Sequence[StartTiering | TierCustomer | CompleteTiering]:
    """Start, one decision a customer, completion; the same for the same population in any order."""
    ordered = sorted(population, key=lambda value: (-value.amount, value.customer_id))
    amounts = [value.amount for value in ordered]
    cuts = cut_points(amounts, shares) if run.begun is None else run.begun
    return [
        StartTiering(run.currency, run.as_of, len(ordered), cuts, policy_version),
        *(
            TierCustomer(
                tiering_id=tiering_id(run.as_of, run.currency),
                as_of=run.as_of,
                currency=run.currency,
                value=value,
                deserved=deserved_tier(value.amount, cuts),
                rank=rank,
                population=len(ordered),
                policy_version=policy_version,
            )
            for value, rank in zip(ordered, ranks(amounts), strict=True)
        ),
        CompleteTiering(run.currency, run.as_of),
    ]
