"""Pages about what is published already: one that cannot be written is missing, and undoes nothing."""

from __future__ import annotations

from collections.abc import Callable

from transforms.errors import RetierError


def write_or_warn(write: Callable[[], object], what: str, remedy: str) -> list[str]:
    """Write pages once a month is published: a failure, such as a full disk, is no failure of the command.

    Args:
        write: Writes the pages.
        what: What is missing if that fails.
        remedy: What makes the pages once the cause is gone.

    Returns:
        No sentence, or the one that says what is missing, why, and what to do.
    """
    try:
        write()
    except (RetierError, OSError) as error:
        return [f"{what}: {error}; then {remedy}"]
    return []
