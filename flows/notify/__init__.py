"""Notifications: pending rows of the outbox, written from the published tables as they stand, and sent once."""
