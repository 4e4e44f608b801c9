"""Secrets that stand in files, each in the first line of its own: read when they are needed, so that they can be changed meanwhile."""

from pathlib import Path

from chassis.errors import UsageError


def secret_in(file: Path, setting: str) -> str:
    """The first line of a file. Raises UsageError, which names the setting and never what the file holds."""
    try:
        secret = file.read_text(encoding="utf-8").partition("\n")[0].rstrip("\r")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not text"
        raise UsageError(f"{setting}: {file} cannot be read: {why}.") from error
    if not secret:
        raise UsageError(f"{setting}: {file} is empty; it holds the secret in its first line.")
    return secret
