"""The policies of supplier-svc and the candidates beside them."""

from typing import ClassVar

from contracts import policy


class PolicyPublished(policy.PolicyPublished):
    """A policy of supplier-svc has a new version."""

    TYPE: ClassVar[str] = "supplier.PolicyPublished"


class PolicyShadowed(policy.PolicyShadowed):
    """A candidate runs beside a policy of supplier-svc."""

    TYPE: ClassVar[str] = "supplier.PolicyShadowed"


class PolicyShadowEnded(policy.PolicyShadowEnded):
    """A candidate beside a policy of supplier-svc ended."""

    TYPE: ClassVar[str] = "supplier.PolicyShadowEnded"
