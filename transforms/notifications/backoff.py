"""How long to wait before a message is sent again."""

from __future__ import annotations

import hashlib

_RANGE = 2**32


def wait_seconds(attempts: int, message_id: str, first_seconds: float, longest_seconds: float) -> float:
    """Return the pause after a failed attempt: it doubles each time, with jitter so that retries do not coincide.

    Args:
        attempts: How many attempts have failed, from 1.
        message_id: The message; its jitter is always the same.
        first_seconds: The longest pause after the first attempt.
        longest_seconds: The longest pause after any attempt.

    Returns:
        Seconds, between half of the longest pause for this number of attempts and all of it.
    """
    # A float overflows after more doublings than this, and by then every pause is the longest.
    full = min(first_seconds * 2.0 ** min(attempts - 1, 500), longest_seconds)
    digest = hashlib.sha256(f"{message_id}:{attempts}".encode()).hexdigest()
    return full * (0.5 + int(digest[:8], 16) / _RANGE / 2)
