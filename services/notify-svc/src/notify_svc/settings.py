"""What a deployment decides: its mail server."""

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class SmtpSettings(BaseSettings):
    """NOTIFY_SMTP_HOST, NOTIFY_SMTP_PORT, NOTIFY_SMTP_FROM. Without a host notices go to the inbox only."""

    model_config = SettingsConfigDict(env_prefix="NOTIFY_SMTP_", env_ignore_empty=True, populate_by_name=True)

    host: str | None = None
    port: int = Field(default=25, ge=1, le=65_535)
    sender: str = Field(default="standing@standing.example", validation_alias="NOTIFY_SMTP_FROM")
