"""The services of this checkout as ``deploy/services.toml`` lists them; importing none of them."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

DEPLOY = Path(__file__).parents[3]
FILE = DEPLOY / "services.toml"


@dataclass(frozen=True)
class Variable:
    """A setting of one service beside STANDING_*; ``value`` is the one in Kubernetes, ``about`` becomes a comment."""

    name: str
    value: str
    about: str = ""


@dataclass(frozen=True)
class Secret:
    """A setting that is a secret: ``secret`` and ``key`` name it in Kubernetes, where it may be absent."""

    name: str
    secret: str
    key: str
    about: str = ""


@dataclass(frozen=True)
class Entry:
    """One service: the folder ``services/<name>`` and the port on which it answers."""

    name: str
    port: int
    variables: tuple[Variable, ...] = ()
    secrets: tuple[Secret, ...] = ()

    @property
    def package(self) -> str:
        return self.name.replace("-", "_")

    @property
    def database(self) -> str:
        """Of the same name as the package; its login too."""
        return self.package


@dataclass(frozen=True)
class Registry:
    """All services in their order; an image is ``<images>/<service>:<tag>``."""

    images: str
    tag: str
    entries: tuple[Entry, ...] = field(default=())

    @property
    def peers(self) -> Mapping[str, str]:
        """Service → its address inside a network that knows it by its name."""
        return {entry.name: f"http://{entry.name}:{entry.port}" for entry in self.entries}


def registry(file: Path = FILE) -> Registry:
    """What the file lists. Raises FileNotFoundError outside a checkout, and KeyError or TypeError for a table with other fields."""
    document = tomllib.loads(file.read_text(encoding="utf-8"))
    return Registry(
        document.pop("images"),
        document.pop("tag"),
        tuple(
            Entry(
                name,
                table["port"],
                tuple(Variable(variable, **fields) for variable, fields in table.get("variables", {}).items()),
                tuple(Secret(variable, **fields) for variable, fields in table.get("secrets", {}).items()),
            )
            for name, table in document.items()
        ),
    )
