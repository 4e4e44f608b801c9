"""One run: it takes a population, and gives the commands of the run. Pure.

The order of the commands makes a crash harmless: the start fixes the cut points, the completion comes last. A run that
is taken up again goes on with the cut points and the policy version of its start, and a customer answers a repeat with
nothing. A population comes in batches, best first, so that its size is not a matter of memory.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from contracts.customer import AbcClass, CustomerTier, CutPoint, ScoreBorders, TierFactor, ValueScores
from customer_svc.policies.tiering import TieringPolicy
from customer_svc.tiers.pyramid import Worth, bands, best_of, cut_points, deserved_tier, is_better, quintiles
from customer_svc.tiers.standing import TierCustomer, TierInShadow
from customer_svc.tiers.tiering import CompleteTiering, StartTiering, tiering_id
from customer_svc.tiers.value import CustomerValue, index_of, scores

NO_INDEX = Decimal(0)


@dataclass(frozen=True, slots=True)
class Rule:
    """A policy with what a run made of it: the borders of its tiers, and of its scores where they are quintiles."""

    policy: TieringPolicy
    version: int
    cuts: tuple[CutPoint, ...] = ()
    borders: ScoreBorders | None = None

    def worth(self, scored: ValueScores) -> Worth:
        index = index_of(scored, self.policy.weights) if self.policy.rank_by == "index" else NO_INDEX
        return Worth(index, scored.amount)

    def deserved(self, value: CustomerValue, worth: Worth) -> tuple[CustomerTier, tuple[TierFactor, ...]]:
        """The tier by worth, lifted by what the policy guarantees; the factors are what lifted it."""
        tier = deserved_tier(worth, self.cuts)
        if not value.key_account and value.box is None:
            return tier, ()  # nearly everybody
        factors = tuple(factor for factor in _guarantees(value, self.policy) if is_better(factor.tier, tier))
        return best_of((tier, *(factor.tier for factor in factors))) or tier, factors


def _guarantees(value: CustomerValue, policy: TieringPolicy) -> Iterable[TierFactor]:
    guarantees = policy.guarantees
    if value.key_account and guarantees.key_account is not None:
        yield TierFactor(name="key_account", value="key account", tier=guarantees.key_account)
    if value.box in guarantees.boxes:
        yield TierFactor(name="nine_box", value=value.box or "", tier=guarantees.boxes[value.box or ""])


@dataclass(slots=True)
class Run:
    """A run of a currency over a population of known size. It remembers the rank that it has come to."""

    currency: str
    as_of: date
    population: int
    rule: Rule
    abc: tuple[AbcClass, ...] = ()
    abc_policy_version: int | None = None
    _id: str = field(init=False)
    _place: int = field(default=0, init=False)
    _rank: int = field(default=0, init=False)
    _worth: Worth | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        self._id = tiering_id(self.as_of, self.currency)

    def start(self) -> StartTiering:
        rule = self.rule
        return StartTiering(
            self.currency,
            self.as_of,
            self.population,
            rule.cuts,
            rule.version,
            rule.borders,
            self.abc,
            self.abc_policy_version,
        )

    def complete(self) -> CompleteTiering:
        return CompleteTiering(self.currency, self.as_of)

    def decisions(self, values: Iterable[CustomerValue]) -> list[TierCustomer]:
        """The next customers of the population, best first; those of equal worth share the best of their ranks."""
        return [self._decision(value) for value in values]

    def _decision(self, value: CustomerValue) -> TierCustomer:
        scored = scores(value, self.currency, self.as_of, self.rule.policy, self.rule.borders)
        worth = self.rule.worth(scored)
        self._place += 1
        if worth != self._worth:
            self._rank, self._worth = self._place, worth
        deserved, factors = self.rule.deserved(value, worth)
        return TierCustomer(
            customer_id=value.customer_id,
            tiering_id=self._id,
            as_of=self.as_of,
            value=scored,
            index=worth.score,
            deserved=deserved,
            factors=factors,
            rank=self._rank,
            population=max(self.population, self._place),
            policy_version=self.rule.version,
        )

    def shadows(self, values: Iterable[CustomerValue]) -> list[TierInShadow]:
        """What the customers would deserve under this rule, which is a candidate's."""
        return [self._shadow(value) for value in values]

    def _shadow(self, value: CustomerValue) -> TierInShadow:
        scored = scores(value, self.currency, self.as_of, self.rule.policy, self.rule.borders)
        would, _ = self.rule.deserved(value, self.rule.worth(scored))
        return TierInShadow(
            customer_id=value.customer_id,
            tiering_id=self._id,
            as_of=self.as_of,
            currency=self.currency,
            would_deserve=would,
            shadow=self.rule.version,
        )


def ruled(
    population: Sequence[CustomerValue], currency: str, as_of: date, rule: Rule
) -> tuple[Rule, list[CustomerValue]]:
    """A rule with its borders in a population that fits into memory, and the population, best first."""
    if rule.policy.scoring == "quintiles":
        rule = replace(rule, borders=quintile_borders([value for value in population if value.orders]))
    worths = {
        value.customer_id: rule.worth(scores(value, currency, as_of, rule.policy, rule.borders)) for value in population
    }
    ordered = sorted(population, key=lambda value: value.customer_id)
    ordered.sort(key=lambda value: worths[value.customer_id], reverse=True)
    cuts = cut_points([worths[value.customer_id] for value in ordered], rule.policy.shares)
    return replace(rule, cuts=cuts), ordered


def quintile_borders(active: Sequence[CustomerValue]) -> ScoreBorders | None:
    """Where the scores of those who ordered in the window begin; None when nobody did."""
    if not active:
        return None
    recency, frequency, monetary = (quintiles(len(active)) for _ in range(3))
    for borders, values in (
        (recency, [value.last_order_on for value in active]),
        (frequency, [Decimal(value.orders) for value in active]),
        (monetary, [value.amount for value in active]),
    ):
        for worth, customers in bands(sorted(values, reverse=True)):
            borders.take(worth, customers)
    return ScoreBorders(
        recency=tuple(worth for _, worth in recency.found),
        frequency=tuple(worth for _, worth in frequency.found),
        monetary=tuple(worth for _, worth in monetary.found),
    )


def commands_of(
    currency: str, as_of: date, population: Sequence[CustomerValue], rule: Rule
) -> list[StartTiering | TierCustomer | CompleteTiering]:
    """Start, one decision a customer, completion; the same for the same population in any order."""
    found, ordered = ruled(population, currency, as_of, rule)
    run = Run(currency, as_of, len(ordered), found)
    return [run.start(), *run.decisions(ordered), run.complete()]


def tiers_of(currency: str, as_of: date, population: Sequence[CustomerValue], rule: Rule) -> dict[str, CustomerTier]:
    """Customer → the tier it deserves."""
    found, ordered = ruled(population, currency, as_of, rule)
    return {each.customer_id: each.deserved for each in Run(currency, as_of, len(ordered), found).decisions(ordered)}
