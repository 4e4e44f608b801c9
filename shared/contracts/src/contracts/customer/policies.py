"""The policies of customer-svc and the candidates beside them."""

from typing import ClassVar

from contracts import policy


class PolicyPublished(policy.PolicyPublished):
    """A policy of customer-svc has a new version."""

    TYPE: ClassVar[str] = "customer.PolicyPublished"


class PolicyShadowed(policy.PolicyShadowed):
    """A candidate runs beside a policy of customer-svc."""

    TYPE: ClassVar[str] = "customer.PolicyShadowed"


class PolicyShadowEnded(policy.PolicyShadowEnded):
    """A candidate beside a policy of customer-svc ended."""

    TYPE: ClassVar[str] = "customer.PolicyShadowEnded"


EVENTS = (PolicyPublished, PolicyShadowed, PolicyShadowEnded)
