"""The sample company, read once for all laws of a file."""

from __future__ import annotations

import pytest

from tests.demo import Demo
from tests.flows.laws.company import Company


@pytest.fixture(scope="module")
def company(demo_project: Demo) -> Company:
    """What `retier demo` publishes."""
    return Company(demo_project.folder)
