"""The version of the installed product."""

from importlib import metadata


def retier_version() -> str:
    """Give the version, as `runs` records it."""
    try:
        return metadata.version("retier")
    except metadata.PackageNotFoundError:
        return "unknown"
