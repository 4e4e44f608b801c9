"""Apache Kafka as an enterprise runs it: TLS, a login by SCRAM, and rules (ACLs) that let nobody do what they do not name.

Clients log in at SASL_SSL. The broker speaks with itself, and its administrator with it, over TLS with certificates on both sides, at
ports of their own; so no password has to be known before the first start.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient

from chassis.kafka_acls import Acl
from chassis.kafka_security import KafkaSecurity
from standing_parts.apache_kafka import ApacheKafka, server_properties
from standing_parts.kafka_secrets import ADMINISTRATOR, BROKER, COMPLETE, make_certificates
from standing_parts.kafka_users import KafkaUsers, administrator_at
from standing_parts.part import locked
from standing_parts.ports import free_port
from standing_parts.secret_folder import make_password

ADDRESS = "127.0.0.1"
LOGIN = "org.apache.kafka.common.security"


class SecuredKafka(ApacheKafka):
    """One node; certificates and passwords are in `folder`/secrets, each readable by its owner only.

    `unsigned_tokens`: it also takes tokens of OAUTHBEARER that nobody has signed. For tests of how a token expires, and never for data.
    """

    def __init__(self, folder: Path, jars: Path, unsigned_tokens: bool = False) -> None:
        super().__init__(folder, jars)
        self._secrets = folder / "secrets"
        self._secrets.mkdir(mode=0o700, exist_ok=True)
        self._unsigned_tokens = unsigned_tokens
        with locked(folder):
            self._inner_port = free_port(folder / "inner-port")
        self._as_administrator = KafkaUsers(self._admin)
        self._users: set[str] = set()
        self._rules: set[tuple[str, Acl]] = set()
        self.ca_file = self._secrets / "ca.pem"
        if not (self._secrets / COMPLETE).exists():
            make_certificates(self._secrets, (ADDRESS,))

    @property
    def administrator(self) -> KafkaSecurity:
        """May do everything, at `inner_bootstrap`."""
        return KafkaSecurity(
            "SSL", ca_file=self.ca_file, cert_file=self._secrets / f"{ADMINISTRATOR}.pem",
            key_file=self._secrets / f"{ADMINISTRATOR}.key",
        )  # fmt: skip

    @property
    def inner_bootstrap(self) -> str:
        return f"{ADDRESS}:{self._inner_port}"

    def user(self, name: str) -> KafkaSecurity:
        """A user that may nothing until it is allowed to; its password is random and in a file."""
        file = self._secrets / f"{name}.password"
        if not file.exists():
            make_password(file)
        if name not in self._users:
            self.set_password(name, file.read_text().strip())
            self._users.add(name)
        return KafkaSecurity("SASL_SSL", "SCRAM-SHA-512", user=name, password_file=file, ca_file=self.ca_file)

    def set_password(self, name: str, password: str) -> None:
        """What Kafka takes for the password of a user from now on; the file stays as it is."""
        self._as_administrator.set_password(name, password)

    def allow(self, name: str, rules: Iterable[Acl]) -> None:
        """Add rules for a user."""
        wanted = list(rules)
        self._as_administrator.allow(name, wanted)
        self._rules.update((name, rule) for rule in wanted)

    def forbid(self, name: str, rule: Acl) -> None:
        """Take a rule away again."""
        self._as_administrator.forbid(name, rule)
        self._rules.discard((name, rule))

    def start_again(self, wipe: bool) -> None:
        super().start_again(wipe)
        if wipe:  # the logins and the rules were in its data
            users, rules = self._users, self._rules
            self._users = set()
            for name in users:
                self.user(name)
            for name, rule in rules:
                self.allow(name, [rule])

    def _settings(self) -> dict[str, str]:
        inner, outer = "INNER", "SASL_SSL"
        mechanisms = "SCRAM-SHA-512,SCRAM-SHA-256" + (",OAUTHBEARER" if self._unsigned_tokens else "")
        settings = server_properties(self.port, self._controller_port, self._data) | {
            "listeners": f"{outer}://{ADDRESS}:{self.port},{inner}://{ADDRESS}:{self._inner_port}"
            f",CONTROLLER://{ADDRESS}:{self._controller_port}",
            "advertised.listeners": f"{outer}://{ADDRESS}:{self.port},{inner}://{ADDRESS}:{self._inner_port}",
            "listener.security.protocol.map": f"{outer}:SASL_SSL,{inner}:SSL,CONTROLLER:SSL",
            "inter.broker.listener.name": inner,
            "sasl.enabled.mechanisms": mechanisms,
            "ssl.keystore.type": "PEM",
            "ssl.keystore.location": str(self._secrets / f"{BROKER}.both.pem"),
            "ssl.truststore.type": "PEM",
            "ssl.truststore.location": str(self.ca_file),
            f"listener.name.{inner.lower()}.ssl.client.auth": "required",
            "listener.name.controller.ssl.client.auth": "required",
            "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
            "super.users": f"User:CN={BROKER};User:CN={ADMINISTRATOR}",
        }
        for mechanism in ("scram-sha-512", "scram-sha-256"):
            settings[f"listener.name.sasl_ssl.{mechanism}.sasl.jaas.config"] = (
                f"{LOGIN}.scram.ScramLoginModule required;"
            )
        if self._unsigned_tokens:
            settings |= {
                "listener.name.sasl_ssl.oauthbearer.sasl.jaas.config": f"{LOGIN}.oauthbearer.OAuthBearerLoginModule required"
                ' unsecuredLoginStringClaim_sub="unused";',
                # With it the broker ends the connection of a client whose token has expired.
                "listener.name.sasl_ssl.oauthbearer.connections.max.reauth.ms": "3600000",
            }
        return settings

    def _answers(self) -> bool:
        try:
            return bool(self._admin().list_topics(timeout=2.0).brokers)
        except KafkaException:
            return False

    def _admin(self) -> AdminClient:
        return administrator_at(self.inner_bootstrap, self.administrator)()
