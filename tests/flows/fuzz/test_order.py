"""The order of rows, the files they lie in and how those are written: none of it changes what is published."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random

from tests.flows.fuzz.cases import Case
from tests.flows.fuzz.frames import as_parquet
from tests.flows.fuzz.months import attempt
from tests.flows.fuzz.seeds import blocks
from tests.flows.fuzz.sheets import Sheet, as_csv, as_frame, as_json_lines
from tests.flows.fuzz.warehouse import read_warehouse, results_of
from tests.flows.projects import JANUARY

SEEDS = blocks("order", sample=1, whole=41, size=10)


def pieces(random: Random, sheet: Sheet) -> Iterator[tuple[str, bytes]]:
    """Shuffle the rows of a sheet, and deal them to files of all formats."""
    rows = random.sample(sheet.rows, len(sheet.rows))
    many = random.randint(1, 4)
    for number in range(many):
        piece = sheet.with_rows(rows[number::many])
        # Without rows a column of JSON or Parquet has no type, and a required one is missing.
        ending = random.choice(["csv", "jsonl", "parquet"]) if piece.rows else "csv"
        if ending == "csv":
            yield f"{number}.csv", as_csv(piece, delimiter=random.choice(",;\t|"), is_quoted=random.random() < 0.5)
        elif ending == "jsonl":
            yield f"{number}.jsonl", as_json_lines(piece)
        else:
            yield f"{number}.parquet", as_parquet(random, as_frame(piece))[0]


def test_order_and_formats_change_nothing(seeds: list[str], base, copied, sheets: dict[str, Sheet]):
    for seed in seeds:
        random, project = Random(seed), copied(False)
        for source, sheet in sheets.items():
            Case(seed, source, dict(pieces(random, sheet)), ()).put(Path(project))
        found = attempt(project, JANUARY)

        assert (found.status, found.sentence) == ("unchanged", ""), seed
        assert results_of(read_warehouse(project), JANUARY) == base(False).published, seed
