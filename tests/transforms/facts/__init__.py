"""Tests of what events are counted into."""
