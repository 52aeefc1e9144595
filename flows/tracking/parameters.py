"""The types of the parameters of flows: Prefect's server rejects what they reject."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

MonthText = Annotated[str, Field(pattern=r"^\d{4}-(0[1-9]|1[0-2])$", examples=["2026-10"])]
Day = Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$", examples=["2026-10-31"])]
Text = Annotated[str, Field(min_length=1, pattern=r"\S")]
