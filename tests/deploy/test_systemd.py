"""The units of systemd: what they start, and that they do not start with half of their environment."""

from __future__ import annotations

import re
import shlex
import subprocess
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.deploy.document import DOCUMENT
from tests.docs.blocks import blocks_of, text_of

UNITS = sorted((ROOT / "deploy" / "systemd").glob("*.service"))
BLOCKS = [block for block in blocks_of(text_of(DOCUMENT)) if block.language == "sh"]
EXPORTS = next(block.lines for block in BLOCKS if block.lines[0].startswith("export RETIER_"))


def settings(unit: Path, name: str) -> list[str]:
    """Return the values of a setting of a unit, as systemd reads them: a doubled dollar stands for one."""
    found = re.findall(rf"^{name}=(.*)$", unit.read_text(encoding="utf-8"), re.MULTILINE)
    return [value.replace("$$", "$") for value in found]


def written() -> dict[str, str]:
    """Return what the document's command writes for the units, from the environment that it sets before."""
    (line,) = [line for block in BLOCKS for line in block.lines if line.startswith("env |")]
    listing = line.partition(" | sudo ")[0]
    done = subprocess.run(
        ["sh", "-c", "\n".join([*EXPORTS, listing])], env={"PWD": "/srv"}, capture_output=True, text=True, check=True
    )
    return dict(one.split("=", 1) for one in done.stdout.splitlines())


def test_the_units_get_all_that_the_document_exports_as_lines_that_systemd_reads():
    assert set(written()) == {line.removeprefix("export ").partition("=")[0] for line in EXPORTS}
    assert all(re.fullmatch(r"[^\"'$]+", value) for value in written().values())


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
def test_a_unit_starts_with_its_environment_and_names_what_is_missing(unit):
    checks = settings(unit, "ExecStartPre")
    assert checks
    for check in checks:
        assert subprocess.run(shlex.split(check), env=written(), check=False).returncode == 0
        refused = subprocess.run(shlex.split(check), env={}, capture_output=True, text=True, check=False)
        assert refused.returncode != 0
        (file,) = settings(unit, "EnvironmentFile")
        assert re.search(rf"\w+: write it into {file}, without export", refused.stderr)
