"""What a deployment decides: its mail server, the keys of its secrets, and which internal networks may be called."""

from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Annotated

from cryptography.fernet import Fernet
from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict


class SmtpSettings(BaseSettings):
    """NOTIFY_SMTP_HOST, NOTIFY_SMTP_PORT, NOTIFY_SMTP_FROM. Without a host notices go to the inbox only."""

    model_config = SettingsConfigDict(env_prefix="NOTIFY_SMTP_", env_ignore_empty=True, populate_by_name=True)

    host: str | None = None
    port: int = Field(default=25, ge=1, le=65_535)
    sender: str = Field(default="standing@standing.example", validation_alias="NOTIFY_SMTP_FROM")


class OutsideSettings(BaseSettings):
    """NOTIFY_SECRET_KEYS (Fernet keys, the newest first) and NOTIFY_ALLOWED_NETWORKS (CIDR), separated by commas.

    The service seals with the first key and opens with any, so a key is rotated by putting a new one in front and sealing
    all endpoints again; then the old key may be removed.
    """

    model_config = SettingsConfigDict(env_prefix="NOTIFY_", env_ignore_empty=True, extra="ignore")

    secret_keys: Annotated[tuple[SecretStr, ...], NoDecode] = ()
    allowed_networks: Annotated[tuple[IPv4Network | IPv6Network, ...], NoDecode] = ()

    @field_validator("secret_keys", mode="before")
    @classmethod
    def _split_keys(cls, value: object) -> object:
        keys = [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value
        for key in keys if isinstance(keys, list) else ():
            try:
                Fernet(key)
            except ValueError as error:
                raise ValueError(
                    "each key is 32 bytes in URL-safe base64, as Fernet.generate_key() makes them"
                ) from error
        return keys

    @field_validator("allowed_networks", mode="before")
    @classmethod
    def _split_networks(cls, value: object) -> object:
        return [ip_network(part.strip()) for part in value.split(",")] if isinstance(value, str) else value

    @property
    def keys(self) -> list[str]:
        return [key.get_secret_value() for key in self.secret_keys]
