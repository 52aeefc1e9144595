"""`retier report` writes one file, the same for the same warehouse, and refuses in one sentence."""

from __future__ import annotations

import json
import shutil
from html import unescape

from flows.report.write import write_report
from flows.settings import load_project
from tests.flows.report.published import BREAKING


def test_it_writes_the_newest_month_and_prints_the_path(run, published, report_file, html):
    result = run("report", "--project", published, "--json")

    assert result.exit_code == 0, result.stderr
    told = json.loads(result.stdout)
    assert told["file"] == str(report_file) == str(published / "out" / "report-2025-02.html")
    assert told["bytes"] == report_file.stat().st_size < 5_000_000
    # The same content of the warehouse makes the same file.
    assert report_file.read_text(encoding="utf-8") == html
    # What was half written is gone.
    assert {path.suffix for path in report_file.parent.iterdir()} == {".html"}


def test_a_month_that_is_not_published_is_wrong_use(run, published):
    result = run("report", "--project", published, "--month", "2030-01")

    assert result.exit_code == 2
    assert result.stderr == ("retier: 2030-01 is not published: the published months run from 2025-01 to 2025-02\n")


def test_a_project_that_has_never_run_says_what_to_do(run, project):
    result = run("report", "--project", project)

    assert result.exit_code == 2
    assert "no month is published yet" in result.stderr
    assert not (project / "retier.duckdb").exists()


def test_data_docs_are_linked_from_beside_the_report_where_they_are(published, html, tmp_path):
    folder = shutil.copytree(published, tmp_path / "project")
    page = folder / "out" / "data-docs" / "2025-02-1" / "index.html"
    page.parent.mkdir(parents=True)
    page.touch()

    written = write_report(load_project(folder, {}), None).read_text(encoding="utf-8")

    assert 'href="data-docs/2025-02-1/index.html"' in written
    assert "data-docs" not in html


def test_nothing_from_data_stands_in_the_page_as_markup(html):
    # In a script it is escaped as JSON, elsewhere as HTML.
    assert BREAKING not in html
    assert "\\u003c/script\\u003e\\u003cscript\\u003e" in html
    assert "&lt;/script&gt;&lt;script&gt;" in html


def test_the_page_allows_itself_no_network_and_no_script_but_its_own(html):
    policy = unescape(html.split('Content-Security-Policy" content="')[1].split('"')[0])
    assert policy.startswith("default-src 'none'; script-src 'sha256-")
    assert "unsafe-inline" not in policy.split("script-src")[1].split(";")[0]
    assert "unsafe-eval" not in policy
