"""Draw mutants of the core, try them, and report which ones no test finds."""

from __future__ import annotations

import argparse
import random
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from queue import SimpleQueue

from tests.conftest import ROOT
from tests.mutation.mutants import Mutant, mutants_of
from tests.mutation.trials import Outcome, Tree, Trial

_LEFT_OUT = ("transforms/contracts/columns/", "transforms/sample/", "transforms/errors.py")
"""Descriptions of columns, made-up data and classes of errors: a number there is no rule of the product."""


def main() -> None:
    """Draw, try and report."""
    asked = argparse.ArgumentParser(prog="make mutate", description=__doc__)
    asked.add_argument("--number", type=int, default=100, help="how many mutants are drawn")
    asked.add_argument("--seed", type=int, default=1, help="which ones are drawn")
    asked.add_argument("--first", type=int, default=0, help="how many of those drawn are passed over")
    asked.add_argument("--processes", type=int, default=2, help="how many are tried at once")
    options = asked.parse_args()
    drawn = sample(ROOT, options.number, options.seed)[options.first :]
    print(f"{len(drawn)} mutants of the seed {options.seed}", flush=True)
    with tempfile.TemporaryDirectory(prefix="retier-mutants-") as folder:
        report(try_all(drawn, ROOT, Path(folder), options.processes))


def sample(root: Path, number: int, seed: int) -> list[Mutant]:
    """Draw mutants of `transforms/`, each place as likely as any other; the same ones for the same seed."""
    mutants = [
        mutant
        for file in sorted((root / "transforms").rglob("*.py"))
        if not (path := file.relative_to(root).as_posix()).startswith(_LEFT_OUT)
        for mutant in mutants_of(path, file.read_text(encoding="utf-8"))
    ]
    return random.Random(seed).sample(mutants, min(number, len(mutants)))


def try_all(mutants: Sequence[Mutant], root: Path, folder: Path, processes: int) -> Iterator[Trial]:
    """Yield the outcome of every mutant, in the order in which they end."""
    free: SimpleQueue[Tree] = SimpleQueue()
    seconds: dict[tuple[str, ...], float] = {}
    for number in range(processes):
        free.put(Tree(root, folder / str(number), seconds))

    def tried(mutant: Mutant) -> Trial:
        tree = free.get()
        try:
            return tree.try_mutant(mutant)
        finally:
            free.put(tree)

    with ThreadPoolExecutor(processes) as pool:
        for ended in as_completed([pool.submit(tried, mutant) for mutant in mutants]):
            yield ended.result()


def report(trials: Iterable[Trial]) -> None:
    """Print the mutants that survived as they are found, and how many there were of each outcome."""
    outcomes: Counter[Outcome] = Counter()
    for trial in trials:
        outcomes[trial.outcome] += 1
        if trial.outcome is Outcome.SURVIVED:
            print(f"\n{trial.mutant.path}:{trial.mutant.line} survived\n{trial.mutant.diff()}", flush=True)
    print("\n" + ", ".join(f"{outcomes[outcome]} {outcome.value}" for outcome in Outcome))


if __name__ == "__main__":
    main()
