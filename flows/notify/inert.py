"""Makes text from data harmless in mail readers and chats."""

from __future__ import annotations

from flows.escaping import escape_controls
from flows.settings.channels import Format

_LOOKALIKES = str.maketrans(
    {
        "*": "\u2217",
        "_": "\u02cd",
        "~": "\u223c",
        "`": "\u02cb",
        "@": "\uff20",
        "#": "\uff03",
        "!": "\u01c3",
        "<": "\u2039",
        ">": "\u203a",
        "[": "\uff3b",
        "]": "\uff3d",
        "|": "\u2223",
        "\\": "\uff3c",
        "$": "\uff04",
    }
)
"""What a chat may take for formatting, a mention, a link or an escape, and what looks like it and is none.

Escaping would not do: Slack knows no escape for its own marks, each chat has other rules, and what one of them
unescapes another one reads. Behind a colon or a full stop within a word, which make links and pictograms, goes a word
joiner. An ampersand stays: Apprise writes it as each chat wants it.
"""

_JOINER = "\u2060"
_LONGEST = 300
"""How much of a value is shown; a name may be as long as anybody likes."""


def inert(text: object, form: Format) -> str:
    """Write a value for a message of a format.

    Control characters, line breaks and characters that change the direction of text become escapes. HTML is left to the
    template's escaping.
    """
    seen = escape_controls(text)
    seen = seen if len(seen) <= _LONGEST else f"{seen[: _LONGEST - 1]}\u2026"
    if form != "chat":
        return seen
    return _without_links(seen.translate(_LOOKALIKES))


def one_line(text: str) -> str:
    """Write a text on one line, as headers need it."""
    return escape_controls(" ".join(text.split()))


def _without_links(text: str) -> str:
    pieces = []
    for place, character in enumerate(text):
        pieces.append(character)
        before, after = text[place - 1 : place], text[place + 1 : place + 2]
        is_colon = character == ":" and after and not after.isspace()
        is_dot = character == "." and after.isalnum() and (before.isalpha() or after.isalpha())
        if is_colon or is_dot:
            pieces.append(_JOINER)
    return "".join(pieces)
