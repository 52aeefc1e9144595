"""Fingerprints: what a result was made from, as one short text."""

from __future__ import annotations

import hashlib
import json


def print_of(*parts: object) -> str:
    """Hash what something was made from; equal parts give equal fingerprints in every process."""
    text = json.dumps(parts, sort_keys=True, default=str, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
