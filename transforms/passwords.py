"""Keeps passwords out of messages."""

from __future__ import annotations

import re

_PASSWORD = re.compile(r"(?<=://)([^:/@\s]*):\S*(?=@)")
_OPTION = re.compile(r"(?i)((?:ssl)?password=)[^&\s]*[^&\s'\"]")


def without_password(text: str) -> str:
    """Hide the password of every URL in a text; up to the last @ before a blank, since a password may hold one.

    Passwords that are options, as in ``?password=…``, are hidden too.
    """
    return _OPTION.sub(r"\1***", _PASSWORD.sub(r"\1:***", text))
