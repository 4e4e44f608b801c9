"""Policy ``preferences``: what recipients have switched off."""

from collections.abc import Iterable, Mapping, Sequence
from typing import ClassVar

from pydantic import Field

from chassis.domain import Refusal
from chassis.policies import Policy, PolicyPart
from contracts.notify import Channel, Recipient
from notify_svc.rules.subscriptions import Rule, RuleId, Topic


class UnknownRule(Refusal):
    """There is no rule {rule}."""

    status = 422


class Mandatory(Refusal):
    """The rule {rule} is mandatory and cannot be switched off."""

    status = 422


class Mute(PolicyPart):
    """What a recipient does not want: a rule, a topic or (both left out) everything, by some channels or all of them."""

    rule: RuleId | None = None
    topic: Topic | None = None
    channels: tuple[Channel, ...] = ()

    def applies_to(self, rule: Rule) -> bool:
        return self.rule in (None, rule.id) and self.topic in (None, rule.topic)


class PreferencePolicy(Policy):
    """What recipients have switched off: a rule id, or a rule, topic and channels. A mandatory rule notifies all the same."""

    NAME: ClassVar[str] = "preferences"
    muted: Mapping[Recipient, tuple[RuleId | Mute, ...]] = Field(default_factory=dict)

    def channels_left(self, recipient: str, rule: Rule) -> Sequence[Channel]:
        """The channels of the rule that the recipient has not switched off; all of them for a mandatory rule."""
        if rule.mandatory:
            return rule.channels
        mutes = [Mute(rule=one) if isinstance(one, str) else one for one in self.muted.get(recipient, ())]
        applying = [mute for mute in mutes if mute.applies_to(rule)]
        off = {channel for mute in applying for channel in (mute.channels or rule.channels)}
        return tuple(channel for channel in rule.channels if channel not in off)

    def is_muted(self, recipient: str, rule: Rule) -> bool:
        return not self.channels_left(recipient, rule)

    def muting(self, recipient: str, muted: tuple[RuleId | Mute, ...], rules: Iterable[Rule]) -> "PreferencePolicy":
        """The document in which exactly this is switched off for a recipient. Raises UnknownRule and Mandatory."""
        by_id = {rule.id: rule for rule in rules}
        for one in muted:
            named = one if isinstance(one, str) else one.rule
            if named is None:
                continue
            if named not in by_id:
                raise UnknownRule(rule=named)
            if by_id[named].mandatory:
                raise Mandatory(rule=named)
        everyone = {**self.muted, recipient: muted}
        return PreferencePolicy(muted={who: what for who, what in everyone.items() if what})
