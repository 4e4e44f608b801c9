"""Time zones by their IANA names."""

from functools import cache, lru_cache
from typing import Annotated
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, Field


@lru_cache(maxsize=1024)
def zone(name: str) -> ZoneInfo:
    """The time zone of an IANA name, ``Asia/Shanghai``. Raises ValueError for an unknown name."""
    # What a file system takes for a name of the database is none: localtime, or other letters where case does not count.
    if name not in _names():
        raise ValueError(f"{name!r} is no time zone of the IANA database, such as Asia/Shanghai")
    return ZoneInfo(name)


@cache
def _names() -> frozenset[str]:
    return frozenset(available_timezones() - {"localtime", "Factory"})


def _known(name: str) -> str:
    zone(name)
    return name


TimeZone = Annotated[str, AfterValidator(_known), Field(max_length=60)]
"""The IANA name of a time zone, as a field of a policy."""
