"""Policy ``preferences``: what recipients have switched off."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, ClassVar

from pydantic import Field, TypeAdapter

from chassis.policies import Policy, PolicyBook, PolicyPart
from contracts.notify import Channel, Recipient
from notify_svc.rules.subscriptions import Rule, RuleId, Topic


class Mute(PolicyPart):
    """What a recipient does not want: a rule, a topic or (both left out) everything, by some channels or all of them."""

    rule: RuleId | None = None
    topic: Topic | None = None
    channels: tuple[Channel, ...] = ()

    def applies_to(self, rule: Rule) -> bool:
        return self.rule in (None, rule.id) and self.topic in (None, rule.topic)


Mutes = tuple[RuleId | Mute, ...]
_MUTES: TypeAdapter[Mutes] = TypeAdapter(Mutes)


class PreferencePolicy(Policy):
    """What recipients have switched off: a rule id, or a rule, topic and channels. A mandatory rule notifies all the same.

    The document holds for recipients who have not changed their preferences themselves; each who has is an entry of its own.
    """

    NAME: ClassVar[str] = "preferences"
    muted: Mapping[Recipient, Mutes] = Field(default_factory=dict)

    @classmethod
    def entry_of(cls, entry: Mapping[str, Any]) -> Mutes:
        return _MUTES.validate_python(entry["muted"])


def muted_by(recipient: str, policies: PolicyBook, on: date) -> Mutes:
    """What a recipient has switched off: by itself, else by the document in force on a day."""
    own: Mutes | None = policies.entry(PreferencePolicy, recipient)
    return policies.at(PreferencePolicy, on).document.muted.get(recipient, ()) if own is None else own


def channels_left(recipient: str, rule: Rule, policies: PolicyBook, on: date) -> Sequence[Channel]:
    """The channels of the rule that the recipient has not switched off; all of them for a mandatory rule."""
    if rule.mandatory:
        return rule.channels
    mutes = [Mute(rule=one) if isinstance(one, str) else one for one in muted_by(recipient, policies, on)]
    applying = [mute for mute in mutes if mute.applies_to(rule)]
    off = {channel for mute in applying for channel in (mute.channels or rule.channels)}
    return tuple(channel for channel in rule.channels if channel not in off)
