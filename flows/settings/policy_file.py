"""The policy file of a project, and the default policy of the product."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

import yaml

from flows.settings.reasons import PolicyReasons
from flows.settings.yaml_file import FileError, YamlFile, read_yaml
from transforms.errors import WrongUseError
from transforms.policy.book import InvalidValue, PolicyBook, PolicyError

_LATER_SECTIONS = frozenset({"segments", "actions", "staffing", "notifications"})


@dataclass(frozen=True, slots=True)
class PolicyFile:
    """A valid policy file.

    Attributes:
        book: All versions of the policy.
        reasons: Why each number is what it is.
    """

    book: PolicyBook
    reasons: PolicyReasons


def load_policy_file(path: Path, environ: Mapping[str, str]) -> PolicyFile:
    """Read a policy file.

    Args:
        path: The file.
        environ: Where `${NAME}` is looked up.

    Raises:
        WrongUseError: If the file is missing or not YAML.
        FileError: If any value is wrong; every wrong place is named with its line.
    """
    if not path.exists():
        raise WrongUseError(f"the policy file {path} is missing: `retier init` writes one into a new folder")
    file = read_yaml(path, environ)
    content = _completed(file.content)
    try:
        return PolicyFile(PolicyBook.from_mapping(content), PolicyReasons.of_file(content))
    except PolicyError as error:
        raise FileError(file, _written_once(file, error.errors)) from None


def default_policy_text() -> str:
    """Return the default policy as it is written, comments included."""
    return resources.files("transforms.policy").joinpath("default.yaml").read_text(encoding="utf-8")


def default_policy() -> PolicyBook:
    """Read the default policy."""
    with resources.as_file(resources.files("transforms.policy").joinpath("default.yaml")) as path:
        return load_policy_file(path, {}).book


def _completed(content: Any) -> Any:
    """Add the sections that an older file lacks, as the default policy has them."""
    if not isinstance(content, dict):
        return content
    if isinstance(content.get("versions"), list):
        return content | {"versions": [_completed(entry) for entry in content["versions"]]}
    if "pillars" not in content or "based_on" in content or not _LATER_SECTIONS - content.keys():
        return content
    default = yaml.safe_load(default_policy_text())
    return content | {section: default[section] for section in default if section in _LATER_SECTIONS - content.keys()}


def _written_once(file: YamlFile, errors: list[InvalidValue]) -> list[InvalidValue]:
    """Leave out the errors that a later version only inherits: they are fixed where they are written."""
    reported: set[tuple[object, ...]] = set()
    kept = []
    for error in errors:
        place = error.path[2:] if error.path[:1] == ("versions",) else error.path
        if error.path in file.lines or (place, error.expected) not in reported:
            kept.append(error)
        reported.add((place, error.expected))
    return kept
