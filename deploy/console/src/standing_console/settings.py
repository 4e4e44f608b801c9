"""What a console is given: where the services and the issuer are, as which program it signs people in, and its own address."""

import ssl
from pathlib import Path
from typing import Annotated, Self
from urllib.parse import urlsplit

from pydantic import AliasChoices, Field, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

PORT = 8100


def _named(*names: str) -> AliasChoices:
    return AliasChoices(*names)


class ConsoleSettings(BaseSettings):
    """Read from the environment: ``STANDING_CONSOLE_…``, and ``STANDING_AUTH_ISSUER`` and ``STANDING_PEERS`` as every service has them."""

    model_config = SettingsConfigDict(env_prefix="STANDING_CONSOLE_", populate_by_name=True, env_ignore_empty=True)

    auth_issuer: str = Field(validation_alias=_named("STANDING_AUTH_ISSUER", "auth_issuer"))
    auth_ca_file: Path | None = Field(default=None, validation_alias=_named("STANDING_AUTH_CA_FILE", "auth_ca_file"))
    """The CA that signed the issuer's certificate, and those of the services; the well-known ones without it."""
    peers: dict[str, str] = Field(validation_alias=_named("STANDING_PEERS", "peers"), min_length=1)
    """Service → its address, in the order in which they are shown."""
    host: str = Field(default="127.0.0.1", validation_alias=_named("STANDING_CONSOLE_HOST", "STANDING_HOST", "host"))
    port: int = Field(default=PORT, ge=1, le=65_535)
    url: str = ""
    """The address in the browser, ``https://console.example``; that of this machine without it."""
    client_id: str = "console"
    client_secret_file: Path | None = None
    """The first line is the secret; without a file the client is a public one."""
    scope: Annotated[tuple[str, ...], NoDecode] = ("openid", "profile")
    traces: str = ""
    """The address of a trace in the viewer, with ``{trace_id}`` in it, and ``{span_id}`` where the viewer takes one; without it
    no page leads there."""
    session_s: float = Field(default=8 * 3600, gt=0)
    """How long a session lasts without a request, in seconds."""

    @model_validator(mode="before")
    @classmethod
    def _split_scope(cls, given: dict[str, object]) -> dict[str, object]:
        scope = given.get("scope")
        return {**given, "scope": tuple(scope.split())} if isinstance(scope, str) else given

    @model_validator(mode="after")
    def _whole_address(self) -> Self:
        if not self.url:
            self.url = f"http://127.0.0.1:{self.port}"
        self.url = self.url.rstrip("/")
        parts = urlsplit(self.url)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.path or parts.query:
            raise ValueError(f"{self.url!r} is no address of a console; write https://console.example")
        if parts.scheme == "http" and parts.hostname not in ("127.0.0.1", "localhost"):
            raise ValueError("outside of this machine a console is reached by https: its cookies go nowhere else")
        if self.traces and (urlsplit(self.traces).scheme not in ("http", "https") or "{trace_id}" not in self.traces):
            raise ValueError(
                f"{self.traces!r} is no address of a trace; write https://traces.example/trace/{{trace_id}}"
            )
        return self

    def trace(self, trace_id: str, span_id: str) -> str:
        """Where the viewer shows a trace; empty where there is no viewer."""
        return self.traces.replace("{trace_id}", trace_id).replace("{span_id}", span_id)

    @property
    def secret(self) -> str | None:
        """Read anew for each sign-in, so that it can be changed without a restart. Raises OSError."""
        if self.client_secret_file is None:
            return None
        return self.client_secret_file.read_text(encoding="utf-8").splitlines()[0].strip()

    @property
    def tls(self) -> ssl.SSLContext:
        """Raises OSError and ssl.SSLError for a file that is no CA."""
        return ssl.create_default_context(cafile=self.auth_ca_file)

    @property
    def callback(self) -> str:
        return f"{self.url}/callback"
