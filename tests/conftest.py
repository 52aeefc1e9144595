"""Fixtures that every package's tests share."""

from __future__ import annotations

import gc
from pathlib import Path

import pytest
import yaml
from hypothesis import settings

from transforms.policy import Policy, PolicyBook

ROOT = Path(__file__).parent.parent

# The fixtures postgresql, postgresql_url and demo_project, of which nothing is started or made before a test asks for
# it, how tests are spread over processes, and where they write.
pytest_plugins = ["tests.postgres", "tests.demo", "tests.spreading", "tests.scratch"]

# A full collection visits all that the imported libraries keep for good, a million objects, and frees next to nothing.
# By Python's own thresholds that is a sixth of the tests' time. The young are still collected, and all at the end.
gc.set_threshold(50_000, 20, 50)

# The same examples in every run: what fails here fails everywhere, and a slow machine fails nothing.
settings.register_profile("ci", derandomize=True, deadline=None, print_blob=True)
settings.load_profile("ci")


@pytest.fixture(scope="session")
def policy() -> Policy:
    """The policy that ships with the project."""
    text = (ROOT / "transforms" / "policy" / "default.yaml").read_text(encoding="utf-8")
    return PolicyBook.from_mapping(yaml.safe_load(text)).versions[0]
