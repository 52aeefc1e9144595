"""Every case runs, and publishes what its README says."""

from __future__ import annotations

import pytest

from tests.cases.harness import CASES, differences, expectations_of, run_case

NAMES = sorted(path.parent.name for path in CASES.glob("*/given"))


@pytest.mark.parametrize("name", NAMES)
def test_case(name, tmp_path):
    expected = expectations_of(CASES / name)
    assert expected, f"{name} expects nothing"
    database = run_case(CASES / name, tmp_path)

    assert [told for one in expected for told in differences(database, one)] == []
