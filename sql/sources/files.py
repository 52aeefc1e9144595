"""Finds the files of a source, and fingerprints them to detect changes."""

from __future__ import annotations

import glob
import hashlib
import importlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from unicodedata import category

from sql.sources.spec import SourceSpec
from sql.sources.special import refuse_special
from transforms.errors import RetierError, WrongUseError
from transforms.passwords import without_password

Format = Literal["csv", "jsonl", "parquet"]

_FORMATS: dict[str, Format] = {
    ".csv": "csv",
    ".tsv": "csv",
    ".txt": "csv",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".parquet": "parquet",
    ".pq": "parquet",
}
_PACKED = (".gz",)
# Metadata of stores that changes when an object's content does, the most reliable first.
_TAGS = ("ETag", "etag", "md5Hash", "mtime", "LastModified", "created")
_REMOTE_PACKAGES = {"s3": "s3fs", "gs": "gcsfs", "gcs": "gcsfs", "az": "adlfs", "abfs": "adlfs", "abfss": "adlfs"}


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file as it was found.

    Attributes:
        name: Its name in messages: relative to the project if it is in it, else the full path or URL.
        location: The full path or URL.
        format: Its format.
        size: Its size in bytes.
        version: What changes when the content does: the time of the last change in ns, or an object's tag.
    """

    name: str
    location: str
    format: Format
    size: int
    version: str

    @property
    def is_remote(self) -> bool:
        """Whether the file is in an object store."""
        return "://" in self.location

    @property
    def fingerprint(self) -> str:
        """A hash that is equal for the same unchanged file, and different after any change of it."""
        return fingerprint_of(self.name, str(self.size), self.version)


def state_of(location: str) -> tuple[int, str] | None:
    """Return the present size and version of a local file, as :class:`SourceFile` has them; None if it is gone."""
    try:
        status = Path(location).stat()
    except OSError:
        return None
    return status.st_size, str(status.st_mtime_ns)


def changed_sentence(source: str, name: str) -> str:
    """Describe a file that was replaced or written to between opening and reading it."""
    return f"{source}: {name} changed while it was read: run this again when it is complete"


def fingerprint_of(*parts: str) -> str:
    """Hash texts, in order, to 32 hexadecimal digits."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(f"{len(part)}:{part};".encode())
    return digest.hexdigest()[:32]


def find_files(source: str, spec: SourceSpec, project: Path) -> list[SourceFile]:
    """Find the files of a source, each once, sorted by name.

    Raises:
        RetierError: If a path or glob matches nothing, or a file cannot be examined.
        WrongUseError: If neither the name nor the specification says the format of a file.
    """
    found: dict[str, SourceFile] = {}
    for pattern in spec.paths:
        files = list(_matches(source, pattern, spec, project))
        if not files:
            raise RetierError(
                f"{source}: no file matches {pattern!r} in {project}: put the file there, "
                f"or fix the path of sources.{source} in retier.yaml"
            )
        found |= {file.location: file for file in files}
    return sorted(found.values(), key=lambda file: file.name)


def remote_file_system(location: str, source: str) -> tuple[Any, str]:
    """Return the fsspec file system of a URL, and the path in it.

    Raises:
        RetierError: If the package for this kind of store is not installed.
    """
    scheme = location.partition("://")[0]
    try:
        return importlib.import_module("fsspec.core").url_to_fs(location)  # type: ignore[no-any-return]
    except ImportError as error:
        package = _REMOTE_PACKAGES.get(scheme, "fsspec")
        raise RetierError(
            f"{source}: reading {scheme}:// needs the Python package {package}: install fsspec and {package}"
        ) from error
    except ValueError as error:
        raise WrongUseError(f"{source}: {location!r} is not a path that can be read: {error}") from error


def _matches(source: str, pattern: str, spec: SourceSpec, project: Path) -> Iterator[SourceFile]:
    if "://" in pattern and not pattern.startswith("file://"):
        yield from _remote_matches(source, pattern, spec)
        return
    local = pattern.removeprefix("file://")
    base = project / local
    if base.is_dir():
        raise RetierError(f"{source}: {pattern!r} is a folder: write a glob such as {pattern.rstrip('/')}/*.parquet")
    # A file whose name holds a bracket or a star takes precedence over a glob; the project's path is never a glob.
    found = [local] if base.is_file() else glob.glob(local, root_dir=project, recursive=True)  # noqa: PTH207
    for path in (project / match for match in found):
        if path.is_dir():
            continue
        try:
            status = path.stat()
        except OSError as error:
            raise RetierError(f"{source}: {path} cannot be read: {error.strerror}") from error
        name = _name(path, project)
        _refuse_unprintable(source, name)
        refuse_special(path, f"{source}: {name}", status)
        version = str(status.st_mtime_ns)
        yield SourceFile(name, str(path.absolute()), _format(source, name, spec), status.st_size, version)


def _refuse_unprintable(source: str, name: str) -> None:
    """Refuse names that could control a terminal, since they appear in messages and with every row of the file."""
    if any(category(letter) in {"Cc", "Cs"} for letter in name):
        raise RetierError(f"{source}: the name of the file {name!r} is not plain text in UTF-8: rename it")


def remote_listing(source: str, pattern: str) -> tuple[Any, dict[str, dict[str, Any]]]:
    """List the files that a URL or glob of URLs matches.

    Returns:
        The fsspec file system, and what it knows of each file by its URL.

    Raises:
        RetierError: If the store cannot be listed, its package is not installed, or a match is no file.
        WrongUseError: If it is no URL that can be read.
    """
    files, path = remote_file_system(pattern, source)
    try:
        matched: dict[str, dict[str, Any]] = files.glob(path, detail=True)
    except Exception as error:
        raise RetierError(f"{source}: {pattern!r} cannot be listed: {_first_line(error)}") from error
    found = {}
    for name, about in matched.items():
        url = str(files.unstrip_protocol(name))
        if about.get("type") == "other":
            # A local file behind a URL such as local:///...; in stores there is nothing else than files and folders.
            raise RetierError(f"{source}: {without_password(url)} is a named pipe, a socket or a device: name a file")
        if about.get("type") != "directory":
            found[url] = about
    return files, found


def _remote_matches(source: str, pattern: str, spec: SourceSpec) -> Iterator[SourceFile]:
    _, matched = remote_listing(source, pattern)
    for url, about in matched.items():
        tag = next((str(about[key]) for key in _TAGS if about.get(key)), "")
        # The name is stored with every row of the file, so it must not hold a password.
        yield SourceFile(without_password(url), url, _format(source, url, spec), int(about.get("size") or 0), tag)


def _format(source: str, name: str, spec: SourceSpec) -> Format:
    if spec.format is not None:
        return spec.format
    bare = name.lower()
    for ending in _PACKED:
        bare = bare.removesuffix(ending)
    ending = bare[bare.rfind(".") :] if "." in bare else ""
    if ending not in _FORMATS:
        raise WrongUseError(
            f"{source}: the name of {name!r} does not say how it is written: "
            f"set format of sources.{source} to csv, jsonl or parquet"
        )
    return _FORMATS[ending]


def _name(path: Path, project: Path) -> str:
    absolute = path.absolute()
    root = project.absolute()
    return absolute.relative_to(root).as_posix() if absolute.is_relative_to(root) else absolute.as_posix()


def _first_line(error: BaseException) -> str:
    return str(error).strip().partition("\n")[0] or type(error).__name__
