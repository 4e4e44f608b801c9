"""Everything that a deployment may set, as environment variables with the prefix ``STANDING_``."""

import re
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import parse_qsl, urlsplit

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import NoDecode, SettingsConfigDict

from chassis.auth_settings import AuthSettings
from chassis.kafka_security import KafkaSettings
from chassis.personal_settings import PersonalSettings
from chassis.settings_files import FileSettings
from chassis.storage.connecting import PASSWORD_FILE, of_database

Role = Literal["http", "consume", "project", "relay", "schedule"]
_HOST = re.compile(r"(\[[0-9a-fA-F:.]+\]|[^\[\]:]*)(:[0-9]{1,5})?")
ALL_ROLES: frozenset[Role] = frozenset(("http", "consume", "project", "relay", "schedule"))


class Settings(FileSettings, KafkaSettings, AuthSettings, PersonalSettings):
    """One process of one service. Durations end in ``_s`` or ``_ms``, sizes in ``_max``; each may come from a file, ``NAME_FILE``."""

    # Named here, because of several bases the last one's counts.
    model_config = SettingsConfigDict(env_prefix="STANDING_", extra="ignore", hide_input_in_errors=True)

    postgres: SecretStr = Field(
        description="PostgreSQL server URL without a database, postgresql://user@host:port?sslmode=verify-full&sslrootcert=FILE"
    )
    postgres_password_file: Path | None = Field(
        default=None, description="file with the password of that user, read for each new connection"
    )
    kafka: str = Field(description="bootstrap servers, host:port")
    partitions: int = Field(
        default=8, ge=1, le=256, description="partitions of the log, fixed when the database is created"
    )
    host: str = "127.0.0.1"
    port: int | None = Field(default=None, description="HTTP port; the service's own by default")
    tls_cert_file: Path | None = Field(
        default=None,
        description="certificate chain in PEM: HTTP is then served by TLS, and the file read anew when it changes",
    )
    tls_key_file: Path | None = Field(
        default=None, description="the key of that certificate, in PEM without a passphrase"
    )
    proxies: Annotated[tuple[IPv4Network | IPv6Network, ...], NoDecode] = Field(
        default=(), description="addresses or networks of the proxies whose X-Forwarded-For and -Proto are believed"
    )
    roles: Annotated[frozenset[Role], NoDecode] = ALL_ROLES
    clock: Literal["wall", "simulated"] = "wall"
    instance: str = Field(default="1", description="name of this replica, unique among the replicas of a service")
    topic_prefix: str = Field(default="", description="prefix of every topic and group name, to share a cluster")
    replication: int = Field(default=1, ge=1, description="replication factor of topics that are created")
    schema_base: str = Field(
        default="urn:standing:schema",
        pattern=r"^(urn:[a-z0-9][a-z0-9-]{0,31}:|https?://)\S+$",
        description="what the names of our events' schemas begin with: a URN, or an address that serves them",
    )
    tenant: str = Field(
        default="default",
        pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$",
        description="whose data this installation holds, fixed by its first event; messages of another tenant are parked",
    )
    peers: dict[str, str] = Field(default_factory=dict, description="service name → base URL, for the feeds")
    peers_ca_file: Path | None = Field(
        default=None, description="CA that signed the certificates of the peers, where they are served by TLS"
    )
    log_level: str = "INFO"
    trace_ratio: float | None = Field(
        default=None,
        ge=0,
        le=1,
        description="part of the traces that begin here which is recorded, where OTEL_EXPORTER_OTLP_ENDPOINT is set; all without it",
    )

    batch_max: int = Field(default=500, ge=1, description="messages or events taken at once")
    group_commit_max: int = Field(default=1000, ge=1, description="commands in one transaction")
    waiting_max: int = Field(default=5000, ge=1, description="commands waiting for the executor before 429 is answered")
    http_requests_max: int = Field(
        default=100,
        ge=1,
        description="HTTP requests in progress at once before 429 is answered; bounds the response time",
    )
    http_rate_per_s: float = Field(
        default=200.0,
        ge=1,
        description="questions and writes of one caller in a second, and twice as many at once, before 429 is answered",
    )
    http_waiting_max: int = Field(
        default=100, ge=1, description="reads that wait for a write to be visible; they take no place of the others"
    )
    http_operators_max: int = Field(default=20, ge=1, description="requests to /v1/admin in progress at once")
    http_feed_max: int = Field(default=100, ge=1, description="requests to /v1/log in progress at once")
    http_body_bytes_max: int = Field(default=1_000_000, ge=1, description="a larger body is refused with 413 unread")
    http_bodies_bytes_max: int = Field(
        default=64_000_000, ge=1, description="bodies of all requests together; beyond it 429 is answered"
    )
    http_body_s: float = Field(default=20.0, gt=0, description="a body that takes longer to arrive is refused with 408")
    question_s: float = Field(
        default=30.0, gt=0, description="a question that takes the database longer is ended and answered 503"
    )
    replay_s: float = Field(
        default=120.0,
        gt=0,
        description="a report as of an earlier instant that reads the log for longer is ended and answered 503",
    )
    idempotency_days: int = Field(
        default=30, ge=1, description="how long the answer to an HTTP request with an Idempotency-Key is given again"
    )
    event_bytes_max: int = Field(
        default=900_000, description="size of an event with its headers and key; Kafka refuses more than 1 MB"
    )
    consumer_session_s: float = Field(
        default=45,
        ge=6,
        description="a replica silent for this long loses its partitions; the broker sets the minimum",
    )
    fetch_wait_ms: int = Field(
        default=500, ge=1, description="how long the broker may hold a fetch that finds no messages"
    )
    follow_poll_s: float = Field(default=1.0, description="how often followers poll when no NOTIFY wakes them")
    publish_timeout_s: float = Field(default=30.0, description="how long the broker may take to acknowledge")
    message_bytes_max: int = Field(
        default=1_000_000, description="a larger message from another system is parked unread"
    )
    parked_max: int = Field(
        default=100_000,
        ge=1,
        description="messages that may be parked at once; beyond it consumers wait instead of parking more",
    )
    parked_alarm: int = Field(default=100, ge=1, description="this many parked messages raise a warning")
    parked_alarm_age_s: float = Field(
        default=86_400.0, gt=0, description="a message parked for longer raises a warning"
    )
    set_aside_max: int = Field(
        default=100,
        ge=0,
        description="events that a read model may go on without, undecided, before it stands still instead",
    )
    write_stalled_after_s: float = Field(
        default=90.0,
        gt=0,
        description="no write ended for this long although some wait: the process is not alive any more",
    )
    stuck_after_s: float = Field(default=30.0, description="lag without progress for this long is unhealthy")

    @field_validator("roles", mode="before")
    @classmethod
    def _split_roles(cls, value: object) -> object:
        return frozenset(part.strip() for part in value.split(",")) if isinstance(value, str) else value

    @field_validator(
        "postgres_password_file", "tls_cert_file", "tls_key_file", "peers_ca_file", "wrapping_keys_file", mode="before"
    )
    @classmethod
    def _none_for_nothing(cls, value: object) -> object:
        return None if value == "" else value

    @field_validator("proxies", mode="before")
    @classmethod
    def _split_proxies(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        try:
            return [ip_network(part.strip()) for part in value.split(",") if part.strip()]
        except ValueError as error:
            raise ValueError(
                f"name addresses or networks, 10.0.0.7 or 10.0.0.0/24, separated by commas: {error}"
            ) from error

    @model_validator(mode="after")
    def _whole(self) -> "Settings":
        if (self.tls_cert_file is None) != (self.tls_key_file is None):
            raise ValueError("STANDING_TLS_CERT_FILE and STANDING_TLS_KEY_FILE belong together: set both, or none.")
        parts = urlsplit(self.postgres.get_secret_value())
        hosts = parts.netloc.rpartition("@")[2].split(",")
        if parts.scheme not in ("postgresql", "postgres") or parts.fragment or not all(map(_HOST.fullmatch, hosts)):
            raise ValueError(
                "STANDING_POSTGRES is no URL like postgresql://user@host:5432. In a password @ : / ? # % are percent-encoded, or it stands"
                " in the file that STANDING_POSTGRES_PASSWORD_FILE names."
            )
        if self.postgres_password_file and (
            parts.password or {"password", PASSWORD_FILE} & dict(parse_qsl(parts.query)).keys()
        ):
            raise ValueError(
                "STANDING_POSTGRES has a password, and STANDING_POSTGRES_PASSWORD_FILE names another: unset one of them."
            )
        return self

    def dsn(self, database: str) -> str:
        """The URL of a database of this server, for ``chassis.storage.connecting``; it may hold a password."""
        file = self.postgres_password_file
        return of_database(self.postgres.get_secret_value(), database, str(file) if file else None)
