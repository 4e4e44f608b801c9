"""What a deployment decides: its mail server, which internal networks may be called, and the keys of endpoints of before."""

import socket
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Annotated

from cryptography.fernet import Fernet
from pydantic import Field, SecretStr, field_validator
from pydantic_settings import NoDecode, SettingsConfigDict

from chassis.settings_files import FileSettings


class SmtpSettings(FileSettings):
    """NOTIFY_SMTP_HOST, NOTIFY_SMTP_PORT, NOTIFY_SMTP_FROM, NOTIFY_SMTP_HELO. Without a host notices go to the inbox only.

    NOTIFY_SMTP_HELO is the name by which this service greets the mail server (RFC 5321, 4.1.1.1); this machine's own name
    by default, as it is known here: asking a name server for the whole of it may take longer than a letter may.
    """

    model_config = SettingsConfigDict(env_prefix="NOTIFY_SMTP_", env_ignore_empty=True, populate_by_name=True)

    host: str | None = None
    port: int = Field(default=25, ge=1, le=65_535)
    sender: str = Field(default="standing@standing.example", validation_alias="NOTIFY_SMTP_FROM")
    helo: str = Field(default_factory=socket.gethostname)


class OutsideSettings(FileSettings):
    """NOTIFY_ALLOWED_NETWORKS (CIDR) and NOTIFY_SECRET_KEYS (Fernet keys), separated by commas.

    The keys open endpoints that were registered when a key of the deployment sealed them all, and are needed until each of these is
    sealed with the key of its recipient (``POST /v1/endpoints/resealings``). NOTIFY_SECRET_KEYS_FILE is read without a restart.
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
