"""Makes components of the bill: what is pinned in requirements.txt, the jars of the local Kafka, and files that were copied in."""

import hashlib
import json
import re
import zipfile
from collections.abc import Iterator
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model import HashAlgorithm, HashType, Property
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.model.license import LicenseAcknowledgement
from packageurl import PackageURL
from packaging.requirements import Requirement

PASSED_OVER = {".git", ".venv", ".standing", "build", "node_modules"}
LICENSE_LENGTH_MAX = 100
"""Some packages put the whole text of their licence where its name belongs."""
_JAR = re.compile(r"^\s+([\w.-]+):([\w.-]+):jar:(?:[\w.-]+:)?([\w.-]+):(?:compile|runtime)\b", re.MULTILINE)
_VERSIONED = re.compile(r"(?P<name>[a-z][a-z0-9._-]*?)-(?P<version>\d[\w.+-]*?)(?:\.min)?\.(?:js|mjs|css|woff2)")


class Unnamed(ValueError):
    """A file was copied in of which nobody could say what it is; the message says how to name it."""


def pinned(requirements: str) -> Iterator[Component]:
    """The packages of a compiled requirements file. Raises ValueError for one without a version or without hashes."""
    for entry in re.split(r"\n(?=\S)", requirements.strip()):
        if entry.startswith("#"):
            continue
        requirement = Requirement(re.sub(r"\\\s*|--hash=\S+", " ", entry).strip())
        hashes = re.findall(r"--hash=sha256:([0-9a-f]{64})", entry)
        (version,) = [each.version for each in requirement.specifier if each.operator == "=="] or [""]
        if not version or not hashes:
            raise ValueError(f"{requirement} is not pinned by version and hash.")
        own = [Property(name="standing:marker", value=str(requirement.marker))] if requirement.marker else []
        # Of a file for each platform one hash is the right one, so they are no `hashes` of the component, which all hold at once.
        files = [Property(name="standing:file-sha256", value=each) for each in hashes]
        yield _component(
            "pypi", requirement.name, version, _license_of(requirement.name, version), properties=own + files
        )


def jars(listed: str, folder: Path) -> Iterator[Component]:
    """The jars of a list that Maven's `dependency:list` wrote; those in the folder with hash and licence."""
    for group, name, version in sorted(set(_JAR.findall(listed))):
        file = folder / f"{name}-{version}.jar"
        found = file.is_file()
        yield _component(
            "maven",
            name,
            version,
            _license_in(file) if found else None,
            group=group,
            hash=_sha256(file) if found else None,
        )


def vendored(root: Path) -> Iterator[Component]:
    """What stands in folders named ``vendor``: files NAME-VERSION.js, or folders with the package.json of what is in them.

    Raises Unnamed for a file that is neither.
    """
    for folder in sorted(root.rglob("vendor")):
        if not folder.is_dir() or PASSED_OVER & set(folder.relative_to(root).parts):
            continue
        for each in sorted(folder.iterdir()):
            manifest = each / "package.json"
            if manifest.is_file():
                said = json.loads(manifest.read_text(encoding="utf-8"))
                yield _component("npm", said["name"], said["version"], said.get("license"))
            elif (named := _VERSIONED.fullmatch(each.name)) is not None:
                yield _component("npm", named["name"], named["version"], None, hash=_sha256(each))
            elif not each.name.upper().startswith(("LICENSE", "README", "NOTICE")):
                raise Unnamed(f"{each.relative_to(root)} does not say what it is: name it NAME-VERSION.js, or put it into a"
                              " folder with its package.json.")  # fmt: skip


def _component(
    kind: str, name: str, version: str, license: str | None,
    *, group: str | None = None, hash: str | None = None, properties: list[Property] | None = None,
) -> Component:  # fmt: skip
    scope, _, base = name.rpartition("/")
    url = PackageURL(kind, group or scope or None, base, version)
    made = LicenseFactory()
    return Component(
        name=base, group=group or scope or None, version=version, type=ComponentType.LIBRARY, purl=url, bom_ref=str(url),
        licenses=[made.make_from_string(license, license_acknowledgement=LicenseAcknowledgement.DECLARED)] if license else [],
        hashes=[HashType(alg=HashAlgorithm.SHA_256, content=hash)] if hash else [],
        properties=properties or [],
    )  # fmt: skip


def _license_of(name: str, version: str) -> str | None:
    """What an installed package says of its licence; None for one that is not installed here, or in another version."""
    try:
        found = distribution(name)
    except PackageNotFoundError:
        return None
    return _said_by(found) if found.version == version else None


def _said_by(found: Distribution) -> str | None:
    said = found.metadata
    text = (said["License-Expression"] or said["License"] or "").strip()
    if text and len(text) <= LICENSE_LENGTH_MAX and "\n" not in text and text.upper() != "UNKNOWN":
        return text
    classified = [each.rpartition(" :: ")[2] for each in said.get_all("Classifier") or () if each.startswith("License")]
    return " and ".join(classified) or None


def _license_in(jar: Path) -> str | None:
    """``Bundle-License`` of a jar's manifest: a name, or an address."""
    with zipfile.ZipFile(jar) as opened:
        try:
            manifest = opened.read("META-INF/MANIFEST.MF").decode("utf-8", "replace")
        except KeyError:
            return None
    found = re.search(r"^Bundle-License: *(.+)$", manifest.replace("\r\n", "\n").replace("\n ", ""), re.MULTILINE)
    return found[1].split(";")[0].strip('" ') if found else None


def _sha256(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()
