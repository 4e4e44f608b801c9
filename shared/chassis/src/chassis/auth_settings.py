"""Settings of who comes in: whose tokens are accepted, and by which credentials this process asks other services."""

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from chassis.errors import UsageError
from chassis.issuer_tls import trusted

ANYBODY = "Nobody is asked who they are (STANDING_AUTH=off): every request may do everything, in any name."
"""What a process says of itself at its start and in /readyz."""
NO_ISSUER = (
    "Set STANDING_AUTH_ISSUER to the issuer whose tokens are accepted, or STANDING_AUTH=off to ask nobody who they are."
)


class AuthSettings(BaseSettings):
    """The issuer whose tokens are accepted; without one, and without ``STANDING_AUTH=off``, a process does not start."""

    model_config = SettingsConfigDict(env_prefix="STANDING_", extra="ignore", hide_input_in_errors=True)

    auth: Literal["on", "off"] = Field(
        default="on", description="off: nobody is asked who they are; said at each start and in /readyz"
    )
    auth_issuer: str | None = Field(default=None, description="the issuer's identifier, as its tokens name it in iss")
    auth_ca_file: Path | None = Field(
        default=None, description="CA that signed the issuer's certificate; the well-known ones without it"
    )
    auth_audience: str = Field(default="standing", description="what tokens for this installation name in aud")
    auth_typ: Literal["at+jwt", "any"] = Field(
        default="at+jwt", description="any: also tokens of the type JWT, as some issuers write access tokens"
    )
    auth_roles_claim: str = Field(default="roles", description="claim that lists roles, dotted: realm_access.roles")
    auth_tenant_claim: str = Field(default="tenant", description="claim that names the tenant")
    auth_partner_claim: str = Field(
        default="partner",
        description="claim that binds a token to partners: the kind and id of one, KIND:ID, or the names of id fields, each with its ids",
    )
    auth_keys_kept_s: float = Field(
        default=86_400.0, ge=0, description="how long the issuer's last keys serve while it does not answer"
    )
    client_id: str | None = Field(default=None, description="as which client this process asks other services")
    client_scope: str | None = Field(
        default=None,
        description="scope to ask the issuer for, where it gives that client no token without: api://…/.default",
    )
    client_secret: SecretStr | None = Field(default=None, description="the secret of that client")
    client_secret_file: Path | None = Field(
        default=None, description="file with that secret, read whenever a token is fetched"
    )

    @field_validator("auth_ca_file", mode="before")
    @classmethod
    def _no_file(cls, value: object) -> object:
        return None if value == "" else value

    def issuer(self) -> str | None:
        """The issuer whose tokens count; None where nobody is to be asked. Raises UsageError where neither was said, and for a CA
        that cannot be read."""
        if self.auth == "off":
            return None
        if not self.auth_issuer:
            raise UsageError(NO_ISSUER)
        trusted(self.auth_ca_file)
        return self.auth_issuer
