"""The versions of definitions, which are part of the names of facts in the fact store, besides their inputs."""

from __future__ import annotations

from flows.inputs.fingerprints import fingerprint_of
from transforms.versions import raised

OF_0_1_0 = "2fa63c071c0dd6fd19464020c11dcd89bab7e12748f3ac392be95d3ddd25d496"
"""What 0.1.0 named all facts by, a hash of its code: the first versions keep the name, so its facts are found."""


def fact_version(kind: str, first: str = OF_0_1_0) -> str:
    """Return what the facts of a kind are named by; another text as soon as a definition behind them is raised.

    Args:
        kind: The kind in the fact store, such as ``tickets``.
        first: What 0.1.0 named them by.
    """
    versions = raised(kind)
    return fingerprint_of(versions) if versions else first
