"""An account that is erased is gone from reports, which still draw their charts."""

from __future__ import annotations

import re

from flows.erase.pages import pages_to_erase
from tests.flows.report.published import BREAKING, QUOTED
from transforms.erasure import Erasure

PROGRAMS = re.compile(r'<script data-of="retier">.*?</script>', re.DOTALL)


def test_names_go_and_programs_stay(report_file, html):
    # An id that also stands in the program that draws the charts.
    assert "vegaEmbed" in html

    pages = pages_to_erase(report_file.parent, Erasure("vegaEmbed", "erased-1", (BREAKING, QUOTED)))

    (page,) = [page for page in pages if page.path == report_file]

    assert page.present is not None
    assert PROGRAMS.findall(page.present) == PROGRAMS.findall(html)
    assert len(PROGRAMS.findall(html)) == 2
    assert "&lt;b&gt;Sons" not in page.present
    assert page.present.count("erased-1") >= 6
    # A customer's need of that name is no name, and stays in the chart of needs.
    assert "document.title" not in re.sub(r"<script.*?</script>", "", page.present, flags=re.DOTALL)
