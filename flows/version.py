"""The version of the installed product."""

from importlib import metadata


def retier_version() -> str:
    """Return the version, as `runs` records it."""
    try:
        return metadata.version("retier")
    except metadata.PackageNotFoundError:
        return "unknown"
