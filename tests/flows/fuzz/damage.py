"""Damage to written text files: each takes bytes, and returns others and words for what was done."""

from __future__ import annotations

import codecs
import gzip
from collections.abc import Callable
from random import Random

from tests.flows.naughty import SHARED

Damaged = tuple[bytes, str]
Damage = Callable[[Random, bytes], Damaged]

_SPECTRUM = sorted((SHARED / "data" / "csv-spectrum" / "csvs").glob("*.csv"))
_ELSE = (
    b"", b"\n", b" ", b"\r\n\r\n", b"\x00", b"\x1f\x8b", b"PAR1", b"PK\x03\x04", codecs.BOM_UTF8, codecs.BOM_UTF16_LE,
    b"<!DOCTYPE html><html><body>Please log in</body></html>", b"[]", b"{}", b"{}\n{}\n", b"null\n", b"[1]\n[2]\n",
    b"a", b",,,,\n,,,,\n", b'"', b'"""', b"\xff\xfe\x00\x00", bytes(range(256)) * 20, b"\x00" * 5000,
)  # fmt: skip
_PIECES = (
    b"\x00", b"\xe9", b"\xff", b"\xc3", b'"', b'""', b",", b"\r", b"\n", b"\r\n", b"\\", b"\x1a", b"\xef\xbb\xbf",
    b"{", b"}", b"\xed\xa0\x80", b"\xc0\x80", b"\x80", b"\xf4\x90\x80\x80", b"\xe2\x80\xa8", b"'", b";", b"\t", b"\x85",
)  # fmt: skip
_ENCODINGS = ("utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252", "utf-7", "cp037")


def insert(random: Random, content: bytes) -> Damaged:
    place, piece = random.randrange(len(content) + 1), random.choice(_PIECES)
    return content[:place] + piece + content[place:], f"{piece!r} put in at byte {place}"


def delete(random: Random, content: bytes) -> Damaged:
    place, many = random.randrange(len(content) + 1), random.choice([1, 1, 2, 30])
    return content[:place] + content[place + many :], f"{many} bytes left out at {place}"


def flip(random: Random, content: bytes) -> Damaged:
    changed = bytearray(content)
    places = [random.randrange(len(content)) for _ in range(random.choice([1, 1, 3, 40]))] if content else []
    for place in places:
        changed[place] = random.randrange(256)
    return bytes(changed), f"bytes {places[:3]} of {len(places)} scrambled"


def delete_quote(random: Random, content: bytes) -> Damaged:
    places = [place for place, byte in enumerate(content) if byte == 34]
    if not places:
        return content + b'"', "a quote at the end"
    place = random.choice(places)
    return content[:place] + content[place + 1 :], f"quote at byte {place} left out"


def truncate(random: Random, content: bytes) -> Damaged:
    place = random.randrange(len(content) + 1)
    return content[:place], f"cut after byte {place} of {len(content)}"


def header_only(random: Random, content: bytes) -> Damaged:
    return content.partition(b"\n")[0] + random.choice([b"", b"\n", b"\n\n"]), "first line only"


def repeat(random: Random, content: bytes) -> Damaged:
    return content + content, "the whole file once more inside itself"


def blank_lines(random: Random, content: bytes) -> Damaged:
    blank = random.choice([b"\n", b"\n\n", b" \n", b"\r\n", b",\n", b'""\n'])
    lines = content.splitlines(keepends=True)
    place = random.randrange(len(lines) + 1)
    return b"".join([*lines[:place], blank, *lines[place:]]), f"{blank!r} as a line before line {place + 1}"


def no_last_line_end(random: Random, content: bytes) -> Damaged:
    return content.rstrip(b"\r\n"), "no line end at the end"


def line_ends(random: Random, content: bytes) -> Damaged:
    end = random.choice([b"\r\n", b"\r", None])
    lines = content.split(b"\n")
    ends = [end or random.choice([b"\n", b"\r\n", b"\r"]) for _ in lines[1:]]
    pieces = [piece for pair in zip(lines, ends, strict=False) for piece in pair]
    return b"".join([*pieces, lines[-1]]), f"line ends {end!r}" if end else "line ends mixed"


def encoded(random: Random, content: bytes) -> Damaged:
    encoding = random.choice(_ENCODINGS)
    return content.decode("utf-8", "replace").encode(encoding, "replace"), f"encoded as {encoding}"


def delimited(random: Random, content: bytes) -> Damaged:
    delimiter = random.choice([b";", b"\t", b"|", b" ", b":"])
    return content.replace(b",", delimiter), f"commas became {delimiter!r}"


def something_else(random: Random, content: bytes) -> Damaged:
    chosen = random.choice([*_ELSE, *(path.read_bytes() for path in _SPECTRUM)])
    return chosen, f"something else: {chosen[:30]!r}"


def packed(random: Random, content: bytes) -> Damaged:
    return gzip.compress(content, mtime=0), "packed"


def badly_packed(random: Random, content: bytes) -> Damaged:
    whole = gzip.compress(content, mtime=0)
    place = random.randrange(len(whole))
    ways = {
        "cut": whole[:place],
        "scrambled": whole[:place] + bytes([whole[place] ^ 255]) + whole[place + 1 :],
        "with rubbish behind": whole + b"rubbish",
        "with zeros behind": whole + b"\x00" * 512,
        "twice": gzip.compress(whole, mtime=0),
        "in two pieces": gzip.compress(content[:place], mtime=0) + gzip.compress(content[place:], mtime=0),
        "empty": gzip.compress(b"", mtime=0),
    }
    way = random.choice(sorted(ways))
    return ways[way], f"packed, {way} ({place})"


TEXT_DAMAGES: tuple[Damage, ...] = (
    insert, insert, insert, delete, flip, delete_quote, truncate, truncate, header_only, repeat, blank_lines,
    no_last_line_end, line_ends, line_ends, encoded, encoded, delimited, something_else, packed, badly_packed,
)  # fmt: skip
BINARY_DAMAGES: tuple[Damage, ...] = (insert, delete, flip, truncate, truncate, repeat, something_else, packed)
