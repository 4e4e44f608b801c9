"""The blocks of docs/integrating.md run as they stand, one after the other, against an installation."""

import asyncio
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from standing.installation import Installation
from standing.token_command import made

from .conftest import running

pytestmark = pytest.mark.parts
PAGE = Path(__file__).parents[2] / "docs/integrating.md"
BLOCKS = re.findall(r"```(python|javascript)\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
WITHIN_S = 240
PYTHON = [code for language, code in BLOCKS if language == "python"]
NODE = [code for language, code in BLOCKS if language == "javascript"]


async def run(program: str, code: str, installation: Installation, **more: str) -> str:
    """Everything that the block printed; it has to end well."""
    credit = installation.client("credit-svc").base_url
    token = made(installation.home, "system", {}, minutes=60)
    kafka = installation.kafka.bootstrap
    environment = {**os.environ, "STANDING_KAFKA": kafka, "CREDIT": credit, "TOKEN": token, **more}
    process = await asyncio.create_subprocess_exec(
        program, "-", env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    ended = asyncio.get_running_loop().call_later(WITHIN_S, process.kill)  # what it printed until then is shown
    out, _ = await process.communicate(code.encode())
    ended.cancel()
    assert process.returncode == 0, out.decode()
    return out.decode()


@pytest.fixture(scope="module")
def node_modules(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the client that the page names."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        pytest.skip("the block for Node needs node and npm, which are not installed")
    folder = tmp_path_factory.mktemp("node")
    try:
        done = subprocess.run(["npm", "install", "--silent", "--no-fund", "--no-audit", "--prefix", str(folder), "kafkajs"],
                              capture_output=True, text=True, timeout=120, check=False)  # fmt: skip
    except subprocess.TimeoutExpired:
        pytest.skip("npm did not fetch kafkajs within two minutes")
    if done.returncode:
        pytest.skip(f"npm cannot fetch kafkajs: {done.stderr.strip()[:200]}")
    return folder / "node_modules"


async def test_every_block_for_python_runs_and_does_what_the_page_promises(tmp_path: Path) -> None:
    sending, over_http, listening, missing = PYTHON
    async with running(tmp_path / "home") as installation:
        await run(sys.executable, sending, installation)
        await run(sys.executable, sending, installation)  # a repeat changes nothing
        await run(sys.executable, over_http, installation)
        credit = installation.client("credit-svc")
        listed = await run(sys.executable, listening, installation)
        assert len(listed.splitlines()) == 2
        assert all(line.startswith("credit.") for line in listed.splitlines())
        for _ in range(60):
            found = await run(sys.executable, missing, installation)
            if found.count("is not there") == 1:
                break
            await asyncio.sleep(0.5)
        assert found.splitlines()[0].startswith("inv-4711 credit.InvoiceRecorded")
        assert found.splitlines()[1].startswith("pay-815 credit.")
        assert found.splitlines()[2] == "never-sent is not there"
        inbox = (await credit.progress())["inbox"]
        for topic in ("erp.invoices", "erp.payments"):
            counted = inbox[topic].values()
            assert (sum(p["handled"] for p in counted), sum(p["repeated"] for p in counted)) == (1, 1)
        account = await credit.get("/v1/invoices", customer_id="C-1")
        assert sorted(each["invoice_id"] for each in account["items"]) == ["4711", "4713"]


@pytest.mark.real_kafka
async def test_the_block_for_node_runs(tmp_path: Path, node_modules: Path) -> None:
    [code] = NODE
    async with running(tmp_path / "home") as installation:
        if not installation.kafka.real:
            pytest.skip("kafkajs needs a real broker")
        await run("node", code, installation, NODE_PATH=str(node_modules))
        credit = installation.client("credit-svc")
        for _ in range(60):
            found = await credit.get("/v1/admin/lookup", ce_source="/erp", id="inv-4712")
            if found["journeys"]:
                break
            await asyncio.sleep(0.5)
        assert [each["found_by"] for each in found["journeys"]] == ["correlation id"]
        assert found["parked_messages"] == []
