"""Which definitions were raised since a month was computed, and what their new versions changed."""

from __future__ import annotations

import json
from collections.abc import Mapping

from transforms.versions import what_changed

_RELEASED = {
    # 0.1.0 recorded a hash of the code of each part of `transforms/`; all of its definitions are version 1.
    # Python 3.11, 3.12 and 3.13 come to the same hashes.
    "accounts": "547c73e9216458fe0771e04cb958a972c7cc07d9e2d6bc04383c4d64fb1fc009",
    "economics": "4905e6725cf3f805b078a11f49931cbd271e16244890fd85f13fbb4c9d05d78a",
    "engagement": "f076466ee1a6542a68cc8640f81a5bbd082b49e16d4f1f4881525564722bf744",
    "exact": "5a85ad85c1d02d6a3ae8c0bf66f4fbec4b12496bf2c548c5099189d2d9925de7",
    "facts": "240e0ffde36099c23c1aa211a9a522c2e4195336dadd99c607da32eb975bf31b",
    "knowledge": "ae2482fdacabf451b0d49a6a71d610a189629c4620eb2b34aa22c2c25932ea20",
    "lifecycle": "140c4bcfbd381e96792a5530553a479265798b68d62d1b03454e8650904dfd46",
    "month": "81742b05cca000e2e32065ce6555bfad14be959d63b1f8691123e06c1e7d0081",
    "passwords": "d4222372fd16a8498d39fceac959df436f99cb2254e2cec94fef4306d0f2e4c3",
    "pillars": "7ddd2f6aacd1c02c09e6e98bba304956c26217b261a7cfb84991a52f0bc86f7b",
    "scoring": "cba9dd17458c0e6a39caf0d83da7a8d852d0ffbd171791936b94d270383736a7",
    "segments": "a0f9173e4ffd1cdaf3f60c6f697f6d45f721d9d435deac13e9752f9452c72610",
    "tiers": "427b8599042f6c48683c92a00d6e05db27a49b6d5990383613c833131dec1268",
}

NOT_RECORDED = "computed by an older version of retier, which did not record what from"
NO_RELEASE = "computed by a version of retier between releases, whose definitions are not known"


def changed_definitions(recorded: str, now: Mapping[str, int]) -> list[str]:
    """List the definitions whose version differs from the one that a month was computed with.

    Definitions that only one side has are left out: a source that was not mapped then is reported as a changed input,
    and a definition that was added later only adds columns.

    Args:
        recorded: ``definition_fingerprints`` of the run.
        now: The present versions, by definition.

    Returns:
        One text per definition, such as ``tickets 1 → 2 (counts reopened tickets)``.
    """
    found = json.loads(recorded)
    if found == _RELEASED:
        found = dict.fromkeys(now, 1)
    if any(not isinstance(version, int) for version in found.values()):
        return [NO_RELEASE]
    return [
        _described(name, found[name], version)
        for name, version in sorted(now.items())
        if name in found and found[name] != version
    ]


def _described(name: str, then: int, now: int) -> str:
    lines = [line for version in range(then + 1, now + 1) if (line := what_changed(name, version)) is not None]
    return f"{name} {then} → {now}" + (f" ({'; '.join(lines)})" if lines else "")
