"""Hostile names are inert: in HTML, in chats as Apprise hands them on, in plain text and in subjects."""

from __future__ import annotations

import json
import unicodedata
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path

import pytest

from flows.notify.inert import one_line
from flows.notify.render import Templates
from flows.notify.send import send_waiting
from tests.flows.naughty import NAUGHTY, SHARED
from tests.flows.notify.digests import message
from tests.flows.notify.published import ACCOUNTS, CHANGES, project_of, publish_month
from tests.flows.notify.receivers import WebServer

MARKS = "*_~`<>[]@|#\\"
MEANT_FOR_CHATS = [
    "<!channel>", "<!here|here>", "@here", "@channel", "&lt;!channel&gt;", "<@U024BE7LH>", "!channel>", "@U1>",
    "<https://evil.example|Acme>", "[Acme](https://evil.example)", "![x](https://evil.example/x.png)",
    "https://evil.example", "www.evil.example", "evil.example", "mailto:x@evil.example", "*bold*", "_it_", "~gone~",
    "`code`", "```\ncode", "> quote", "# heading", "\\<!channel\\>", "\\*bold\\*", ":smile:", "||spoiler||", "a\n- b",
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "\"><b>x", "&lt;b&gt;", "</body></html>", "{{ 7*7 }}",
    "Acme\r\nBcc: evil@example.com", "Acme\u2028\u2029x", "\u202eemca", "\x00\x07\x1b[31mred", "tab\tbed", "x" * 5000,
]  # fmt: skip


def every_string() -> list[str]:
    """All of the big list where it is there, else those of it that other tests use."""
    path = SHARED / "data" / "blns" / "blns.json"
    every = json.loads(path.read_text(encoding="utf-8")) if path.exists() else []
    return [text for text in dict.fromkeys([*NAUGHTY, *MEANT_FOR_CHATS, *every]) if text.strip()]


@pytest.fixture(scope="module")
def templates(tmp_path_factory: pytest.TempPathFactory) -> Templates:
    """The templates of retier."""
    return Templates(project_of(tmp_path_factory.mktemp("templates"), "  c: {url: 'json://127.0.0.1'}\n"))


def refuse_control(text: str) -> None:
    odd = {character for character in text if unicodedata.category(character) in {"Cc", "Cs"}} - {"\n"}
    assert not odd, (odd, text)
    assert not set("\u2028\u2029\u202e\u2066\u200e") & set(text)


def marks(text: str) -> dict[str, int]:
    return {mark: text.count(mark) for mark in MARKS}


class Tags(HTMLParser):
    """Notes tags with their attributes, and the text."""

    def __init__(self, document: str) -> None:
        super().__init__()
        self.tags: list[object] = []
        self.text = ""
        self.feed(document)

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.append((tag, attrs))

    def handle_endtag(self, tag: str) -> None:
        self.tags.append(f"/{tag}")

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_decl(self, decl: str) -> None:
        self.tags.append(decl)

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)


def test_no_name_makes_a_tag_in_html(templates):
    plain = Tags(templates.write(message("Acme"), "html").body).tags
    for name in every_string():
        written = templates.write(message(name), "html").body
        refuse_control(written)
        assert Tags(written).tags == plain, name


def test_no_name_formats_mentions_or_links_in_a_chat(templates):
    plain = marks(templates.write(message("Acme"), "chat").body)
    lines = templates.write(message("Acme"), "chat").body.count("\n")
    for name in every_string():
        written = templates.write(message(name), "chat").body
        refuse_control(written)
        assert marks(written) == plain, name
        assert written.count("\n") == lines, name
        assert "://" not in written
        assert ".example" not in written


def test_no_name_breaks_a_line_or_reaches_the_subject_of_plain_text(templates):
    plain = templates.write(message("Acme"), "text")
    for name in every_string():
        written = templates.write(message(name), "text")
        refuse_control(written.body)
        assert written.body.count("\n") == plain.body.count("\n"), name
        assert written.title == plain.title
        assert written.body.endswith(f"\nMessage {'0' * 32}\n")


def test_a_subject_is_one_line():
    for name in every_string():
        assert "\n" not in one_line(name)
        refuse_control(one_line(name))


def test_what_a_name_looks_like_stays(templates):
    for name, seen in (
        ("AT&T", "AT&T"),
        ("Zoë ☃", "Zoë ☃"),
        ("Acme <EMEA>", "Acme \u2039EMEA\u203a"),
        ("a\nb", "a\uff3cnb"),
    ):
        assert f"- **{seen}**" in templates.write(message(name), "chat").body


def test_apprise_hands_hostile_names_to_slack_as_they_are(web: WebServer, empty_folder: Path, monkeypatch):
    url = "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/#cs"
    project = project_of(empty_folder, f'  cs: {{url: "{url}", format: chat, messages: [alert, digest]}}\n')
    names = ["AT&T", *(name for name in MEANT_FOR_CHATS if "\x00" not in name)]
    accounts = {f"a-{number}": ACCOUNTS["a-1"] | {"name": name} for number, name in enumerate(names)}
    changes = [CHANGES[0] | {"account_id": account} for account in accounts]
    publish_month(project, accounts, changes)
    monkeypatch.setattr("apprise.plugins.slack.NotifySlack.webhook_url", f"http://{web.url}/services")
    assert send_waiting(project).count("sent") == 1
    text = web.posted[0].json["attachments"][0]["text"]
    counts = Counter(text)
    assert (counts["<"], counts["@"], counts["`"], counts["_"], counts["~"]) == (0, 0, 0, 0, 0)
    assert counts["*"] == 2 * (len(accounts) + 1), "only the template's marks, which Apprise made Slack's"
    assert "*AT&amp;T*" in text
    refuse_control(text)
