"""The bill of materials names everything that the project is made of, and nothing that was not looked at."""

import json
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest

from .bill import ROOT, bill, check, own_packages, text_of
from .parts import Unnamed, jars, pinned, vendored

REQUIREMENTS = (ROOT / "requirements.txt").read_text(encoding="utf-8")
LISTED = """
The following files have been resolved:
   org.apache.kafka:kafka_2.13:jar:4.1.1:compile
   org.yaml:snakeyaml:jar:2.4:runtime -- module org.yaml.snakeyaml [auto]
"""


@pytest.fixture(scope="module")
def written() -> Any:
    return json.loads(text_of(bill(REQUIREMENTS, jars(LISTED, ROOT / "none"), vendored(ROOT))))


def test_every_pinned_package_is_in_the_bill_with_its_version_and_its_hashes(written: Any) -> None:
    found = {each["purl"]: each for each in written["components"] if each.get("purl", "").startswith("pkg:pypi/")}
    names = re.findall(r"^([a-z0-9.-]+)==([^\s;]+)", REQUIREMENTS, re.MULTILINE)
    assert found.keys() == {f"pkg:pypi/{name}@{version}" for name, version in names}
    hashes = sum(len([p for p in each["properties"] if p["name"] == "standing:file-sha256"]) for each in found.values())
    assert hashes == REQUIREMENTS.count("--hash=sha256:")


def test_what_is_installed_says_its_licence(written: Any) -> None:
    packages = [each for each in written["components"] if each.get("purl", "").startswith("pkg:pypi/")]
    lacking = [each["name"] for each in packages if "licenses" not in each]
    assert len(lacking) <= 8, lacking
    assert {"pydantic", "fastapi", "cryptography"}.isdisjoint(lacking)


def test_own_packages_need_what_their_projects_declare(written: Any) -> None:
    needs = {each["ref"]: each.get("dependsOn", []) for each in written["dependencies"]}
    assert set(needs["standing"]) >= {f"standing/{name}" for name in own_packages()}
    assert "standing/standing-contracts" in needs["standing/standing-chassis"]
    assert any(each.startswith("pkg:pypi/fastapi@") for each in needs["standing/standing-chassis"])
    (fastapi,) = [each for each in needs if each.startswith("pkg:pypi/fastapi@")]
    assert any(each.startswith("pkg:pypi/starlette@") for each in needs[fastapi])


def test_a_package_without_a_hash_is_refused() -> None:
    with pytest.raises(ValueError, match=r"idna==3\.20 is not pinned by version and hash"):
        list(pinned("idna==3.20\n"))


def test_a_jar_has_its_group_and_where_it_is_here_its_hash_and_licence(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "snakeyaml-2.4.jar", "w") as jar:
        jar.writestr("META-INF/MANIFEST.MF", "Manifest-Version: 1.0\r\nBundle-License: Apache-2.0; link=there\r\n")
    kafka, yaml = jars(LISTED, tmp_path)
    assert str(kafka.purl) == "pkg:maven/org.apache.kafka/kafka_2.13@4.1.1"
    assert (len(kafka.hashes), len(yaml.hashes)) == (0, 1)
    assert [getattr(each, "id", None) for each in yaml.licenses] == ["Apache-2.0"]


def test_what_was_copied_in_is_in_the_bill_or_refused(tmp_path: Path) -> None:
    folder = tmp_path / "services" / "shop" / "vendor"
    (folder / "chart").mkdir(parents=True)
    (folder / "chart" / "package.json").write_text('{"name": "@shop/chart", "version": "4.1.0", "license": "MIT"}')
    (folder / "htmx-2.0.3.min.js").write_text("/* */")
    (folder / "LICENSE.txt").write_text("as it is")
    found = {str(each.purl): each for each in vendored(tmp_path)}
    assert found.keys() == {"pkg:npm/%40shop/chart@4.1.0", "pkg:npm/htmx@2.0.3"}
    assert len(found["pkg:npm/htmx@2.0.3"].hashes) == 1
    assert "pkg:npm/htmx@2.0.3" in text_of(bill(REQUIREMENTS, (), found.values()))
    (folder / "jquery.js").write_text("")
    with pytest.raises(Unnamed, match=r"vendor/jquery\.js does not say what it is"):
        list(vendored(tmp_path))


def test_a_document_that_is_no_bill_is_refused(written: Any) -> None:
    check(written)
    with pytest.raises(ValueError, match="breaks the schema"):
        check({**written, "components": [{"name": "nameless"}]})
    license = {"license": {"id": "No-Such-License"}}
    with pytest.raises(ValueError, match="breaks the schema"):
        check({**written, "components": [{"type": "library", "name": "a", "licenses": [license]}]})
