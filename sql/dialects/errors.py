"""Errors that only a warehouse behind a network has."""

from __future__ import annotations

from transforms.errors import RetierError


class WarehouseGoneError(RetierError):
    """The server cannot be reached, or went away: what was under way may be tried again.

    Whether a commit that was under way took hold is not known. Publishing the same run again is safe: see
    :func:`sql.publish.publish`.
    """
