"""Values that are never changed but replaced."""

import dataclasses
from typing import Any, TypeVar

T = TypeVar("T")


def replace(value: T, /, **changes: Any) -> T:
    """As ``dataclasses.replace``, several times faster: the fields are copied and not given to ``__init__`` again.

    For dataclasses without ``__post_init__``. States with many fields are replaced several times for each event.
    """
    fields = getattr(value, "__dict__", None)
    if fields is None:  # it has slots
        return dataclasses.replace(value, **changes)  # type: ignore[type-var]
    replaced = object.__new__(type(value))
    object.__setattr__(
        replaced, "__dict__", fields | changes
    )  # as one, because a dict that is updated grows step by step
    return replaced
