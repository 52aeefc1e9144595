"""A healthy project whose sources are folders, so that their files can be exchanged without touching its settings."""

from __future__ import annotations

import shutil
from pathlib import Path

from flows.settings import default_policy_text
from tests.flows.fuzz.sheets import Sheet, as_csv
from tests.flows.projects import Tables, healthy_tables

_LIMIT = "maximum_quarantined_share: {value: 0.02,"
_NO_LIMIT = "maximum_quarantined_share: {value: 1,"


def base_tables() -> Tables:
    """Healthy rows of every source there is."""
    return healthy_tables() | {
        "team": [
            {
                "owner": f"csm{number}@example.com", "email": f"csm{number}@example.com", "pool": "pooled",
                "hours_per_month": 120.5, "regions": "emea", "valid_from": "2024-01-01",
            }
            for number in range(2)
        ]
    }  # fmt: skip


def write_base(folder: Path, tables: Tables, *, is_lenient: bool = False) -> Path:
    """Write the project.

    Args:
        folder: Where to.
        tables: The rows of its sources.
        is_lenient: Whether any share of rows may be held back, so that a month is made of what is left.
    """
    for source, rows in tables.items():
        path = folder / "data" / source / "all.csv"
        path.parent.mkdir(parents=True)
        path.write_bytes(as_csv(Sheet.of(rows)))
    settings = "".join(f"  {source}: {{path: data/{source}/*}}\n" for source in tables)
    (folder / "retier.yaml").write_text(f"sources:\n{settings}", encoding="utf-8")
    policy = default_policy_text()
    assert _LIMIT in policy
    policy = policy.replace(_LIMIT, _NO_LIMIT) if is_lenient else policy
    (folder / "policy.yaml").write_text(policy, encoding="utf-8")
    return folder


def fix(project: Path, healthy: Path) -> None:
    """Return a project the files of a healthy one."""
    shutil.rmtree(project / "data")
    shutil.copytree(healthy / "data", project / "data")
