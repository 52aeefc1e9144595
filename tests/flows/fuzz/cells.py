"""Values that nobody should write into a cell, by the kind of the column."""

from __future__ import annotations

from random import Random
from typing import Any

import polars as pl

from tests.flows.fuzz.sheets import Token
from tests.flows.test_naughty_accounts import EVERYTHING
from transforms.contracts import SOURCES
from transforms.contracts.model import TIMESTAMP

NUMBERS: tuple[Any, ...] = (
    "1e400", "-1e400", "-0", "NaN", "nan", "inf", "-Infinity", "0.30000000000000004", "1,5", "1.234,5", " 7 ", "٣",
    "\uff11\uff12",
    "1e5", "1e-320", "0x10", "1_000", "+5", "--5", "5-", "1.0", "1.5", "007", "1e", "½", "$5", "5%", "(5)",
    "1e308", "-5", "9" * 40, "12 34", "\u00a07", "1000000000000.01", "∞", "1e12", "1E3", ".5", "5.", "1.0000000001",
    2**53 + 1, 2**63 - 1, 2**63, 2**64, -(2**63), -(2**63) - 1, 10**400, 0.1 + 0.2, -0.0, 5e-324, True, False,
    Token("1e400"), Token("-0"), Token("NaN"), Token("Infinity"), Token("1E+2"), Token("1" * 5000), Token("0.1e-999"),
)  # fmt: skip
DATES: tuple[Any, ...] = (
    "0000-00-00", "9999-12-31", "2025-02-29", "2025-02-30", "1900-01-01", "1899-12-31", "10000-01-01", "2999-01-15",
    "0001-01-01", "-0001-01-01", "2025-1-5", "25-01-05", "05.01.2025", "01/05/2025", "20250105", "2025-01", "2025",
    "2025-01-15T10:00:00", "2025-01-15T23:30:00-05:00", "2025-01-31T23:59:59.999999Z", "2025-01-15 10:00:00+14:00",
    "2025-01-15T24:00:00Z", "2025-01-15T10:00:60Z", "2025-01-15 10:00 Europe/Berlin", "2025-01-15T10:00:00 UTC", "now",
    "1736899200", 1736899200, 45672, 45672.5, "Jan 5, 2025", " 2025-01-05 ",
    "\uff12\uff10\uff12\uff15-01-05", "2025\u201001\u201005", "NULL",
    "1970-01-01", "2025-W03-1", "2025-01-15T10:00:00.123456789Z", "2025-01-15Z", "2025-01-15T10", "0000-01-01",
    "262143-12-31", "-262144-01-01", "99999999-01-01", "2025-12-31T23:59:59-23:59", "9999-12-31T23:59:59-14:00",
    "1900-01-01T00:00:00+14:00", "2025-01-15T10:00:00+99:99", True,
)  # fmt: skip
FLAGS: tuple[Any, ...] = (
    "TRUE", "True", "T", "t", "yes", "Y", "on", "ja", "wahr", "1", "0", "-1", "2", "1.0", "0.0", "FALSE", "f", "No",
    "n", "off", "null", "None", "NaN", " true ", "tru", 1, 0, 2, 1.0, True, False, "✓", "x", "真",
)  # fmt: skip
TEXTS: tuple[Any, ...] = (
    *EVERYTHING, " ", "\t", "\n", "a\nb", "a\r\nb", "a\rb", "\r", "\x00", "a\x00b", '"', '""', "'", '"a"', "a,b", "a;b",
    "\\", '\\"', "\ufeff", "\u2028", "\u0085", "\x0b", "\x0c", "\x1a", "\x1b[0m", "\U0001f600", "e\u0301", "\ufffe",
    "\ud800", "null", "NULL", "None", "\\N", "NA", "N/A", "#REF!", "=1+1", "{}", "[]", "{{ x }}", 0, 1.5, True,
)  # fmt: skip
JSON_VALUES: tuple[Any, ...] = (
    [], {}, [1, 2], {"a": {"b": [None, True, "x"]}}, [[[[[]]]]], {"a": 1, "b": "ü"}, [None], {"": ""}, ["2025-01-05"],
    Token("[" * 400 + "]" * 400), Token('{"a":' * 60 + "1" + "}" * 60), {"x": 10**30}, {"x": "a\nb"},
)  # fmt: skip
_LONGEST = 1 << 20
_BY_DTYPE = {
    pl.Int64(): NUMBERS, pl.Float64(): NUMBERS, pl.Date(): DATES, TIMESTAMP: DATES, pl.Boolean(): FLAGS,
}  # fmt: skip


def nasty(random: Random, source: str, column: str) -> Any:
    """Choose a value for a column, mostly of the kind that it should hold; now and then one of a megabyte."""
    kind = SOURCES[source].schema.get(column, pl.String())
    chance = random.random()
    if chance < 0.03:
        return random.choice("x7٣é\n") * random.choice([300, 70_000, _LONGEST])
    if chance < 0.06:
        return random.choice(JSON_VALUES)
    if chance < 0.12:
        return None
    if chance < 0.6:
        return random.choice(_BY_DTYPE.get(kind, TEXTS))
    return random.choice(random.choice([NUMBERS, DATES, FLAGS, TEXTS]))
