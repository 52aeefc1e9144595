"""A case: the files of one source, mutated as a seed says."""

from __future__ import annotations

import gzip
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from random import Random

from tests.flows.fuzz.damage import BINARY_DAMAGES, TEXT_DAMAGES
from tests.flows.fuzz.frames import as_parquet, retyped, with_extreme, with_odd_column
from tests.flows.fuzz.rows import ROW_MUTATIONS, ragged_row
from tests.flows.fuzz.sheets import Sheet, as_csv, as_frame, as_json_lines

_ENDINGS = ("csv", "csv", "csv.gz", "jsonl", "jsonl", "jsonl.gz", "parquet", "parquet")


@dataclass(frozen=True)
class Case:
    """The files of one source.

    Attributes:
        seed: What it was made from: the same seed makes the same.
        source: The source.
        files: Their content by name.
        words: What was done to them.
    """

    seed: str
    source: str
    files: Mapping[str, bytes]
    words: tuple[str, ...]

    def __str__(self) -> str:
        return f"seed {self.seed}: {self.source} in {', '.join(self.files)}: {'; '.join(self.words)}"

    def put(self, project: Path) -> None:
        """Make them the only files of the source."""
        folder = project / "data" / self.source
        shutil.rmtree(folder)
        folder.mkdir()
        for name, content in self.files.items():
            (folder / name).write_bytes(content)


def make_case(seed: str, sheets: Mapping[str, Sheet]) -> Case:
    """Mutate one source of many, as a seed says."""
    random = Random(seed)
    source = random.choice(sorted(sheets))
    sheet, words = sheets[source], list[str]()
    ending = random.choice(_ENDINGS)
    for _ in range(random.choice([0, 1, 1, 1, 2, 3])):
        if sheet.rows and sheet.names:
            sheet, told = random.choice(ROW_MUTATIONS)(random, sheet, source)
            words.append(told)
    if not words or random.random() < 0.1:
        content, told = _damaged(random, sheet, source, ending)
    else:
        content, told = _written(random, sheet, ending)
    files = {f"all.{ending}": content}
    if random.random() < 0.1:
        files |= _beside(random, sheet, ending, content)
    return Case(seed, source, files, tuple(one for one in (*words, told) if one))


def _written(random: Random, sheet: Sheet, ending: str) -> tuple[bytes, str]:
    if ending == "parquet":
        return as_parquet(random, as_frame(sheet))
    content, told = _as_text(random, sheet, ending)
    return (gzip.compress(content, mtime=0), told) if ending.endswith(".gz") else (content, told)


def _as_text(random: Random, sheet: Sheet, ending: str) -> tuple[bytes, str]:
    if ending.startswith("jsonl"):
        return as_json_lines(sheet), ""
    delimiter, is_quoted = random.choice(",,,;\t|"), random.random() < 0.5
    end = random.choice(["\n", "\n", "\r\n"])
    content = as_csv(sheet, delimiter=delimiter, is_quoted=is_quoted, line_end=end)
    return content, f"delimiter {delimiter!r}, quoted {is_quoted}, lines end {end!r}"


def _damaged(random: Random, sheet: Sheet, source: str, ending: str) -> tuple[bytes, str]:
    if ending == "parquet":
        frame, words = random.choice([retyped, retyped, retyped, with_extreme])(random, as_frame(sheet))
        frame, more = with_odd_column(random, frame) if random.random() < 0.2 else (frame, "")
        words = f"{words}; {more}" if more else words
        content, told = as_parquet(random, frame)
        if random.random() < 0.4:
            content, words = random.choice(BINARY_DAMAGES)(random, content)
        return content, f"{words}; {told}"
    is_ragged = ending.startswith("csv") and bool(sheet.rows) and random.random() < 0.15
    sheet, words = ragged_row(random, sheet, source) if is_ragged else (sheet, "")
    content, told = _as_text(random, sheet, ending)
    if not is_ragged:
        content, words = random.choice(TEXT_DAMAGES)(random, content)
    content = gzip.compress(content, mtime=0) if ending.endswith(".gz") else content
    return content, f"{words}; {told}" if told else words


def _beside(random: Random, sheet: Sheet, ending: str, content: bytes) -> dict[str, bytes]:
    """Return another file that lies beside the first one."""
    more = {
        f"copy.{ending}": content,
        "again.csv": as_csv(sheet),
        "again.jsonl": as_json_lines(sheet),
        "header.csv": as_csv(sheet.with_rows([])),
        "nothing.csv": b"",
        "nothing.jsonl": b"",
        "notes.md": b"not data\n",
    }
    name = random.choice(sorted(more))
    return {name: more[name]}
