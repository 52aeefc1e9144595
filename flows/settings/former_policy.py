"""Policy files of before: refused in one message, and brought up to date beside the old file."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from flows.settings.yaml_file import FileError, YamlFile
from transforms.errors import WrongUseError
from transforms.plurals import pluralize
from transforms.policy.book import InvalidValue
from transforms.policy.former import CHANGED_METRICS, REMOVED, Place, at, changed_components, is_former


class FormerPolicyError(FileError):
    """A policy file was written for a version of the product whose numbers meant something else.

    Attributes:
        errors: Every place where it is no longer valid.
    """

    def __init__(self, file: YamlFile, errors: Sequence[InvalidValue], default: Mapping[str, Any]) -> None:
        """Name what is missing, gone and changed in meaning, and the command that helps."""
        self.errors = list(errors)
        missing = [_place(error) for error in errors if is_missing(error)]
        removed = [(error.path, _place(error)) for error in errors if is_removed(error)]
        rest = [error for error in errors if not is_missing(error) and not is_removed(error)]
        clauses = [f"missing {pluralize(len(missing), 'key')}: {', '.join(missing)}"] if missing else []
        if removed:
            gone = [f"{place} (line {file.line_of(path)})" for path, place in removed]
            clauses.append(f"no longer known: {', '.join(gone)}")
        if changed := list(_changed(file, default)):
            clauses.append(f"changed in meaning: {', '.join(changed)}")
        if rest:
            clauses.append(str(FileError(file, rest)))
        WrongUseError.__init__(
            self,
            f"{file.path} was written for an earlier version of retier, whose numbers meant something else: "
            f"{'; '.join(clauses)}; {_help(file.path)}",
        )


def is_file_of_before(content: Any) -> bool:
    """Return whether a policy file was written for a product of before.

    Args:
        content: The content of the file.
    """
    return any(at(version, place) is not None for _, version in _versions(content) for place in REMOVED) or any(
        is_former(version) for _, version in _versions(content) if "based_on" not in version
    )


def is_missing(error: InvalidValue) -> bool:
    """Return whether a key is missing."""
    return error.expected.startswith("missing")


def is_removed(error: InvalidValue) -> bool:
    """Return whether a key is gone that the policy of before had."""
    return _in_version(error.path) in REMOVED


def _versions(content: Any) -> Iterator[tuple[tuple[str | int, ...], Mapping[str, Any]]]:
    listed = content.get("versions") if isinstance(content, Mapping) else None
    entries = enumerate(listed) if isinstance(listed, list) else [(None, content)]
    for position, entry in entries:
        if isinstance(entry, Mapping):
            yield () if position is None else ("versions", position), entry


def _changed(file: YamlFile, default: Mapping[str, Any]) -> Iterator[str]:
    for prefix, version in _versions(file.content):
        for component in changed_components(version, default):
            if "score" in component.written:
                place = (*prefix, *component.place)
                meaning = CHANGED_METRICS[component.metric]
                yield f"{'.'.join(map(str, place))} (line {file.line_of(place)}: {meaning})"


def _place(error: InvalidValue) -> str:
    return ".".join(map(str, error.path))


def _in_version(path: tuple[str | int, ...]) -> Place:
    return tuple(map(str, path[2:] if path[:1] == ("versions",) else path))


def _help(path: Path) -> str:
    command = shlex.join(["retier", "init", "--upgrade-policy", "--project", str(path.parent)])
    return (
        f"`{command}` writes {upgraded_path(path).name} beside it, brought up to date, and lists what is left to decide"
    )


def upgraded_path(path: Path) -> Path:
    """Return where the new policy file is written: policy.new.yaml beside policy.yaml."""
    return path.with_suffix(f".new{path.suffix}")
