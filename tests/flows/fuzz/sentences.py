"""What a sentence must be like with which anything is refused."""

from __future__ import annotations

import re

_FORBIDDEN = ("unexpected ", "Traceback", "fault of retier", "bug in retier", "Error:", "Exception")
_LONGEST = 4000
_RUN = re.compile(r"\d{4}-\d{2}-[0-9a-f]{12}")


def assert_plain(sentence: str, source: str) -> None:
    """Hold that it is one printable line and names the source."""
    assert_printable(sentence)
    assert source in sentence, f"{source} is not named: {sentence!r}"
    assert not [word for word in _FORBIDDEN if word in sentence], sentence


def assert_printable(sentence: str) -> None:
    """Hold that it is one line that steers no terminal, and not too long."""
    controls = [letter for letter in sentence if ord(letter) < 32 or 127 <= ord(letter) < 160]
    assert not controls, f"control characters {controls[:5]} in {sentence[:500]!r}"
    assert len(sentence) <= _LONGEST, f"{len(sentence):,} characters: {sentence[:500]!r}"


def without_runs(sentence: str) -> str:
    """Leave out what differs between two attempts."""
    return _RUN.sub("RUN", sentence)
