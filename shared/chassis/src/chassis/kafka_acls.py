"""The rules (ACLs) that a service needs of its Kafka, from its declaration: no more than it uses."""

import shlex
from typing import Literal, NamedTuple

from chassis.service import Service


class Acl(NamedTuple):
    """Who may do this to a topic or a group of exactly this name. ``Read`` and ``Write`` let one describe a topic as well."""

    kind: Literal["topic", "group"]
    name: str
    operation: Literal["Read", "Write", "Create", "Describe", "Delete"]


def acls_of(service: Service, prefix: str = "", creates: bool = True) -> tuple[Acl, ...]:
    """What a service does: it writes its own topic and looks at its end, and reads those of its sources as one group.

    ``creates``: whether it may make topics that are missing; without it somebody else has made all of them.
    """
    own = prefix + service.topic
    sources = sorted({prefix + source.topic for source in service.sources})
    found = [Acl("topic", own, "Write"), Acl("topic", own, "Read")]
    found += [Acl("topic", topic, "Read") for topic in sources if topic != own]
    if sources:
        found.append(Acl("group", prefix + service.name, "Read"))
    if creates:
        found += [Acl("topic", topic, "Create") for topic in dict.fromkeys((own, *sources))]
    return tuple(found)


def command(principal: str, acl: Acl) -> str:
    """The arguments of Kafka's own ``kafka-acls`` that add a rule."""
    return shlex.join([
        "kafka-acls", "--add", "--allow-principal", principal, "--operation", acl.operation, f"--{acl.kind}", acl.name,
    ])  # fmt: skip
