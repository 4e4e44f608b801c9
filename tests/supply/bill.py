"""`make sbom`: the bill of materials, CycloneDX 1.6 in JSON, into build/sbom.json."""

import json
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path
from typing import Any

import jsonschema_rs
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output.json import JsonV1Dot6
from cyclonedx.schema import SchemaVersion, _res
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from standing_parts import kafka_jars

from .parts import jars, pinned, vendored

ROOT = Path(__file__).parents[2]
BILL = ROOT / "build" / "sbom.json"
MAVEN_WITHIN_S = 600.0


def own_packages(root: Path = ROOT) -> dict[str, tuple[Component, list[str]]]:
    """The packages of this project by name, each with the names of what it needs."""
    found: dict[str, tuple[Component, list[str]]] = {}
    for file in sorted(root.glob("*/*/pyproject.toml")):
        project = tomllib.loads(file.read_text(encoding="utf-8"))["project"]
        name = canonicalize_name(project["name"])
        component = Component(
            name=name, version=project["version"], type=ComponentType.LIBRARY, bom_ref=f"standing/{name}"
        )
        found[name] = component, _names(project.get("dependencies", ()))
    return found


def bill(requirements: str, maven: Iterable[Component], copied: Iterable[Component]) -> Bom:
    """The bill of the whole project: its own packages, what each of them needs, and what those need in turn."""
    own = own_packages()
    third = {canonicalize_name(each.name): each for each in pinned(requirements)}
    version = tomllib.loads((ROOT / "deploy" / "services.toml").read_text(encoding="utf-8"))["tag"]
    whole = Component(name="standing", version=version, type=ComponentType.APPLICATION, bom_ref="standing")
    beside = [*maven, *copied]
    made = Bom(components=[*(component for component, _ in own.values()), *third.values(), *beside])
    made.metadata.component = whole
    known = third | {name: component for name, (component, _) in own.items()}
    made.register_dependency(whole, [*(component for component, _ in own.values()), *beside])
    for component, needed in own.values():
        made.register_dependency(component, [known[name] for name in needed if name in known])
    for name, component in third.items():
        made.register_dependency(component, [known[each] for each in _needed_by(name) if each in known])
    return made


def text_of(made: Bom) -> str:
    """The bill as JSON. Raises ValueError where it breaks the schema of CycloneDX."""
    text = JsonV1Dot6(made).output_as_string(indent=1)
    check(json.loads(text))
    return text


def check(document: Any) -> None:
    """Raises ValueError where a document breaks the schema of CycloneDX 1.6, which comes with the library: nothing is fetched."""
    schema = _schema(_res.BOM_JSON[SchemaVersion.V1_6])
    base = schema["$id"].rpartition("/")[0]
    beside = (_res.SPDX_JSON, _res.JSF, _res.CRYPTOGRAPHY_DEFS)  # it refers to them by the names of their files
    registry = jsonschema_rs.Registry(
        [(f"{base}/{Path(each).name}", _schema(each)) for each in beside], draft=jsonschema_rs.Draft7
    )
    errors = jsonschema_rs.Draft7Validator(schema, registry=registry).iter_errors(document)
    broken = [f"{'/'.join(map(str, each.instance_path))}: {each.message[:200]}" for each in errors]
    if broken:
        raise ValueError("The bill breaks the schema of CycloneDX 1.6: " + "; ".join(broken[:5]))


def listed_jars() -> str:
    """What Maven lists for the pom of the local Kafka. Raises OSError or subprocess.SubprocessError where it cannot."""
    with tempfile.TemporaryDirectory() as folder:
        listed = Path(folder) / "jars.txt"
        argv = ["mvn", "--batch-mode", "--quiet", "-f", str(kafka_jars.POM), "dependency:list"]
        argv += [f"-DoutputFile={listed}", "-DincludeScope=runtime"]
        subprocess.run(argv, check=True, capture_output=True, text=True, timeout=MAVEN_WITHIN_S)
        return listed.read_text(encoding="utf-8")


def main() -> None:
    try:
        listed = listed_jars()
    except (OSError, subprocess.SubprocessError) as error:
        sys.exit(
            f"The jars of Kafka cannot be listed, so there is no whole bill: Maven is needed ({str(error)[:200]})."
        )
    requirements = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    made = bill(requirements, jars(listed, kafka_jars.FETCHED.cache), vendored(ROOT))
    BILL.parent.mkdir(exist_ok=True)
    BILL.write_text(text_of(made), encoding="utf-8")
    counted: dict[str, int] = {}
    for each in made.components:
        kind = each.purl.type if each.purl else "own"
        counted[kind] = counted.get(kind, 0) + 1
    print(f"{BILL.relative_to(ROOT)}: " + ", ".join(f"{count} {kind}" for kind, count in sorted(counted.items())))


def _schema(path: str | None) -> Any:
    assert path is not None
    return json.loads(Path(path).read_text(encoding="utf-8"))


def _needed_by(name: str) -> list[str]:
    try:
        return _names(requires(name) or ())
    except PackageNotFoundError:
        return []


def _names(requirements: Iterable[str]) -> list[str]:
    """The names of what is needed on this machine, without extras."""
    read = [Requirement(each) for each in requirements]
    return sorted(
        {canonicalize_name(each.name) for each in read if not each.marker or each.marker.evaluate({"extra": ""})}
    )


if __name__ == "__main__":
    main()
