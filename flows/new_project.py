"""A new project: its two files, with comments that explain what they may contain."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

from flows.settings import default_policy_text
from flows.settings.project import POLICY_FILE, SETTINGS_FILE
from flows.vendors.chosen import Chosen, with_vendors
from transforms.errors import WrongUseError


def write_new_project(folder: Path, vendors: Chosen | None = None) -> list[Path]:
    """Write `retier.yaml` and `policy.yaml` into a folder, which is made if it does not exist.

    Args:
        folder: The project's folder.
        vendors: The vendors whose kits make sources; None for none.

    Returns:
        The files written.

    Raises:
        WrongUseError: If either file exists already, or the folder cannot be written to; nothing is written then.
    """
    settings = resources.files("flows").joinpath("templates/retier.yaml").read_text(encoding="utf-8")
    texts = {
        folder / SETTINGS_FILE: settings if vendors is None else with_vendors(settings, vendors),
        folder / POLICY_FILE: default_policy_text(),
    }
    existing = [path for path in texts if path.exists()]
    if existing:
        named = " and ".join(str(path) for path in existing)
        raise WrongUseError(f"{named} exist{'s' * (len(existing) == 1)} already: name an empty folder with --project")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for path, text in texts.items():
            with path.open("x", encoding="utf-8") as file:
                file.write(text)
    except OSError as error:
        raise WrongUseError(
            f"{folder} cannot be written to ({error.strerror}): name another one with --project"
        ) from error
    return list(texts)
