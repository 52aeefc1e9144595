"""The default policy as it is written, to be edited by tests."""

from __future__ import annotations

import copy
from typing import Any

import pytest
import yaml

from tests.conftest import ROOT


@pytest.fixture(scope="session")
def default_policy_text() -> str:
    return (ROOT / "transforms" / "policy" / "default.yaml").read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def default_content(default_policy_text: str) -> dict[str, Any]:
    return yaml.safe_load(default_policy_text)


@pytest.fixture
def written(default_content: dict[str, Any]) -> dict[str, Any]:
    """The default policy's content, free to be changed."""
    return copy.deepcopy(default_content)
