"""Who may do what at a Kafka with rules (ACLs): each service what it needs, other systems their facts, the operator what he checks."""

from collections.abc import Iterator

from chassis.kafka_acls import Acl, acls_of, command
from contracts import erp
from standing.services import ALL
from standing_parts.kafka import OPERATOR

ERP = "erp"
"""Other systems; like OPERATOR a user beside the services, which are users by their own names."""


def rules(prefix: str = "") -> dict[str, tuple[Acl, ...]]:
    """User → rules. ``prefix`` is that of all topics and groups (STANDING_TOPIC_PREFIX)."""
    facts = [prefix + topic for topic in sorted(erp.TOPICS)]
    own = [prefix + service.topic for service in ALL]
    return {
        **{service.name: acls_of(service, prefix) for service in ALL},
        ERP: tuple(Acl("topic", topic, "Write") for topic in facts),
        # `standing verify` and `status` read; `standing forget-topics` deletes.
        OPERATOR: (
            *(Acl("topic", topic, "Read") for topic in (*own, *facts)),
            *(Acl("topic", topic, "Delete") for topic in own),
        ),
    }


def commands(prefix: str = "") -> Iterator[str]:
    """The same for Kafka's own ``kafka-acls``, to which whoever runs it adds its address and its login."""
    for user, found in rules(prefix).items():
        yield from (command(f"User:{user}", rule) for rule in found)
