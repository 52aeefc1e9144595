"""Measuring: wall time by repetition, in turn with the peers, and peak memory in a process of its own."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

REPEATS = 5


@dataclass(frozen=True, slots=True)
class Times:
    """Best times of several rounds.

    Attributes:
        wall: Seconds by the clock.
        processor: Seconds of all processors together: what a busy machine does not change.
    """

    wall: float = float("inf")
    processor: float = float("inf")


def best_times(candidates: Mapping[str, Callable[[], object]], repeats: int = REPEATS) -> dict[str, Times]:
    """Return each candidate's best times; rounds take turns, so that a busy minute hits all alike."""
    best = dict.fromkeys(candidates, Times())
    for _ in range(repeats):
        for name, work in candidates.items():
            wall, processor = time.perf_counter(), time.process_time()
            work()
            best[name] = Times(
                min(best[name].wall, time.perf_counter() - wall),
                min(best[name].processor, time.process_time() - processor),
            )
    return best


def peak_megabytes(module: str, *arguments: str) -> float:
    """Run a module in a process of its own and give its peak resident memory."""
    command = [sys.executable, "-m", module, *arguments]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return float(done.stdout.strip().splitlines()[-1])


def print_own_peak() -> None:
    """Print this process's peak resident memory in megabytes, as the last line.

    Linux keeps it per program; what getrusage tells would be that of the process that started this one.
    """
    status = Path("/proc/self/status").read_text(encoding="ascii")
    kilobytes = next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM:"))
    print(int(kilobytes) / 1024)
