"""Notifications: what waits in the outbox, written from the published tables as they stand, and sent once."""
