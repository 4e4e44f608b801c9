"""Settings of personal data: the keys under which the keys of persons stand in the database."""

from pathlib import Path

from cryptography.fernet import Fernet
from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from chassis.errors import UsageError
from chassis.secret_files import secret_in

KEYS, FILE = "STANDING_WRAPPING_KEYS", "STANDING_WRAPPING_KEYS_FILE"
NO_KEY = (
    f"This service holds personal data, and nothing to seal it with: set {FILE} to a file with a Fernet key, 32 bytes in"
    " URL-safe base64."
)


class PersonalSettings(BaseSettings):
    """A service that holds personal data does not start without a wrapping key; others need none."""

    model_config = SettingsConfigDict(env_prefix="STANDING_", extra="ignore", hide_input_in_errors=True)

    wrapping_keys: SecretStr | None = Field(
        default=None,
        description="Fernet keys that wrap the keys of persons, separated by commas: the first wraps, any of them unwraps;"
        " a new one goes in front, and the old one may go after the next start",
    )
    wrapping_keys_file: Path | None = Field(default=None, description="file with these keys in its first line")

    def wrapping(self) -> list[str]:
        """The keys, the newest first. Raises UsageError, which never says what a key is."""
        given = self.wrapping_keys.get_secret_value() if self.wrapping_keys else ""
        if self.wrapping_keys_file is not None:
            if given:
                raise UsageError(f"{KEYS} and {FILE} are both set: unset one of them.")
            given = secret_in(self.wrapping_keys_file, FILE)
        keys = [part.strip() for part in given.split(",") if part.strip()]
        if not keys:
            raise UsageError(NO_KEY)
        for key in keys:
            try:
                Fernet(key)
            except ValueError as error:
                raise UsageError(
                    f"{KEYS}: each key is 32 bytes in URL-safe base64, as Fernet.generate_key() makes them."
                ) from error
        return keys
