"""Marks for tests of what only one of the databases has."""

from __future__ import annotations

import pytest

only_duckdb = pytest.mark.parametrize("database", ["duckdb"], indirect=True)
only_postgresql = pytest.mark.parametrize("database", ["postgresql"], indirect=True)
