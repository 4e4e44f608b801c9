"""Users of a Kafka that has logins: their passwords by SCRAM, and the rules (ACLs) of what each may do."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future
from typing import Any

from confluent_kafka import KafkaException
from confluent_kafka.admin import (  # type: ignore[attr-defined, unused-ignore]
    AclBinding,
    AclBindingFilter,
    AclOperation,
    AclPermissionType,
    AdminClient,
    ResourcePatternType,
    ResourceType,
    ScramCredentialInfo,
    ScramMechanism,
    UserScramCredentialUpsertion,
)

from chassis.kafka_acls import Acl
from chassis.kafka_security import KafkaSecurity
from standing_parts.choose import one_line
from standing_parts.part import PartError

ITERATIONS = 8192
ANSWER_S = 20.0


def administrator_at(bootstrap: str, security: KafkaSecurity) -> Callable[[], AdminClient]:
    """Makes clients of an administrator at that address."""
    return lambda: AdminClient({"bootstrap.servers": bootstrap, "log_level": 0, **security.librdkafka_options()})


class KafkaUsers:
    """Changes users at a Kafka as its administrator. Raises PartError where Kafka refuses.

    `connect` makes the administrator's client.
    """

    def __init__(self, connect: Callable[[], AdminClient]) -> None:
        self._connect = connect

    def set_password(self, user: str, password: str) -> None:
        info = ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, ITERATIONS)
        change = UserScramCredentialUpsertion(user, info, password.encode())
        admin = self._connect()  # named: it ends its requests when nobody holds it
        _settle(admin.alter_user_scram_credentials([change]), f"the password of {user}")

    def allow(self, user: str, rules: Iterable[Acl]) -> None:
        """Add rules; those that are there already stay."""
        wanted = [AclBinding(*_named(user, rule)) for rule in rules]
        if wanted:
            admin = self._connect()
            _settle(admin.create_acls(wanted), f"rules for {user}")

    def forbid(self, user: str, rule: Acl) -> None:
        """Take a rule away again."""
        admin = self._connect()
        _settle(admin.delete_acls([AclBindingFilter(*_named(user, rule))]), f"rules for {user}")


def _named(user: str, rule: Acl) -> tuple[Any, ...]:
    kind, operation = ResourceType[rule.kind.upper()], AclOperation[rule.operation.upper()]
    return kind, rule.name, ResourcePatternType.LITERAL, f"User:{user}", "*", operation, AclPermissionType.ALLOW


def _settle(changes: Mapping[Any, Future[Any]], what: str) -> None:
    for change in changes.values():
        try:
            change.result(ANSWER_S)
        except KafkaException as failure:
            raise PartError(f"Kafka refuses to change {what}: {one_line(failure)}.") from failure
