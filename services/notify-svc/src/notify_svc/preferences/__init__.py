"""The preferences of one recipient, stream ``policy-preferences/{recipient}``: what it has switched off, change after change.

They are entries of the policy ``preferences``. Where a recipient has none, the document of that policy holds, in which preferences
were published before.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from chassis.domain import Decider, Refusal
from chassis.policies import PolicyBook
from contracts.envelope import Event
from contracts.fields import flaw_of_id
from contracts.notify import PreferencesChanged
from notify_svc.policies.preferences import Mutes, PreferencePolicy
from notify_svc.policies.subscriptions import SubscriptionPolicy


class UnknownRule(Refusal):
    """There is no rule {rule}."""

    status = 422


class UnfitRecipient(Refusal):
    """A recipient {recipient!r} {flaw}; write it as everybody else does."""

    status = 422


class Mandatory(Refusal):
    """The rule {rule} is mandatory and cannot be switched off."""

    status = 422


@dataclass(frozen=True, slots=True)
class Preferences:
    """After a number of changes; ``muted`` is None before the first."""

    changes: int = 0
    muted: Mutes | None = None


@dataclass(frozen=True, slots=True)
class ChangePreferences:
    """From the day ``on`` exactly this is switched off for the recipient."""

    recipient: str
    muted: Mutes
    on: date


def decide(command: ChangePreferences, preferences: Preferences, policies: PolicyBook) -> Sequence[Event]:
    """Refused for a rule that is mandatory or unknown (a topic leaves its mandatory rules on), and for a recipient that looks like another.

    A recipient that has preferences already goes on under the name that it has.
    """
    flaw = flaw_of_id(command.recipient) or flaw_of_id(command.recipient.partition(":")[2])
    if preferences.changes == 0 and flaw:
        raise UnfitRecipient(recipient=command.recipient, flaw=flaw)
    rules = {rule.id: rule for rule in policies.at(SubscriptionPolicy, command.on).document.rules}
    for one in command.muted:
        named = one if isinstance(one, str) else one.rule
        if named is None:
            continue
        if named not in rules:
            raise UnknownRule(rule=named)
        if rules[named].mandatory:
            raise Mandatory(rule=named)
    before = preferences.muted
    if before is None:
        before = policies.at(PreferencePolicy, command.on).document.muted.get(command.recipient, ())
    if before == command.muted:
        return []
    muted: list[Any] = [one if isinstance(one, str) else one.model_dump(mode="json") for one in command.muted]
    return [
        PreferencesChanged(
            name=PreferencePolicy.NAME,
            key=command.recipient,
            entry_version=preferences.changes + 1,
            entry={"muted": muted},
        )
    ]


def evolve(preferences: Preferences, event: Event) -> Preferences:
    if isinstance(event, PreferencesChanged):
        return Preferences(event.entry_version, PreferencePolicy.entry_of(event.entry))
    return preferences


DECIDER = Decider(
    category="policy",
    commands=(ChangePreferences,),
    stream_id=lambda command: f"{PreferencePolicy.NAME}/{command.recipient}",
    initial=Preferences(),
    evolve=evolve,
    decide=decide,
)
