"""How Kafka is reached: over TLS or not, as whom, and with which secret. One value, made once from the settings, for every client."""

import ssl
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from chassis.errors import UsageError
from chassis.issuer_tls import trusted
from chassis.secret_files import secret_in

if TYPE_CHECKING:
    from faststream.security import BaseSecurity

Protocol = Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"]
Mechanism = Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512", "OAUTHBEARER"]
LOOPBACK = ("localhost", "127.0.0.1", "::1")
PREFIX = "STANDING_KAFKA_"


@dataclass(frozen=True)
class KafkaSecurity:
    """The login and the certificates of one process at its Kafka. Files are read anew whenever a client is made, so that a password or
    a certificate is changed without a restart. Neither ``repr`` nor a sentence of an error shows a secret."""

    protocol: Protocol = "PLAINTEXT"
    mechanism: Mechanism | None = None
    user: str = ""
    password: SecretStr | None = None
    password_file: Path | None = None
    ca_file: Path | None = None
    cert_file: Path | None = None
    key_file: Path | None = None
    token_url: str = ""
    token_ca_file: Path | None = None
    client_id: str = ""
    client_secret_file: Path | None = None

    @staticmethod
    def of_environment(variables: Mapping[str, str]) -> "KafkaSecurity":
        """What ``environment`` of another one named."""
        named = {name.removeprefix(PREFIX).lower(): value for name, value in variables.items()}
        found: dict[str, Any] = {
            name: Path(value) if name.endswith("_file") else value for name, value in named.items()
        }
        return KafkaSecurity(**found)

    @property
    def encrypted(self) -> bool:
        return self.protocol in ("SSL", "SASL_SSL")

    @property
    def principal(self) -> str:
        """Whom Kafka's rules name, as far as that is known here."""
        return f"User:{self.user or self.client_id}" if self.user or self.client_id else "this client"

    def check(self) -> "KafkaSecurity":
        """Raises UsageError with the first thing to change: a setting that is missing or without effect, a file that cannot be read."""
        for refusal in _refusals(self):
            raise UsageError(refusal)
        self.ssl_context()
        if self._by_password:
            self._password()
        if self.client_secret_file is not None:
            secret_in(self.client_secret_file, f"{PREFIX}CLIENT_SECRET_FILE")
        trusted(self.token_ca_file, f"{PREFIX}TOKEN_CA_FILE")
        return self

    def ssl_context(self) -> ssl.SSLContext | None:
        """TLS with the broker's name checked; None without TLS. Raises UsageError for files that cannot be used."""
        if not self.encrypted:
            return None
        try:
            context = ssl.create_default_context(cafile=self.ca_file)
        except (OSError, ssl.SSLError) as error:
            raise UsageError(f"{PREFIX}CA_FILE: {self.ca_file} holds no certificates in PEM: {_why(error)}.") from error
        if self.cert_file is not None and self.key_file is not None:
            try:
                context.load_cert_chain(self.cert_file, self.key_file, password=_no_password)
            except (OSError, ssl.SSLError, ValueError) as error:
                raise UsageError(
                    f"{PREFIX}CERT_FILE and {PREFIX}KEY_FILE: {self.cert_file} and {self.key_file} are no certificate with its"
                    f" unencrypted key in PEM: {_why(error)}."
                ) from error
        return context

    def client_options(self) -> dict[str, Any]:
        """Arguments of an aiokafka client, besides ``bootstrap_servers``. Raises UsageError when a file is not there any more."""
        options: dict[str, Any] = {"security_protocol": self.protocol, "ssl_context": self.ssl_context()}
        if self.mechanism is not None:
            options["sasl_mechanism"] = self.mechanism
        if self._by_password:
            options |= {"sasl_plain_username": self.user, "sasl_plain_password": self._password()}
        return options | self._token_options()

    def faststream_options(self) -> dict[str, Any]:
        """Arguments of a FastStream broker, which the AsyncAPI document gets its security schemes from as well."""
        return {"security": self._faststream(), **self._token_options()}

    def schemes(self) -> dict[str, dict[str, Any]]:
        """The security schemes of AsyncAPI, by name; none without a login."""
        if self.protocol == "SSL" and self.cert_file is not None:
            return {"x509": {"type": "X509"}}
        found: dict[str, dict[str, Any]] = {
            name: dict(scheme) for name, scheme in self._faststream(with_secrets=False).get_schema().items()
        }
        for scheme in found.values():
            if scheme["type"] == "oauth2":
                scheme["flows"] = {"clientCredentials": {"tokenUrl": self.token_url, "availableScopes": {}}}
        return found

    def librdkafka_options(self) -> dict[str, str]:
        """Settings of a client that stands on librdkafka, besides ``bootstrap.servers``."""
        files = {
            "ssl.ca.location": self.ca_file, "ssl.certificate.location": self.cert_file, "ssl.key.location": self.key_file,
        }  # fmt: skip
        options = {"security.protocol": self.protocol, **{name: str(file) for name, file in files.items() if file}}
        if self.mechanism is not None:
            options["sasl.mechanism"] = self.mechanism
        if self._by_password:
            options |= {"sasl.username": self.user, "sasl.password": self._password()}
        if self.mechanism == "OAUTHBEARER" and self.client_secret_file is not None:
            options |= {
                "sasl.oauthbearer.method": "oidc",
                "sasl.oauthbearer.token.endpoint.url": self.token_url,
                "sasl.oauthbearer.client.id": self.client_id,
                "sasl.oauthbearer.client.secret": secret_in(self.client_secret_file, f"{PREFIX}CLIENT_SECRET_FILE"),
                **({"https.ca.location": str(self.token_ca_file)} if self.token_ca_file else {}),
            }
        return options

    def environment(self) -> dict[str, str]:
        """The settings that make this value in another process, as variables; a password that is in no file is not among them."""
        named = {name: getattr(self, name) for name in self.__dataclass_fields__ if name != "password"}
        return {f"{PREFIX}{name.upper()}": str(value) for name, value in named.items() if value}

    @property
    def _by_password(self) -> bool:
        return self.mechanism in ("PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512")

    def _password(self) -> str:
        if self.password_file is not None:
            return secret_in(self.password_file, f"{PREFIX}PASSWORD_FILE")
        return self.password.get_secret_value() if self.password is not None else ""

    def _token_options(self) -> dict[str, Any]:
        if self.mechanism != "OAUTHBEARER" or self.client_secret_file is None:
            return {}
        from chassis.kafka_tokens import KafkaTokens

        tokens = KafkaTokens(self.token_url, self.client_id, self.client_secret_file, self.token_ca_file)
        return {"sasl_oauth_token_provider": tokens}

    def _faststream(self, with_secrets: bool = True) -> "BaseSecurity":
        # Here, because the command line has a use for this module and none for FastStream.
        from faststream import security as schemes

        context = self.ssl_context() if with_secrets else None
        if self._by_password:
            password = self._password() if with_secrets else ""
            by_password = {
                "PLAIN": schemes.SASLPlaintext, "SCRAM-SHA-256": schemes.SASLScram256, "SCRAM-SHA-512": schemes.SASLScram512,
            }  # fmt: skip
            return by_password[str(self.mechanism)](self.user, password, ssl_context=context)
        if self.mechanism == "OAUTHBEARER":
            return schemes.SASLOAuthBearer(ssl_context=context)
        return schemes.BaseSecurity(ssl_context=context)


