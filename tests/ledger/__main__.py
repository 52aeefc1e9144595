"""Write the results ledger anew: for raised versions, what rests on them, and definitions that are new."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tests.ledger.results import LEDGER, read_ledger, results_of_today, unexplained, write_ledger


def main() -> int:
    """Refuse results that moved without a raised version, else write all that moved."""
    ledger = read_ledger() if LEDGER.exists() else {}
    with tempfile.TemporaryDirectory() as folder:
        now = results_of_today(Path(folder))
    moved = unexplained(ledger, now)
    if moved:
        print(f"not written: results of {', '.join(moved)} moved, and no version was raised", file=sys.stderr)
        return 1
    write_ledger(now)
    print("\n".join(name for name, entry in now.items() if ledger.get(name) != entry) or "nothing to write")
    return 0


if __name__ == "__main__":
    sys.exit(main())
