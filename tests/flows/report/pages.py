"""Pages of a report in a browser, with what the browser complained of."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page

WIDE, PHONE = 1280, 360
LIGHT, DARK = "light", "dark"


@dataclass
class Opened:
    """A page that is open.

    Attributes:
        page: The page.
        complaints: What the console said.
        requests: The addresses that were asked for.
    """

    page: Page
    complaints: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)


@contextmanager
def opened(browser: Browser, file: Path, width: int = WIDE, scheme: Any = LIGHT) -> Iterator[Opened]:
    """Open a report and wait until its charts are drawn."""
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    seen = Opened(context.new_page())
    seen.page.on("console", lambda message: seen.complaints.append(message.text))
    seen.page.on("pageerror", lambda error: seen.complaints.append(str(error)))
    seen.page.on("request", lambda request: seen.requests.append(request.url))
    seen.page.goto(file.as_uri())
    seen.page.wait_for_selector("html[data-charts=drawn]", timeout=20_000)
    try:
        yield seen
    finally:
        context.close()
