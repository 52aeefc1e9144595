"""Channels in `retier.yaml`: every error is named, and no URL is ever shown."""

from __future__ import annotations

import pytest

from flows.settings import load_project
from tests.flows.conftest import SOURCES, write_project
from transforms.errors import WrongUseError

SECRET = "xoxb-71-planted"
HIDDEN = "a text that is not shown"
URL = f"slack://{SECRET}/{SECRET}/{SECRET}/#cs"


def loaded(folder, channels: str, **environ: str):
    return load_project(write_project(folder, f"channels:\n{channels}{SOURCES}"), environ).settings


def error(folder, channels: str, **environ: str) -> str:
    with pytest.raises(WrongUseError) as caught:
        loaded(folder, channels, **environ)
    assert SECRET not in str(caught.value)
    assert "planted" not in repr(caught.value)
    return str(caught.value)


def test_a_channel_is_read_with_its_secret_from_the_environment_and_never_shown(tmp_path):
    url = "mailtos://bot:${SMTP_PASSWORD}@smtp.example.com?to={recipient}"
    settings = loaded(
        tmp_path, f'  mail: {{url: "{url}", format: html, to: [lead@example.com]}}\n', SMTP_PASSWORD=SECRET
    )
    channel = settings.channels["mail"]
    assert channel.url == url.replace("${SMTP_PASSWORD}", SECRET)
    assert (channel.format, channel.is_addressed) == ("html", True)
    assert SECRET not in f"{settings!r} {settings} {channel!r} {channel} {settings.channels}"


def test_a_route_says_what_the_channel_says(tmp_path):
    written = (
        f'  chat: {{url: "{URL}", messages: [alert], owners: [kim], regions: [emea], tiers: [high_touch, low_touch]}}\n'
    )
    route = loaded(tmp_path, written).channels["chat"].route("chat")
    assert (route.channel, route.messages, route.is_addressed, route.to) == ("chat", ("alert",), False, ())
    assert (route.owners, route.regions, route.tiers, route.kinds) == (
        ("kim",),
        ("emea",),
        ("low_touch", "high_touch"),
        (),
    )


@pytest.mark.parametrize(
    ("channel", "expected"),
    [
        (f"{SECRET}/without/scheme", f"channels.c.url (line 2): got {HIDDEN}, expected an Apprise URL"),
        (f"slack://{SECRET} {SECRET}", f"channels.c.url (line 2): got {HIDDEN}, expected an Apprise URL"),
        (f"mailto://me:an@{SECRET}@e.com?to=a@e.com", f"got {HIDDEN}, expected %40 for each @"),
        (f"{{url: 'mailto://{SECRET}@e.com?to={{recipient}}'}}", "expected `to`, a list of addresses"),
        (f"{{url: '{URL}', to: [a@example.com]}}", "`to` is used only where the url contains {recipient}"),
        (f"{{url: '{URL}', format: markdown}}", "format (line 2): got 'markdown', expected 'text', 'html' or 'chat'"),
        (f"{{url: '{URL}', messages: []}}", "channels.c.messages (line 2)"),
        (f"{{url: '{URL}', kinds: [upgrade]}}", "channels.c.kinds.0 (line 2): got 'upgrade'"),
        (f"{{url: '{URL}', tiers: [gold]}}", "channels.c.tiers.0 (line 2): got 'gold'"),
        (f"{{adress: '{URL}'}}", "channels.c.url (line 2): missing"),
        (f"{{url: ['{URL}']}}", "channels.c.url (line 2): got " + HIDDEN),
        (f"'{URL}'", "channels.c (line 2): got " + HIDDEN),
        (f"['{URL}']", "channels.c (line 2): got " + HIDDEN),
    ],
)  # fmt: skip
def test_a_fault_names_its_place_and_hides_the_url(tmp_path, channel, expected):
    written = f"{{url: '{channel}'}}" if channel[0] not in "{'[" else channel
    assert expected in error(tmp_path, f"  c: {written}\n")


@pytest.mark.parametrize("address", ["a@example.com,b@example.com", "Kim <kim@example.com>", "kim", "a@b@c"])
def test_an_address_is_one_plain_address(tmp_path, address):
    url = f"mailto://{SECRET}@example.com?to={{recipient}}"
    assert "expected one plain e-mail address" in error(tmp_path, f"  c: {{url: '{url}', to: ['{address}']}}\n")


@pytest.mark.parametrize("name", ["approval", "a b", "ü", "a/b"])
def test_a_name_is_one_that_a_file_may_have(tmp_path, name):
    assert "expected a name of letters" in error(tmp_path, f"  {name}: {{url: '{URL}'}}\n")


def test_channels_under_a_mistyped_key_are_not_shown(tmp_path):
    path = write_project(tmp_path, f"chanels: {{c: {{url: '{URL}'}}}}\n{SOURCES}")
    with pytest.raises(WrongUseError, match="did you mean channels") as caught:
        load_project(path, {})
    assert SECRET not in str(caught.value)


def test_a_url_where_none_belongs_is_not_shown(tmp_path):
    path = write_project(tmp_path, f"currency: '{URL}'\n{SOURCES}")
    with pytest.raises(WrongUseError, match="got a text that is not shown, expected an ISO 4217 code") as caught:
        load_project(path, {})
    assert SECRET not in str(caught.value)


def test_delivery_has_bounds(tmp_path):
    path = write_project(tmp_path, f"delivery: {{maximum_attempts: 0, timeout_seconds: 5}}\n{SOURCES}")
    with pytest.raises(WrongUseError, match=r"delivery\.maximum_attempts \(line 1\): got 0"):
        load_project(path, {})
