"""``python -m tests.keycloak``: a Keycloak that runs until Ctrl-C, for whoever works on the journey."""

import signal
import sys

from standing_parts.choose import PassedOver

from .server import RUNNING, start_keycloak


def main() -> None:
    try:
        keycloak = start_keycloak()
    except PassedOver as reason:
        sys.exit(f"Keycloak cannot be had here: {reason}")
    wanted = {signal.SIGINT, signal.SIGTERM}
    signal.pthread_sigmask(signal.SIG_BLOCK, wanted)  # after the start: the server must not inherit it
    print(f"{RUNNING}={keycloak.url} pytest -s tests/keycloak/journey.py", flush=True)
    try:
        signal.sigwait(wanted)
    finally:
        keycloak.stop()


if __name__ == "__main__":
    main()
