"""Notifications: pending rows of the outbox, written from the present published tables, and sent once."""
