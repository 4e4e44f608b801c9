"""Policy ``subscriptions``: who is notified of what."""

from typing import ClassVar, Self

from pydantic import model_validator

from chassis.policies import Policy
from notify_svc.rules.defaults import DEFAULT_RULES
from notify_svc.rules.subscriptions import Rule, RuleId, Topic


class SubscriptionPolicy(Policy):
    """Who is notified of what; the rules are evaluated in this order."""

    NAME: ClassVar[str] = "subscriptions"
    rules: tuple[Rule, ...] = DEFAULT_RULES

    @model_validator(mode="after")
    def _each_rule_has_its_own_id(self) -> Self:
        ids = [rule.id for rule in self.rules]
        twice = sorted({one for one in ids if ids.count(one) > 1})
        if twice:
            raise ValueError(f"more than one rule is called {', '.join(twice)}")
        return self

    def mandatory(self) -> tuple[RuleId, ...]:
        """The rules that no recipient can switch off."""
        return tuple(rule.id for rule in self.rules if rule.mandatory)

    def topics(self) -> tuple[Topic, ...]:
        return tuple(sorted({rule.topic for rule in self.rules}))