PLAINTEXT = KafkaSecurity()
"""No TLS and no login: a broker on this machine."""


class KafkaSettings(BaseSettings):
    """The variables that say how Kafka is reached; each file is named by its path."""

    model_config = SettingsConfigDict(env_prefix="STANDING_", extra="ignore", hide_input_in_errors=True)

    kafka_protocol: Protocol = Field(
        default="PLAINTEXT", description="with SSL or SASL_SSL Kafka is spoken to over TLS"
    )
    kafka_mechanism: Mechanism | None = Field(default=None, description="the login, for SASL_SSL and SASL_PLAINTEXT")
    kafka_user: str = Field(default="", description="for PLAIN and SCRAM")
    kafka_password: SecretStr | None = Field(default=None, description="instead of a file; fixed until the next start")
    kafka_password_file: Path | None = Field(default=None, description="read anew for every connection that is made")
    kafka_ca_file: Path | None = Field(
        default=None, description="PEM of the CA that signs the brokers' certificates; those of the system by default"
    )
    kafka_cert_file: Path | None = Field(default=None, description="PEM of our certificate, where the broker wants one")
    kafka_key_file: Path | None = Field(default=None, description="PEM of its key")
    kafka_token_url: str = Field(default="", description="where OAUTHBEARER gets its tokens, by client credentials")
    kafka_token_ca_file: Path | None = Field(
        default=None, description="PEM of the CA that signed the certificate there; the well-known ones by default"
    )
    kafka_client_id: str = Field(default="", description="for OAUTHBEARER")
    kafka_client_secret_file: Path | None = Field(default=None, description="for OAUTHBEARER")

    @field_validator("*", mode="before")
    @classmethod
    def _default_for_nothing(cls, value: object, info: ValidationInfo) -> object:
        """An empty variable is none: compose passes on those that nobody has set."""
        name = str(info.field_name)
        return cls.model_fields[name].default if value == "" and name.startswith("kafka_") else value

    @property
    def kafka_security(self) -> KafkaSecurity:
        """Not checked yet: see ``KafkaSecurity.check``."""
        names = KafkaSecurity.__dataclass_fields__
        return KafkaSecurity(**{name: getattr(self, f"kafka_{name}") for name in names})


