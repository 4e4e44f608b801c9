"""The policies of credit-svc and the candidates beside them."""

from typing import ClassVar

from contracts import policy


class PolicyPublished(policy.PolicyPublished):
    """A policy of credit-svc has a new version."""

    TYPE: ClassVar[str] = "credit.PolicyPublished"


class PolicyShadowed(policy.PolicyShadowed):
    """A candidate runs beside a policy of credit-svc."""

    TYPE: ClassVar[str] = "credit.PolicyShadowed"


class PolicyShadowEnded(policy.PolicyShadowEnded):
    """A candidate beside a policy of credit-svc ended."""

    TYPE: ClassVar[str] = "credit.PolicyShadowEnded"
