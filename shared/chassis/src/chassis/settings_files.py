"""Settings from the environment, each of which may come from a file instead: ``NAME_FILE`` names the file that holds ``NAME``.

Where secrets are mounted as files, nobody finds them in the environment of a process, and they are read anew with the settings.
"""

from pathlib import Path
from typing import ClassVar

from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, EnvSettingsSource, PydanticBaseSettingsSource, SettingsConfigDict
from pydantic_settings.exceptions import SettingsError

SUFFIX = "_file"


class FileSettings(BaseSettings):
    """Settings whose values stand in the environment or in files, in no argument, and in no error about them."""

    model_config: ClassVar[SettingsConfigDict] = SettingsConfigDict(hide_input_in_errors=True)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, _Files(settings_cls), env_settings


class _Files(EnvSettingsSource):
    """What the files hold whose paths the environment names. Raises SettingsError for one that cannot be read."""

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[object, str, bool]:
        if field_name + SUFFIX in self.settings_cls.model_fields:
            return None, field_name, False  # the file is a setting of its own, which is read when it is needed
        for key, name, is_complex in self._extract_field_info(field, field_name):
            path = self.env_vars.get(name + SUFFIX)
            if path:
                return self._content(name, path), key, is_complex
        return None, field_name, False

    def _content(self, name: str, path: str) -> str:
        variable = name.upper()
        if self.env_vars.get(name):
            raise SettingsError(f"{variable} and {variable}_FILE are both set: unset one of them.")
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            why = error.strerror if isinstance(error, OSError) else "it is not text"
            raise SettingsError(f"{variable}_FILE names {path}, which cannot be read: {why}.") from error
