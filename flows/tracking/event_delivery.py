"""How long the process of a run waits for a Prefect server that went away."""

from __future__ import annotations

from prefect.events.clients import PrefectEventsClient
from prefect.events.worker import EventsWorker, emit_events_to_cloud, should_emit_events_to_running_server

ATTEMPTS_WITHOUT_A_PAUSE = 3
"""How often Prefect's client connects again without a pause between."""


def let_events_wait_for_the_next() -> None:
    """Let an event that a server of one's own does not take go along with the next one that it takes, or in 30 s.

    Without this Prefect tries each event for 7 s, one after another, and the process ends after its last one: minutes
    after its month was published. A server that is up gets every event at once, as ever.
    """
    is_own_server = should_emit_events_to_running_server() and not emit_events_to_cloud()
    if is_own_server:
        # Prefect drops, without a word, what is sent by a client of a class that it does not know.
        EventsWorker.set_client_override(PrefectEventsClient, reconnection_attempts=ATTEMPTS_WITHOUT_A_PAUSE)
    else:
        EventsWorker.set_client_override(None)
