"""Notifications: which changes of a month are sent to whom, when they are held, and when they are retried."""
