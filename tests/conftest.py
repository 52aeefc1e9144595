"""Fixtures that every package's tests share."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from transforms.policy import Policy, PolicyBook

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="session")
def policy() -> Policy:
    """The policy that ships with the project."""
    text = (ROOT / "transforms" / "policy" / "default.yaml").read_text(encoding="utf-8")
    return PolicyBook.from_mapping(yaml.safe_load(text)).versions[0]
