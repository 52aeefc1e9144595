"""Finds the files of a vendor's tables, and how DuckDB reads them."""

from __future__ import annotations

import glob
from collections.abc import Iterable, Sequence
from pathlib import Path

from sql.sources.special import refuse_special
from sql.sources.text import identifier, literal, no_glob
from transforms.errors import RetierError, first_few

NAMES = ("{table}", "{table}_data", "sf_{table}_data")
"""The names of a table's file or folder, the likeliest first; the others are those of public samples."""

ENDINGS = (".csv", ".csv.gz", ".jsonl", ".jsonl.gz", ".parquet")
"""The endings of a table's files, which say how they are written."""

_PLACEHOLDER = "{table}"


def find_table(folder: str, names: Sequence[str], project: Path) -> list[Path]:
    """Find the files of a table.

    Args:
        folder: The folder of all tables, relative to the project; or a glob with ``{table}``.
        names: The table's name, and others that it may have.
        project: The project's folder.

    Returns:
        Its files by name; none where it is not there.

    Raises:
        RetierError: If the folder is not there, or a table is there in two ways.
    """
    if _PLACEHOLDER in folder:
        patterns = [folder.replace(_PLACEHOLDER, name) for name in names]
        return next((found for pattern in patterns if (found := _matching(pattern, project))), [])
    place = project / folder
    if not place.is_dir():
        raise RetierError(
            f"there is no folder {folder} in {project}: put the tables there, or fix files in retier.yaml"
        )
    for name in (pattern.replace(_PLACEHOLDER, table) for table in names for pattern in NAMES):
        ways = [[one] for ending in ENDINGS if _is_file(one := place / f"{name}{ending}")]
        if (place / name).is_dir() and (inner := _landed_in(place / name)):
            ways.append(inner)
        if len(ways) > 1:
            both = " and ".join(_name(way[0], project) for way in ways[:2])
            raise RetierError(f"{both} are both the table {names[0]}: remove one, or name one under tables")
        if ways:
            return ways[0]
    return []


def named_files(patterns: Iterable[str], project: Path) -> list[Path]:
    """Find the files of a table that `retier.yaml` names: files, folders and globs.

    Raises:
        RetierError: If one of them is not there.
    """
    found: list[Path] = []
    for pattern in patterns:
        these = _matching(pattern, project)
        if not these:
            raise RetierError(f"no file matches {pattern!r} in {project}: put it there, or fix tables in retier.yaml")
        found += these
    return found


def relation(files: Sequence[Path], columns: Sequence[str] | None, project: Path | None) -> str:
    """Return SQL that reads files as one table, every column of text files as text.

    Args:
        files: The files, all written in the same way.
        columns: The columns to read, by which JSON lines are read as text; None to find out.
        project: The folder to which their paths are made relative where they lie in it; None for whole paths.

    Raises:
        RetierError: If the ending of a file does not say how it is written, or they are written differently.
    """
    endings = {_ending(file) for file in files}
    if None in endings or len({str(ending).removesuffix(".gz") for ending in endings}) > 1:
        shown = first_few(_name(file, project) for file in files)
        raise RetierError(f"{shown} cannot be read as one table: expected files that all end in one of {_said()}")
    paths = "[" + ", ".join(literal(_name(file, project, is_path=True)) for file in files) + "]"
    kind = str(endings.pop()).removesuffix(".gz")
    if kind == ".parquet":
        return f"read_parquet({paths}, union_by_name = true)"
    if kind == ".csv":
        written = "header = true, delim = ',', quote = '\"', escape = '\"'"
        return f"read_csv({paths}, all_varchar = true, union_by_name = true, {written})"
    if columns is None:
        return (
            f"read_json({paths}, format = 'newline_delimited', union_by_name = true, sample_size = -1, "
            "map_inference_threshold = -1)"
        )
    types = ", ".join(f"{identifier(column)}: 'VARCHAR'" for column in columns)
    return f"read_json({paths}, format = 'newline_delimited', columns = {{ {types} }})"


def looked_for(folder: str, table: str) -> str:
    """Say which file would be the table."""
    if _PLACEHOLDER in folder:
        return folder.replace(_PLACEHOLDER, table)
    return f"{folder.rstrip('/')}/{table}{ENDINGS[0]} (or {', '.join(ENDINGS[1:])}, or a folder of such files)"


def _matching(pattern: str, project: Path) -> list[Path]:
    path = project / pattern
    if path.is_dir():
        return _landed_in(path)
    if _is_file(path):
        return [path]
    found = sorted(project / match for match in glob.glob(pattern, root_dir=project, recursive=True))  # noqa: PTH207
    return [path for path in found if _is_file(path)]


def _landed_in(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if _ending(path) is not None and _is_file(path))


def _is_file(path: Path) -> bool:
    """Return whether there is such a file, and refuse what would never end or never begin to be read."""
    refuse_special(path, str(path))
    return path.is_file()


def _ending(path: Path) -> str | None:
    name = path.name.lower()
    return next((ending for ending in ENDINGS if name.endswith(ending)), None)


def _name(path: Path, project: Path | None, *, is_path: bool = False) -> str:
    absolute, root = path.absolute(), None if project is None else project.absolute()
    shown = absolute.relative_to(root) if root is not None and absolute.is_relative_to(root) else absolute
    return no_glob(shown) if is_path else shown.as_posix()


def _said() -> str:
    return ", ".join(ENDINGS)
