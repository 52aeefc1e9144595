"""Measuring: wall time by repetition, in turn with the peers, and peak memory in a process of its own."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

REPEATS = 5


def best_seconds(candidates: Mapping[str, Callable[[], object]], repeats: int = REPEATS) -> dict[str, float]:
    """Give each candidate's best time of several rounds; rounds take turns, so that a busy minute hits all alike."""
    best = dict.fromkeys(candidates, float("inf"))
    for _ in range(repeats):
        for name, work in candidates.items():
            started = time.perf_counter()
            work()
            best[name] = min(best[name], time.perf_counter() - started)
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
