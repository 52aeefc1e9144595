"""Notifications: which changes of a month are told to whom, when they wait, and when they are tried again."""
