"""Run echo-svc: ``echo-svc`` or ``python -m echo_svc``."""

from chassis.main import run
from echo_svc.service import SERVICE


def main() -> None:
    run(SERVICE)


if __name__ == "__main__":
    main()
