"""A project with data: two accounts with the three required sources and the least columns."""

from __future__ import annotations

from pathlib import Path

from tests.flows.conftest import write_project

MONTH = "2025-06"

FILES = {
    "accounts": "account_id,name,created_date\na,Acme,2024-01-01\nb,Beta,2024-01-01\n",
    "usage": "account_id,date,feature,events\na,2025-06-20,x,5\na,2025-05-03,x,5\n",
    "subscriptions": (
        "account_id,subscription_id,product,mrr,start_date,end_date\n"
        "a,s1,suite,10000,2024-01-01,\nb,s2,suite,5,2024-01-01,2026-12-31\n"
    ),
}


def small_project(folder: Path) -> Path:
    """Write the project with its data."""
    write_project(folder)
    (folder / "data").mkdir()
    for name, text in FILES.items():
        (folder / "data" / f"{name}.csv").write_text(text)
    return folder
