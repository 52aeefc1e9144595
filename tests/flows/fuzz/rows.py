"""Mutations of rows, cells and columns: each takes a sheet, and returns another one and words for what was done."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from tests.flows.fuzz.cells import nasty
from tests.flows.fuzz.sheets import Sheet
from transforms.contracts import SOURCES

Mutated = tuple[Sheet, str]
RowMutation = Callable[[Random, Sheet, str], Mutated]


def bad_cell(random: Random, sheet: Sheet, source: str) -> Mutated:
    row, column = random.randrange(len(sheet.rows)), random.randrange(len(sheet.names))
    value = nasty(random, source, sheet.names[column])
    return sheet.with_cell(row, column, value), f"row {row + 1} {sheet.names[column]} = {repr(value)[:80]}"


def bad_cells(random: Random, sheet: Sheet, source: str) -> Mutated:
    column, share = random.randrange(len(sheet.names)), random.choice([0.02, 0.3, 1])
    changed = sheet
    for row in range(len(sheet.rows)):
        if random.random() < share:
            changed = changed.with_cell(row, column, nasty(random, source, sheet.names[column]))
    return changed, f"{share:.0%} of {sheet.names[column]} nasty"


def one_value(random: Random, sheet: Sheet, source: str) -> Mutated:
    column = random.randrange(len(sheet.names))
    value = random.choice([None, None, nasty(random, source, sheet.names[column])])
    rows = [(*row[:column], value, *row[column + 1 :]) for row in sheet.rows]
    return sheet.with_rows(rows), f"every {sheet.names[column]} = {repr(value)[:80]}"


def bad_row(random: Random, sheet: Sheet, source: str) -> Mutated:
    row = tuple(nasty(random, source, name) for name in sheet.names)
    place = random.randrange(len(sheet.rows) + 1)
    return sheet.with_rows([*sheet.rows[:place], row, *sheet.rows[place:]]), f"a row of nasty cells before {place + 1}"


def nothing_row(random: Random, sheet: Sheet, source: str) -> Mutated:
    return sheet.with_rows([*sheet.rows, (None,) * len(sheet.names)]), "a row of nothing at the end"


def drop_column(random: Random, sheet: Sheet, source: str) -> Mutated:
    column = random.randrange(len(sheet.names))
    keep = [position for position in range(len(sheet.names)) if position != column]
    return _chosen(sheet, keep), f"{sheet.names[column]} dropped"


def swap_columns(random: Random, sheet: Sheet, source: str) -> Mutated:
    order = random.sample(range(len(sheet.names)), len(sheet.names))
    return _chosen(sheet, order), "columns in another order"


def swap_names(random: Random, sheet: Sheet, source: str) -> Mutated:
    left, right = random.sample(range(len(sheet.names)), 2)
    names = list(sheet.names)
    names[left], names[right] = names[right], names[left]
    return Sheet(tuple(names), sheet.rows), f"names of {names[right]} and {names[left]} swapped"


def rename_column(random: Random, sheet: Sheet, source: str) -> Mutated:
    column = random.randrange(len(sheet.names))
    old = sheet.names[column]
    new = random.choice(
        [old.upper(), old.title(), f" {old} ", f"{old}\n", f"{old} ", old[::-1], "", "\ufeff" + old, f'"{old}"',
         old.replace("_", " "), "ä" * 40, "x" * 100_000, "a,b", "a\x00b", "null", "_row", "_read." + old, "origin"]
    )  # fmt: skip
    names = (*sheet.names[:column], new, *sheet.names[column + 1 :])
    return Sheet(names, sheet.rows), f"{old} renamed to {new[:40]!r}"


def twin_column(random: Random, sheet: Sheet, source: str) -> Mutated:
    column = random.randrange(len(sheet.names))
    name = random.choice([sheet.names[column], sheet.names[column].upper()])
    return sheet.with_column(name, (row[column] for row in sheet.rows)), f"{sheet.names[column]} once more as {name}"


def known_column(random: Random, sheet: Sheet, source: str) -> Mutated:
    lacking = [name for name in SOURCES[source].columns if name not in sheet.names]
    name = random.choice(lacking or ["known_at"])
    plain = random.choice(["2025-01-05", "false", "x", "1", None])
    values = [plain if random.random() < 0.9 else nasty(random, source, name) for _ in sheet.rows]
    return sheet.with_column(name, values), f"column {name} added, mostly {plain!r}"


def unknown_column(random: Random, sheet: Sheet, source: str) -> Mutated:
    name = random.choice(["comment", "_row", "row_word", "position", "errors", "_month", "", " ", "é", "a" * 3000])
    values = [nasty(random, source, name) for _ in sheet.rows]
    return sheet.with_column(name, values), f"column {name[:20]!r} added, nasty"


def drop_rows(random: Random, sheet: Sheet, source: str) -> Mutated:
    kept = random.choice([0, 1, len(sheet.rows) // 2, len(sheet.rows) - 1])
    return sheet.with_rows(random.sample(sheet.rows, kept)), f"{kept} of {len(sheet.rows)} rows kept"


def repeat_rows(random: Random, sheet: Sheet, source: str) -> Mutated:
    times, many = random.choice([1, 1, 2, 50]), random.choice([1, 1, 3, len(sheet.rows)])
    chosen = random.sample(sheet.rows, min(many, len(sheet.rows)))
    return sheet.with_rows([*sheet.rows, *chosen * times]), f"{len(chosen)} rows {times} times more"


def contradict_rows(random: Random, sheet: Sheet, source: str) -> Mutated:
    chosen = random.sample(range(len(sheet.rows)), min(random.choice([1, 2]), len(sheet.rows)))
    column = random.randrange(len(sheet.names))
    other = sheet.rows[random.randrange(len(sheet.rows))][column]
    more = [(*sheet.rows[row][:column], other, *sheet.rows[row][column + 1 :]) for row in chosen]
    return sheet.with_rows([*sheet.rows, *more]), f"rows {chosen} again with another {sheet.names[column]}"


def ragged_row(random: Random, sheet: Sheet, source: str) -> Mutated:
    place = random.randrange(len(sheet.rows))
    row = sheet.rows[place]
    changed = random.choice([row[:-1], (*row, "one more"), (*row, None), row[:1], (*row, *row)])
    rows = [*sheet.rows[:place], changed, *sheet.rows[place + 1 :]]
    return sheet.with_rows(rows), f"row {place + 1} has {len(changed)} cells of {len(row)}"


def _chosen(sheet: Sheet, positions: list[int]) -> Sheet:
    names = tuple(sheet.names[position] for position in positions)
    return Sheet(names, tuple(tuple(row[position] for position in positions) for row in sheet.rows))


ROW_MUTATIONS: tuple[RowMutation, ...] = (
    *[bad_cell] * 6, bad_cells, one_value, bad_row, bad_row, nothing_row, drop_column, swap_columns, swap_names,
    rename_column, twin_column, known_column, known_column, unknown_column, drop_rows, repeat_rows, contradict_rows,
)  # fmt: skip
"""Those that fit every format; common slips stand several times."""
