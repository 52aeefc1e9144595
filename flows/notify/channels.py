"""Checks that Apprise can use a project's channels, without sending anything."""

from __future__ import annotations

from flows.notify.attempt import UnusableChannelError
from flows.notify.transport import refuse_unusable
from flows.settings import Project


def channel_errors(project: Project) -> list[str]:
    """Return one sentence for each channel whose URL Apprise cannot use, without showing the URL."""
    errors = (channel_error(project, name) for name in project.settings.channels)
    return [error for error in errors if error is not None]


def channel_error(project: Project, name: str) -> str | None:
    """Return what is wrong with a channel; None if Apprise can use it."""
    try:
        refuse_unusable(project.settings.channels[name])
    except UnusableChannelError:
        return unusable(name)
    return None


def unusable(name: str) -> str:
    """Describe that Apprise cannot use the URL of a channel, without showing it."""
    return (
        f"Apprise cannot use the url of the channel {name!r}: compare it with its service's page on "
        "appriseit.com, and fix it in retier.yaml"
    )
