"""What a command costs before it works: processor time of a fresh process."""

from __future__ import annotations

import resource
import subprocess
import sys
from collections.abc import Sequence

COLD_RUN = (
    "import flows.run_month, flows.cli.run, flows.cli.sending, expectations.judge, expectations.data_docs.validation"
)
HELP = "import sys; sys.argv = ['retier', '--help']; from flows.cli.app import main; main()"
PLAIN = "pass"
_REPEATS = 5


def processor_seconds(program: str, repeats: int = _REPEATS) -> float:
    """Return the least processor time of several processes that run a program."""
    return min(_processor_time([sys.executable, "-c", program]) for _ in range(repeats))


def _processor_time(command: Sequence[str]) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
