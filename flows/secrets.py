"""Keeps secrets out of what is printed."""

from __future__ import annotations

import re

_PASSWORD = re.compile(r"(?<=://)([^:/@\s]*):[^\s'\"]*(?=@)")


def without_password(text: str) -> str:
    """Hide the password of every URL in a text; up to the last @, since a password may hold one."""
    return _PASSWORD.sub(r"\1:***", text)
