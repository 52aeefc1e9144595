"""Sees that Apprise can use the channels of a project; nothing is sent."""

from __future__ import annotations

from flows.notify.transport import UnusableChannelError, refuse_unusable
from flows.settings import Project


def channel_faults(project: Project) -> list[str]:
    """Name the channels whose URL is none that Apprise can use, in a sentence each that does not show it."""
    faults = (channel_fault(project, name) for name in project.settings.channels)
    return [fault for fault in faults if fault is not None]


def channel_fault(project: Project, name: str) -> str | None:
    """Say what is wrong with a channel of a project; None where Apprise can use it."""
    try:
        refuse_unusable(project.settings.channels[name])
    except UnusableChannelError:
        return (
            f"the url of the channel {name!r} is none that Apprise can use: look at its service's page on "
            "appriseit.com, and fix it in retier.yaml"
        )
    return None
