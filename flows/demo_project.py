"""The demo project: raw files like those of an ordinary company, and the two files that make them a project."""

from __future__ import annotations

from collections.abc import Callable
from importlib import resources
from pathlib import Path

import polars as pl

from flows.progress import Progress
from flows.settings import default_policy_text
from flows.settings.project import POLICY_FILE, SETTINGS_FILE
from transforms.errors import RetierError, WrongUseError
from transforms.month import Month
from transforms.sample import ACCOUNTS, MONTHS, sample_tables
from transforms.sample.dirt import with_dirt
from transforms.sample.exports import deliveries, exported
from transforms.sample.vocabulary import USE_CASES

_TABLES = {
    "accounts": "crm/accounts.csv",
    "strategic_grants": "crm/partner_programme.csv",
    "overrides": "crm/tier_overrides.csv",
    "account_merges": "crm/account_merges.csv",
    "subscriptions": "billing/subscriptions.csv",
    "products": "finance/price_list.csv",
    "rates": "finance/exchange_rates.csv",
    "team": "people/success_team.csv",
}
_MONTHLY = {
    "usage": "product/usage-{}.parquet",
    "tickets": "support/tickets-{}.jsonl",
    "touchpoints": "crm/activities-{}.csv.gz",
    "invoices": "billing/invoices-{}.csv",
}


def make_demo_project(folder: Path, progress: Progress, accounts: int = ACCOUNTS) -> list[Month]:
    """Write the demo project: raw files under `data/`, the settings that map them, and the policy with use cases.

    Files of an earlier demo are rewritten with the same bytes.

    Args:
        folder: The project's folder, made if it does not exist.
        progress: Where progress is shown.
        accounts: How many accounts there are besides those with a story.

    Returns:
        The months that can be tiered.

    Raises:
        WrongUseError: If the folder holds a project other than the unchanged demo; nothing is written then.
        RetierError: If the folder cannot be written to.
    """
    texts = {folder / SETTINGS_FILE: _settings_text(), folder / POLICY_FILE: _policy_text()}
    for path, text in texts.items():
        _refuse_other(path, text)
    progress.begin("Sample data", 1 + len(MONTHS))
    try:
        progress.step("accounts and contracts")
        for source, rows in sample_tables(accounts).items():
            _write(folder / "data" / _TABLES[source], with_dirt(source, exported(source, rows)))
        for month, files in deliveries(accounts):
            progress.step(str(month))
            for source, rows in files.items():
                _write(folder / "data" / _MONTHLY[source].format(month), with_dirt(source, exported(source, rows)))
        # Last, so that a folder with settings always has all of its data.
        for path, text in texts.items():
            path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise RetierError(
            # Errors of Polars carry a text but no strerror.
            f"{folder} cannot be written to ({error.strerror or error}): name another one with --project"
        ) from error
    progress.end()
    return list(MONTHS)


def _settings_text() -> str:
    return resources.files("flows").joinpath("templates/demo.yaml").read_text(encoding="utf-8")


def _policy_text() -> str:
    """Return the default policy with the use cases of the demo's company."""
    before, nothing, after = default_policy_text().partition("    use_cases: []\n")
    assert nothing, "the default policy says that there are no use cases"
    listed = "".join(
        f"      - name: {name}\n        features: [{', '.join(features)}]\n"
        f"        reason: The demo's product has these features for customers who want to {name}.\n"
        for name, features in USE_CASES.items()
    )
    return f"{before}    use_cases:\n{listed}{after}"


def _refuse_other(path: Path, text: str) -> None:
    try:
        is_other = path.exists() and path.read_text(encoding="utf-8") != text
    except (OSError, UnicodeDecodeError):
        is_other = True
    if is_other:
        raise WrongUseError(f"{path} differs from that of the demo: name another folder with --project")


def _write(path: Path, rows: pl.DataFrame) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    _WRITERS.get(path.name, _WRITERS[path.name.partition(".")[2]])(path, rows)


_WRITERS: dict[str, Callable[[Path, pl.DataFrame], object]] = {
    "csv": lambda path, rows: rows.write_csv(path),
    "csv.gz": lambda path, rows: rows.write_csv(path, compression="gzip"),
    "jsonl": lambda path, rows: rows.write_ndjson(path),
    # Small row groups, so that the few late rows of a file do not make all of it belong to two months.
    "parquet": lambda path, rows: rows.write_parquet(path, row_group_size=16_384),
    # As German spreadsheets and old Windows programs write them.
    "accounts.csv": lambda path, rows: rows.write_csv(path, separator=";", decimal_comma=True, include_bom=True),
    "success_team.csv": lambda path, rows: path.write_bytes(rows.write_csv().encode("cp1252")),
}
