"""The AsyncAPI documents: current, whole, true to the golden samples, and accepted by the public parser."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from chassis.http.asyncapi import message_name
from contracts import EVENTS, Event, erp
from standing.services import ALL

from .asyncapi_files import FOLDER, documents, written

GOLDEN = Path(__file__).parents[2] / "shared/contracts/golden"
DOCUMENTS = documents()
WHOLE = DOCUMENTS["standing.json"]
PARSER = """
const { Parser, fromFile } = require("@asyncapi/parser");
(async () => {
  for (const file of process.argv.slice(2)) {
    const { document, diagnostics } = await fromFile(new Parser(), file).parse();
    for (const each of diagnostics.filter((d) => d.severity <= 1)) console.log(file, each.path.join("."), each.message);
    if (!document) console.log(file, "is no document");
  }
})();
"""


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_committed_document_is_current(name: str) -> None:
    assert (FOLDER / name).read_text(encoding="utf-8") == written(DOCUMENTS[name]), (
        f"docs/asyncapi/{name} is behind the contracts or the reactions; run make events."
    )


def payload_of(document: dict[str, Any], event: type[Event]) -> dict[str, Any]:
    payload: dict[str, Any] = document["components"]["messages"][message_name(event)]["payload"]
    return {**payload, "components": document["components"]}


@pytest.mark.parametrize("event", EVENTS, ids=message_name)
def test_the_sample_of_every_event_fits_the_payload_that_is_published(event: type[Event]) -> None:
    sample = json.loads((GOLDEN / f"{message_name(event)}.json").read_text(encoding="utf-8"))
    shape = jsonschema_rs.validator_for(payload_of(WHOLE, event))
    shape.validate(sample)
    required = [name for name, field in event.model_fields.items() if field.is_required()]
    if required:
        sample.pop(required[0])
        assert not shape.is_valid(sample)


def test_the_whole_has_every_topic_and_who_publishes_and_hears_what() -> None:
    assert set(WHOLE["channels"]) == {*erp.TOPICS, *(service.topic for service in ALL)}
    for service in ALL:
        assert len({source.topic for source in service.sources}) == len(service.sources), "a topic is heard once"
        own = WHOLE["operations"][f"{service.name}.publishes"]
        assert (own["action"], len(own["messages"])) == ("send", len(service.events))
        for source in service.sources:
            if not source.reactions:  # it is followed, for its gaps, and nothing of it is acted on
                assert f"{service.name}.hears.{source.topic}" not in WHOLE["operations"]
                continue
            heard = WHOLE["operations"][f"{service.name}.hears.{source.topic}"]
            named = {each["$ref"].rpartition("/")[2] for each in heard["messages"]}
            assert named == {message_name(event) for event in source.reactions}


def test_a_service_has_its_own_topic_whole_and_of_others_what_it_hears() -> None:
    for service in ALL:
        channels = DOCUMENTS[f"{service.name}.json"]["channels"]
        assert set(channels[service.topic]["messages"]) == {message_name(event) for event in service.events}
        for source in service.sources:
            expected = source.events if source.owner is None else source.reactions
            assert set(channels[source.topic]["messages"]) == {message_name(event) for event in expected}


def test_the_public_parser_accepts_every_document(tmp_path: Path) -> None:
    if shutil.which("node") is None or shutil.which("npm") is None:
        pytest.skip("the parser of AsyncAPI runs on Node, which is not installed")
    install = ["npm", "install", "--silent", "--no-fund", "--no-audit", "--prefix", str(tmp_path), "@asyncapi/parser@3"]
    try:
        done = subprocess.run(install, capture_output=True, text=True, timeout=240, check=False)
    except subprocess.TimeoutExpired:
        pytest.skip("npm did not fetch the parser within four minutes")
    if done.returncode:
        pytest.skip(f"npm cannot fetch the parser: {done.stderr.strip()[:200]}")
    (tmp_path / "check.cjs").write_text(PARSER)
    files = [str(FOLDER / name) for name in DOCUMENTS]
    found = subprocess.run(
        ["node", "check.cjs", *files], cwd=tmp_path, capture_output=True, text=True, timeout=300, check=True
    )
    assert found.stdout == ""
