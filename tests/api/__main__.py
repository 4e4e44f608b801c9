"""``python -m tests.api``: requests at the bounds, at random and in sequences to every operation of every service, 100 a route.

``--examples N`` for fewer, ``--service NAME`` for one service. What fails is printed with a command that repeats it.
"""

import argparse
import asyncio
import sys
import tempfile
from pathlib import Path

from pydantic import SecretStr

from chassis.runtime import Runtime
from chassis.settings import Settings
from chassis.testing.serving import listening
from standing.services import ALL
from standing_parts import start_kafka, start_postgres
from standing_parts.testing import WRAPPING_KEY, local_issuer
from tests.api.runs import schemathesis


async def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--examples", type=int, default=100, help="requests a route")
    arguments.add_argument("--service", choices=[service.name for service in ALL])
    wanted = arguments.parse_args()
    failed = 0
    with tempfile.TemporaryDirectory(prefix="standing-requests-") as folder:
        home = Path(folder)
        postgres, kafka = start_postgres(home), start_kafka(home)
        try:
            for service in ALL:
                if wanted.service not in (None, service.name):
                    continue
                settings = Settings(
                    postgres=SecretStr(postgres.dsn("").rstrip("/")), kafka=kafka.bootstrap, partitions=kafka.partitions,
                    clock="simulated", topic_prefix="requests-", auth_issuer=local_issuer().url,
                    wrapping_keys=SecretStr(WRAPPING_KEY),
                )  # fmt: skip
                await postgres.create_database("requests_" + service.database)
                runtime = await Runtime.start(service, settings)
                try:
                    async with listening(runtime) as url:
                        print(f"=== {service.name}", flush=True)
                        options = ("--phases", "coverage,fuzzing,stateful", "--max-examples", str(wanted.examples))
                        failed += await schemathesis(url, home, *options) != 0
                finally:
                    await runtime.stop()
        finally:
            kafka.stop()
            postgres.stop()
    return failed


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
