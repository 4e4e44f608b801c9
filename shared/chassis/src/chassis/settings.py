"""Everything that a deployment may set, as environment variables with the prefix ``STANDING_``."""

from typing import Annotated, Literal

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

Role = Literal["http", "consume", "project", "relay", "schedule"]
ALL_ROLES: frozenset[Role] = frozenset(("http", "consume", "project", "relay", "schedule"))


class Settings(BaseSettings):
    """One process of one service. Durations end in ``_s`` or ``_ms``, sizes in ``_max``."""

    model_config = SettingsConfigDict(env_prefix="STANDING_", extra="ignore")

    postgres: str = Field(description="PostgreSQL server URL without a database, postgresql://user@host:port")
    kafka: str = Field(description="bootstrap servers, host:port")
    partitions: int = Field(
        default=8, ge=1, le=256, description="partitions of the log, fixed when the database is created"
    )
    host: str = "127.0.0.1"
    port: int | None = Field(default=None, description="HTTP port; the service's own by default")
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
    peers: dict[str, str] = Field(default_factory=dict, description="service name → base URL, for the feeds")
    log_level: str = "INFO"

    batch_max: int = Field(default=500, ge=1, description="messages or events taken at once")
    group_commit_max: int = Field(default=1000, ge=1, description="commands in one transaction")
    waiting_max: int = Field(default=5000, ge=1, description="commands waiting for the executor before 429 is answered")
    http_requests_max: int = Field(
        default=100,
        ge=1,
        description="HTTP requests in progress at once before 429 is answered; bounds the response time",
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

    def dsn(self, database: str) -> str:
        server, _, query = self.postgres.partition("?")
        return f"{server.rstrip('/')}/{database}" + (f"?{query}" if query else "")
