"""Checks that Apprise can use a project's channels, without sending anything."""

from __future__ import annotations

from flows.notify.transport import UnusableChannelError, refuse_unusable
from flows.settings import Project


def channel_faults(project: Project) -> list[str]:
    """Return one sentence for each channel whose URL Apprise cannot use, without showing the URL."""
    faults = (channel_fault(project, name) for name in project.settings.channels)
    return [fault for fault in faults if fault is not None]


def channel_fault(project: Project, name: str) -> str | None:
    """Return what is wrong with a channel; None if Apprise can use it."""
    try:
        refuse_unusable(project.settings.channels[name])
    except UnusableChannelError:
        return (
            f"Apprise cannot use the url of the channel {name!r}: compare it with its service's page on "
            "appriseit.com, and fix it in retier.yaml"
        )
    return None
