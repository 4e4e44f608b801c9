"""Versions of the policies of notify-svc, and entries of them."""

from typing import ClassVar

from contracts import policy


class PolicyPublished(policy.PolicyPublished):
    """A policy of notify-svc has a new version."""

    TYPE: ClassVar[str] = "notify.PolicyPublished"


class PreferencesChanged(policy.PolicyEntryChanged):
    """A recipient (``key``) switched off what ``entry.muted`` names and nothing else: rule ids, or rule, topic and channels."""

    TYPE: ClassVar[str] = "notify.PreferencesChanged"
