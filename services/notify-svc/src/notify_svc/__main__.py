"""Run notify-svc: ``notify-svc`` or ``python -m notify_svc``."""

from chassis.main import run
from notify_svc.service import SERVICE


def main() -> None:
    run(SERVICE)


if __name__ == "__main__":
    main()
