"""Files that only their owner can read, replaced whole."""

from __future__ import annotations

from pathlib import Path

from standing_parts.postgres_password import write_secret


def replace_private(path: Path, text: str) -> None:
    """Put `text` in place of what is at `path`, of mode 600; a reader meets the former or the new whole."""
    fresh = path.with_name(f"{path.name}.new")
    fresh.unlink(missing_ok=True)
    write_secret(fresh, text)
    fresh.rename(path)
