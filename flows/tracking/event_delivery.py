"""How events are delivered when a Prefect server has gone away: the run does not wait for it."""

from __future__ import annotations

from prefect.events.clients import PrefectEventsClient
from prefect.events.worker import EventsWorker, emit_events_to_cloud, should_emit_events_to_running_server

ATTEMPTS_WITHOUT_A_PAUSE = 3
"""How often Prefect's client reconnects without a pause."""


def let_events_wait_for_the_next() -> None:
    """Deliver an event that a self-hosted server did not accept with the next one, or after 30 s.

    Otherwise Prefect tries each event for 7 s, one after another, and the process ends only after the last one:
    minutes after its month was published. A server that is up still gets every event at once.
    """
    is_own_server = should_emit_events_to_running_server() and not emit_events_to_cloud()
    if is_own_server:
        # Prefect silently drops events of a client class that it does not know.
        EventsWorker.set_client_override(PrefectEventsClient, reconnection_attempts=ATTEMPTS_WITHOUT_A_PAUSE)
    else:
        EventsWorker.set_client_override(None)
