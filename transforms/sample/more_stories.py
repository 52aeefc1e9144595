"""The other half of the planted stories: those about leaving, illness and sudden changes of contract."""

from __future__ import annotations

from datetime import date

from transforms.sample.script import Contract, Story
