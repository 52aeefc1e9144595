"""A project: a folder with `retier.yaml` for engineers and `policy.yaml` for customer-success leaders."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from flows.settings.errors import column_errors, model_errors, source_errors, unknown_vendors, vendor_errors
from flows.settings.policy_file import load_policy_file
from flows.settings.policy_text import write_policy
from flows.settings.reasons import PolicyReasons
from flows.settings.retier_yaml import Settings
from flows.settings.yaml_file import FileError, YamlFile, read_yaml
from transforms.errors import WrongUseError
from transforms.policy import Policy, PolicyBook
from transforms.policy.book import InvalidValue

SETTINGS_FILE = "retier.yaml"
POLICY_FILE = "policy.yaml"

_TEXTS_OF_DATA = frozenset({"constants", "null_values", "values"})
"""Settings of a source whose values are compared with cells, or stand for them."""


@dataclass(frozen=True, slots=True)
class Project:
    """A valid project.

    Attributes:
        directory: The folder, absolute; relative paths in the files start from it.
        settings: The settings of `retier.yaml`.
        policies: The versions of the policy file.
        reasons: The reason of each number of the policy file.
    """

    directory: Path
    settings: Settings
    policies: PolicyBook
    reasons: PolicyReasons = field(default_factory=PolicyReasons, repr=False)

    @property
    def facts(self) -> Path:
        """The folder of the fact store."""
        return self.directory / self.settings.facts

    @property
    def output(self) -> Path:
        """The folder of reports and other output."""
        return self.directory / self.settings.output

    def policy_text(self, policy: Policy) -> str:
        """Write a version of the policy as YAML, in full and with its reasons, as the warehouse keeps it."""
        return write_policy(policy, self.reasons)


def project_directory(directory: Path | None, environ: Mapping[str, str]) -> Path:
    """Return the project's folder, absolute: the given one, else `RETIER_PROJECT`, else the current folder."""
    return (directory or Path(environ.get("RETIER_PROJECT") or ".")).expanduser().absolute()


def load_project(directory: Path | None, environ: Mapping[str, str]) -> Project:
    """Read a project's two files.

    Args:
        directory: The folder; None takes `RETIER_PROJECT`, else the current folder.
        environ: The environment: `RETIER_PROJECT`, `RETIER_WAREHOUSE`, and the values of `${NAME}`.

    Raises:
        WrongUseError: If a file is missing or not YAML.
        FileError: If any value is wrong; every wrong place of a file is named with its line.
    """
    folder = project_directory(directory, environ)
    settings = _settings_in(folder, environ)
    policy = load_policy_file(folder / settings.policy, environ)
    return Project(folder, settings, policy.book, policy.reasons)


def policy_path(directory: Path | None, environ: Mapping[str, str]) -> Path:
    """Return the path of a project's policy file, whose content may be wrong.

    Args:
        directory: The folder; None takes `RETIER_PROJECT`, else the current folder.
        environ: The environment, as for :func:`load_project`.

    Raises:
        WrongUseError: If `retier.yaml` is missing or not YAML.
        FileError: If any of its values is wrong.
    """
    folder = project_directory(directory, environ)
    return folder / _settings_in(folder, environ).policy


def _settings_in(folder: Path, environ: Mapping[str, str]) -> Settings:
    path = folder / SETTINGS_FILE
    if not path.exists():
        raise WrongUseError(
            f"no project in {folder}: {SETTINGS_FILE} is missing; name the project's folder with --project, "
            "or make a new one with `retier init`"
        )
    return _settings(read_yaml(path, environ), environ)


def _settings(file: YamlFile, environ: Mapping[str, str]) -> Settings:
    content = file.content
    if not isinstance(content, dict):
        missing = "missing: " if content is None else ""
        raise FileError(file, [InvalidValue((), content, f"{missing}expected a mapping with at least the key sources")])
    overriding = environ.get("RETIER_WAREHOUSE")
    if overriding and "://" not in overriding:
        raise WrongUseError("RETIER_WAREHOUSE is not a URL: expected one such as duckdb:///retier.duckdb")
    content = _as_spelled(file) | ({"warehouse": overriding} if overriding else {})
    errors = source_errors(content.get("sources")) + unknown_vendors(content.get("vendors"))
    try:
        settings = Settings.model_validate(content)
    except ValidationError as error:
        # A source whose name is rejected needs no second clause.
        refused = {one.path for one in errors}
        found = model_errors(error, file, Settings.model_fields)
        raise FileError(file, errors + [one for one in found if one.path[:2] not in refused]) from None
    errors += column_errors(settings.sources) + vendor_errors(settings)
    if errors:
        raise FileError(file, errors)
    return settings.with_kits()


def _as_spelled(file: YamlFile) -> dict[str, Any]:
    """Return the content with numbers and truth values as they are written where texts of data stand.

    ``null_values: [1.50, NULL]`` means cells that hold these very texts.
    """
    content: dict[str, Any] = file.content
    sources = content.get("sources")
    if not isinstance(sources, dict):
        return content
    spelled = {
        name: {
            key: file.as_spelled(("sources", name, key), value, has_nulls=key != "null_values")
            if key in _TEXTS_OF_DATA
            else value
            for key, value in spec.items()
        }
        if isinstance(spec, dict)
        else spec
        for name, spec in sources.items()
    }
    return content | {"sources": spelled}
