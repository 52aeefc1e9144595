"""Tables of Salesforce for tests: an account, its versions, and what was done with it."""

from __future__ import annotations

from typing import Any

# Ids as Salesforce gives them: the last three letters stand for the upper case of each five characters before them.
ACME, ACME_15 = "001q000000wW9BeAAK", "001q000000wW9Be"
BETA, BETA_15 = "0011G00000eLwuWQAS", "0011G00000eLwuW"
OPEN_END = "9999-12-31 23:59:59"


def account(own_id: str = ACME, **columns: Any) -> dict[str, Any]:
    """An account that was created on 5 March 2019."""
    return {"id": own_id, "name": "Acme", "created_date": "2019-03-05 10:00:00", "is_deleted": False, **columns}


def version(since: str, until: str = OPEN_END, **columns: Any) -> dict[str, Any]:
    """A version of Acme in history mode."""
    return account(_fivetran_start=since, _fivetran_end=until, **columns)


def event(**columns: Any) -> dict[str, Any]:
    """A meeting of an hour with Acme on 3 June 2020."""
    return {
        "id": "00U1",
        "account_id": ACME,
        "type": "Demo",
        "start_date_time": "2020-06-03 10:00:00",
        "duration_in_minutes": 60,
        "is_child": False,
        "is_deleted": False,
        **columns,
    }


def task(**columns: Any) -> dict[str, Any]:
    """A call of ten minutes with Acme on 4 June 2020 that was logged."""
    return {
        "id": "00T1",
        "account_id": ACME,
        "task_subtype": "Call",
        "status": "Completed",
        "is_closed": True,
        "activity_date": "2020-06-04",
        "call_duration_in_seconds": 600,
        "call_type": "Outbound",
        "call_disposition": None,
        **columns,
    }


def mapped(vendor_id: str, account_id: str) -> dict[str, str]:
    """A row of the map from accounts of Salesforce to others."""
    return {"system": "salesforce_account", "vendor_id": vendor_id, "account_id": account_id}


def of_salesforce(fixture: Any, source: str) -> Any:
    """A fixture that lands tables, for a source of Salesforce."""

    def made(tables: Any, **options: Any) -> Any:
        return fixture("salesforce", source, tables, **options)

    return made