def _refusals(security: KafkaSecurity) -> Iterator[str]:
    """What contradicts itself or is missing, one sentence each."""
    login = security.protocol.startswith("SASL_")
    given = {name for name in security.__dataclass_fields__ if getattr(security, name)} - {"protocol"}
    for_tls = {"ca_file", "cert_file", "key_file"}
    for name in sorted(given):
        if name in for_tls and not security.encrypted:
            yield _without_effect(name, security.protocol, "SSL or SASL_SSL")
        if name not in for_tls and not login:
            yield _without_effect(name, security.protocol, "SASL_SSL")
    for name in sorted(for_tls & given):
        if not getattr(security, name).is_file():
            yield f"{PREFIX}{name.upper()}: there is no file {getattr(security, name)}."
    if (security.cert_file is None) != (security.key_file is None):
        yield f"{PREFIX}CERT_FILE and {PREFIX}KEY_FILE belong together; one of them is missing."
    if login and security.mechanism is None:
        yield (
            f"{PREFIX}PROTOCOL is {security.protocol}, which needs a login: name it in {PREFIX}MECHANISM"
            f" ({', '.join(get_args(Mechanism))})."
        )
    yield from (
        _of_the_token(security, given) if security.mechanism == "OAUTHBEARER" else _of_the_password(security, given)
    )


def _of_the_password(security: KafkaSecurity, given: set[str]) -> Iterator[str]:
    for name in sorted(given & {"token_url", "token_ca_file", "client_id", "client_secret_file"}):
        yield f"{PREFIX}{name.upper()} has no effect with {PREFIX}MECHANISM {security.mechanism}; it is for OAUTHBEARER."
    if security.mechanism is None:
        return
    if not security.user:
        yield f"{PREFIX}MECHANISM is {security.mechanism}, which needs a user: name it in {PREFIX}USER."
    if not given & {"password", "password_file"}:
        yield f"{PREFIX}USER is {security.user!r} without a password: put it into a file and name that in {PREFIX}PASSWORD_FILE."
    if {"password", "password_file"} <= given:
        yield f"{PREFIX}PASSWORD and {PREFIX}PASSWORD_FILE are both set; leave one of them out."


def _of_the_token(security: KafkaSecurity, given: set[str]) -> Iterator[str]:
    for name in ("token_url", "client_id", "client_secret_file"):
        if name not in given:
            yield f"{PREFIX}MECHANISM is OAUTHBEARER, which needs {PREFIX}{name.upper()}."
    for name in sorted(given & {"user", "password", "password_file"}):
        yield f"{PREFIX}{name.upper()} has no effect with OAUTHBEARER, which has {PREFIX}CLIENT_ID."
    address = urlsplit(security.token_url)
    if address.scheme != "https" and not (address.scheme == "http" and address.hostname in LOOPBACK):
        yield f"{PREFIX}TOKEN_URL must begin with https://, because the client's secret is sent there."


def _without_effect(name: str, protocol: str, better: str) -> str:
    return f"{PREFIX}{name.upper()} has no effect while {PREFIX}PROTOCOL is {protocol}; it is for {better}."


def _no_password() -> str:
    raise ValueError("the key is encrypted")  # else OpenSSL asks at the terminal


def _why(error: Exception) -> str:
    return str(getattr(error, "strerror", None) or getattr(error, "reason", None) or error)
