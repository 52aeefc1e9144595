"""The policy file of a project, and the default policy of the product."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from importlib import resources
from pathlib import Path
from typing import Any

import yaml

from flows.settings.former_policy import FormerPolicyError, is_file_of_before, is_missing, upgraded_path
from flows.settings.policy_upgrade import Upgrade, add_missing, renew_policy
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
        FormerPolicyError: If the file was written for a product of before, whose numbers meant something else.
        FileError: If any value is wrong; every wrong place is named with its line.
    """
    if not path.exists():
        raise WrongUseError(f"the policy file {path} is missing: `retier init` writes one into a new folder")
    file = read_yaml(path, environ)
    try:
        return _policy_file(file.content)
    except PolicyError as error:
        errors = _written_once(file, error.errors)
        if is_file_of_before(file.content):
            raise FormerPolicyError(file, errors, yaml.safe_load(default_policy_text())) from None
        raise FileError(file, errors) from None


def upgrade_policy_file(path: Path, environ: Mapping[str, str]) -> tuple[Path, Upgrade]:
    """Write a policy file of before, brought up to date, beside the old one.

    Args:
        path: The file of before; it stays as it is.
        environ: Where `${NAME}` is looked up.

    Returns:
        The new file, and what was done and is left to decide.

    Raises:
        WrongUseError: If there is nothing to bring up to date, or the new file exists already.
    """
    target = upgraded_path(path)
    if target.exists():
        raise WrongUseError(f"{target} exists already: rename or remove it, then run the command again")
    try:
        load_policy_file(path, environ)
    except FormerPolicyError:
        pass
    else:
        raise WrongUseError(f"{path} is up to date: there is nothing to upgrade")
    upgrade = _upgraded(path.read_text(encoding="utf-8-sig"))
    try:
        with target.open("x", encoding="utf-8") as file:
            file.write(upgrade.text)
    except OSError as error:
        raise WrongUseError(f"{target} cannot be written ({error.strerror}): expected a writable folder") from error
    return target, replace(upgrade, to_decide=(*upgrade.to_decide, *_still_wrong(target, environ)))


def _upgraded(text: str) -> Upgrade:
    upgrade = renew_policy(text, default_policy_text())
    while True:
        # In rounds, since a section is looked into only when it is there.
        missing = [error for error in _errors(yaml.safe_load(upgrade.text)) if is_missing(error)]
        further = add_missing(upgrade.text, missing, default_policy_text())
        if further.text == upgrade.text:
            return upgrade
        upgrade = replace(upgrade, text=further.text, done=upgrade.done + further.done)


def _still_wrong(path: Path, environ: Mapping[str, str]) -> tuple[str, ...]:
    try:
        load_policy_file(path, environ)
    except WrongUseError as error:
        return (str(error),)
    return ()


def _policy_file(written: Any) -> PolicyFile:
    content = _completed(written)
    return PolicyFile(PolicyBook.from_mapping(content), PolicyReasons.of_file(content))


def _errors(content: Any) -> list[InvalidValue]:
    try:
        _policy_file(content)
    except PolicyError as error:
        return error.errors
    return []


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
