"""`make audit`: pip-audit over requirements.txt. Exit 1 for a known vulnerability; a sentence and exit 0 where nobody can be asked."""

import json
import subprocess
import sys
import venv
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
HOME = ROOT / "build" / "audit"
TOOL = "pip-audit==2.10.1"
INSTALL_WITHIN_S = 300.0
AUDIT_WITHIN_S = 600.0


class NotAudited(Exception):
    """Nobody could be asked; the message says why."""


def tool() -> Path:
    """pip-audit in an environment of its own, which is made when it is not there. Raises NotAudited."""
    made = HOME / "bin" / "pip-audit"
    if not made.exists():
        venv.create(HOME, with_pip=True, clear=True)
        argv = [str(HOME / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", TOOL]
        _run(argv, INSTALL_WITHIN_S, f"{TOOL} cannot be installed")
    return made


def asked(program: Path, requirements: Path) -> dict[str, Any]:
    """What pip-audit answers. Raises NotAudited."""
    argv = [str(program), "--disable-pip", "--require-hashes", "--format", "json", "--progress-spinner", "off"]
    output = _run(
        [*argv, "--requirement", str(requirements)], AUDIT_WITHIN_S, "its database of vulnerabilities cannot be reached"
    )
    try:
        found: dict[str, Any] = json.loads(output)
    except json.JSONDecodeError as error:
        raise NotAudited(f"pip-audit answers no JSON: {output[:200]}") from error
    return found


def verdict(answer: dict[str, Any]) -> tuple[int, list[str]]:
    """Exit code and what to print of an answer. Raises NotAudited where none of the packages was looked up.

    A package that was not looked up among others that were is no clean bill: it is named, and the exit code is 1.
    """
    packages = answer["dependencies"]
    skipped = [each for each in packages if "skip_reason" in each]
    if len(skipped) == len(packages):
        why = skipped[0]["skip_reason"] if skipped else "there are none"
        raise NotAudited(f"no package could be looked up in its database of vulnerabilities: {why}")
    lines = [f"{each['name']}: not looked up, {each['skip_reason']}" for each in skipped]
    for each in packages:
        for known in each.get("vulns", ()):
            mended = ", ".join(known["fix_versions"]) or "no version"
            lines.append(f"{each['name']} {each['version']}: {known['id']}, mended in {mended}")
    return (1, lines) if lines else (0, [f"{len(packages)} packages, none with a known vulnerability"])


def _run(argv: list[str], within_s: float, failed: str) -> str:
    """The standard output of a program, also of one that exits with 1 and answers: it found something."""
    try:
        done = subprocess.run(argv, capture_output=True, text=True, timeout=within_s, cwd=ROOT)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NotAudited(f"{failed}: {error}") from error
    if done.returncode not in (0, 1) or (done.returncode == 1 and not done.stdout.strip()):
        last = (done.stderr.strip().splitlines() or [f"exit {done.returncode}"])[-1]
        raise NotAudited(f"{failed}: {last[:300]}")
    return done.stdout


def main() -> int:
    try:
        code, lines = verdict(asked(tool(), ROOT / "requirements.txt"))
    except NotAudited as reason:
        code, lines = 0, [f"Nothing was audited: {reason}"]
    print("\n".join(lines))
    return code


if __name__ == "__main__":
    sys.exit(main())
