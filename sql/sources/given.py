"""What a query on DuckDB may read besides the project: what `files` of its source names, local or in an object store.

Each name becomes a variable of the query that holds the paths: ``read_parquet(getvariable('events'))``.
"""

from __future__ import annotations

import glob
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sql.sources.files import remote_listing
from sql.sources.special import refuse_special
from sql.sources.text import no_glob
from transforms.errors import RetierError
from transforms.passwords import without_password


@dataclass(frozen=True, slots=True)
class Given:
    """What a query may read.

    Attributes:
        variables: The paths and URLs by the name of their variable; the path alone of what is one folder.
        folders: Folders that may be read as a whole.
        paths: Files and URLs that may be read.
        systems: The fsspec file systems of the URLs.
    """

    variables: Mapping[str, list[str] | str]
    folders: tuple[str, ...]
    paths: tuple[str, ...]
    systems: tuple[Any, ...]


def given_files(files: Mapping[str, Sequence[str]], source: str, project: Path) -> Given:
    """Find the files that a source names for its query.

    Args:
        files: Paths, folders, globs and URLs, by the name of their variable.
        source: The source.
        project: The folder from which relative paths start.

    Raises:
        RetierError: If one of them matches nothing or is no file, or a store cannot be listed.
        WrongUseError: If a URL cannot be read.
    """
    variables: dict[str, list[str] | str] = {}
    folders: list[str] = []
    paths: list[str] = []
    systems: dict[str, Any] = {}
    for name, patterns in files.items():
        found: list[str] = []
        for pattern in patterns:
            if "://" in pattern and not pattern.startswith("file://"):
                system, urls = remote_listing(source, pattern)
                if not urls:
                    raise _missing(pattern, name, source, project)
                systems[str(system.protocol)] = system
                found += urls
                paths += urls
            elif (place := project / pattern.removeprefix("file://")).is_dir():
                found.append(str(place.resolve()))
                folders += sorted({found[-1], no_glob(place.resolve())})
            else:
                local = _local(pattern.removeprefix("file://"), name, source, project)
                found += local
                paths += local
        is_folder = len(patterns) == 1 and found[0] in folders
        variables[name] = found[0] if is_folder else found
    return Given(variables, tuple(folders), tuple(paths), tuple(systems.values()))


def _local(pattern: str, name: str, source: str, project: Path) -> list[str]:
    place = project / pattern
    # A file whose name holds a bracket or a star takes precedence over a glob, as under path.
    found = [pattern] if place.exists() else sorted(glob.glob(pattern, root_dir=project, recursive=True))  # noqa: PTH207
    if not found:
        raise _missing(pattern, name, source, project)
    for one in found:
        refuse_special(project / one, f"{source}: {one}")
    return [str((project / one).resolve()) for one in found if not (project / one).is_dir()]


def _missing(pattern: str, name: str, source: str, project: Path) -> RetierError:
    return RetierError(
        f"{source}: no file matches {without_password(pattern)!r} in {project}: put the file there, or fix "
        f"files.{name} of sources.{source} in retier.yaml"
    )
