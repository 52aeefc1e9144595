"""A project's own templates: they take the place of retier's, can do no harm, and a broken one loses nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.notify.render import TEMPLATES, Templates
from flows.notify.send import send_waiting
from flows.settings import Project
from tests.flows.notify.digests import message
from tests.flows.notify.published import outbox_of, project_of
from tests.flows.notify.receivers import WebServer
from transforms.errors import RetierError


@pytest.fixture
def project(web: WebServer, published_folder: Path) -> Project:
    return project_of(published_folder, f'  hook: {{url: "json://{web.url}/hook"}}\n')


def own(project: Project, name: str, text: str) -> None:
    folder = project.directory / TEMPLATES
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")


def test_a_template_of_the_project_takes_the_place_of_retiers(project, web):
    own(project, "digest.txt.j2", "{{ message.owner }}: {% for c in message.changes %}{{ c.name | upper }}{% endfor %}")
    assert send_waiting(project).count("sent") == 4
    told = [one.json["message"].splitlines()[0] for one in web.posted]
    assert sorted(told)[2:] == ["kim: ACME", "lee: CETA"]
    assert all(one.json["message"].splitlines()[-1].startswith("Message ") for one in web.posted)


def test_a_part_of_a_template_may_be_the_projects(project, web):
    own(project, "changes.txt.j2", "{% for c in message.changes %}- {{ c.account_id }}\n{% endfor %}")
    send_waiting(project)
    assert "- a-1" in web.posted[1].json["message"] + web.posted[2].json["message"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{% for %}", "line 1 cannot be used: Expected an expression"),
        ("{{ message.nothing }}", "has no attribute 'nothing'"),
        ("{{ message.changes[99].name }}", "cannot be used"),
        ("{{ 1 / 0 }}", "cannot be used: division by zero"),
        ("{{ message.owner | nofilter }}", "No filter named 'nofilter'"),
        ("{{ message.owner | safe }}", "No filter named 'safe'"),
        ("{% include 'nowhere.j2' %}", "nowhere.j2"),
        ("{% include 'digest.txt.j2' %}", "cannot be used"),
        ("{{ ''.__class__.__mro__ }}", "cannot be used"),
        ("{{ message.__init__.__globals__ }}", "cannot be used"),
        ("{{ 'x'.format(range(999999999)) ~ range(999999999) }}", "cannot be used"),
    ],
)
def test_a_broken_template_is_one_sentence_that_says_where(tmp_path, text, expected):
    project = project_of(tmp_path, "  hook: {url: 'json://127.0.0.1'}\n")
    own(project, "digest.txt.j2", text)
    with pytest.raises(RetierError) as caught:
        Templates(project).write(message("Acme"), "text")
    assert str(caught.value).startswith(f"the template {project.directory / TEMPLATES}")
    assert expected in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_broken_template_loses_nothing_and_stops_no_other_message(project):
    own(project, "digest.txt.j2", "{{ nothing }}")
    sending = send_waiting(project)
    assert (sending.count("sent"), sending.count("waiting")) == (2, 2)
    assert {outcome.error for outcome in sending.outcomes if outcome.error} == {
        f"the template {project.directory / TEMPLATES / 'digest.txt.j2'} cannot be used: 'nothing' is undefined; fix "
        "it, or move it away to use retier's own, and run retier notify again"
    }
    assert outbox_of(project).filter(status="pending")["attempts"].to_list() == [0, 0]
    own(project, "digest.txt.j2", "fixed")
    assert send_waiting(project).count("sent") == 2


def test_a_template_that_is_no_text_is_reported(project):
    folder = project.directory / TEMPLATES
    folder.mkdir(parents=True)
    (folder / "digest.txt.j2").write_bytes(b"\xff\xfe")
    assert {outcome.status for outcome in send_waiting(project).outcomes} == {"sent", "waiting"}


def test_what_a_template_of_the_project_prints_is_escaped_and_has_no_control_characters(tmp_path):
    project = project_of(tmp_path, "  hook: {url: 'json://127.0.0.1'}\n")
    own(project, "digest.html.j2", "a\x07b<p>{{ [message.owner] | join(', ') }}{{ message.owner }}</p>")
    written = Templates(project).write(message("<b>\x1b"), "html").body
    assert written.startswith("a\\x07b<p>&lt;b&gt;\\x1b&lt;b&gt;\\x1b</p>")
