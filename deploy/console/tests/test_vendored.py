"""What was made elsewhere is what it is said to be, and nothing else lies beside it."""

import gzip
import hashlib
import json
import tomllib
from base64 import b64encode
from pathlib import Path

from standing_console.assets import ICONS, SERVED, icon

SOURCE = Path(__file__).parents[1] / "src" / "standing_console"
VENDOR = SOURCE / "static" / "vendor"
LISTED = tomllib.loads((SOURCE / "vendored.toml").read_text(encoding="utf-8"))
BESIDE = ("LICENSE", "NOTICE", "package.json")


def hash_of(path: Path) -> str:
    return f"sha384-{b64encode(hashlib.sha384(path.read_bytes()).digest()).decode()}"


def test_every_vendored_file_has_the_hash_that_is_listed_and_none_is_unlisted() -> None:
    listed = {name: digest for each in LISTED.values() for name, digest in each["files"].items()}
    found = {
        path.relative_to(VENDOR).as_posix(): hash_of(path)
        for path in VENDOR.rglob("*")
        if path.is_file() and not path.name.startswith(BESIDE)
    }
    assert found == listed


def test_each_library_has_a_licence_and_its_version_stands_in_its_name_or_manifest() -> None:
    for name, each in LISTED.items():
        assert each["license"] in ("0BSD", "ISC", "MIT", "Apache-2.0", "BSD-3-Clause")
        manifest = VENDOR / name / "package.json"
        if manifest.exists():
            said = json.loads(manifest.read_text(encoding="utf-8"))
            assert (said["name"], said["version"], said["license"]) == (name, each["version"], each["license"])
            assert (VENDOR / name / "LICENSE").is_file()
        else:
            assert all(each["version"] in file for file in each["files"])
            assert (VENDOR / f"LICENSE-{name}").is_file()


def test_every_icon_is_drawn_by_a_template_or_a_screen() -> None:
    source = "".join(path.read_text(encoding="utf-8") for path in SOURCE.rglob("*") if path.suffix in (".html", ".py"))
    for path in (SOURCE / "static" / ICONS).glob("*.svg"):
        assert f'"{path.stem}"' in source, f"{path.name} is drawn nowhere"
        assert "<script" not in icon(path.stem)


def test_what_a_page_loads_is_there() -> None:
    assert all((SOURCE / "static" / name).is_file() for name in SERVED)


def test_a_page_with_a_chart_is_light() -> None:
    """350 kB compressed with all that it loads; panels take what is left."""
    loaded = sum(len(gzip.compress((SOURCE / "static" / name).read_bytes())) for name in SERVED)
    assert loaded <= 300_000
