"""The documents are read, and their lines typed, as a person would."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.docs.blocks import blocks_of
from tests.docs.scenery import begins_in_a_project
from tests.docs.shell import Shell

DOCUMENT = """\
# A document

```sh
retier check       # exit 3, since a row is bad
# only a remark

export WHERE=there \\
  && cd $WHERE
cat > note <<'END'
$WHERE
END
```

<!-- not run: needs the network -->

```sh
git clone
```

```python
print(1)
```
"""


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    (tmp_path / "there").mkdir()
    return Shell(tmp_path, {"PATH": os.environ["PATH"]}, demo=lambda folder: folder.mkdir())


def test_blocks_have_their_commands_and_reasons() -> None:
    first, second, third = blocks_of(DOCUMENT)
    assert [(command.number, command.text, command.exit_code) for command in first.commands()] == [
        (4, "retier check       # exit 3, since a row is bad", 3),
        (7, "export WHERE=there \\\n  && cd $WHERE", 0),
        (9, "cat > note <<'END'\n$WHERE\nEND", 0),
    ]
    assert (first.reason, second.reason, third.reason) == (None, "needs the network", None)
    assert [command.text for command in third.commands()] == ["python - <<'END'\nprint(1)\nEND"]


def test_a_line_finds_what_the_lines_before_have_left(shell: Shell, tmp_path: Path) -> None:
    for command in list(next(blocks_of(DOCUMENT)).commands())[1:]:
        assert shell.type(command.text).returncode == 0
    assert (tmp_path / "there" / "note").read_text(encoding="utf-8") == "$WHERE\n"
    assert shell.words("retier status --project $WHERE 'a b' # a remark") == [
        "retier", "status", "--project", "there", "a b",
    ]  # fmt: skip
    assert shell.type("echo one | grep two").returncode == 1


def test_retier_runs_where_the_reader_is_and_writes_into_a_file(shell: Shell, tmp_path: Path) -> None:
    shell.type("export RETIER_PROJECT=none && cd there")
    result = shell.type(".venv/bin/retier status")
    assert result.returncode == 2
    assert "none" in result.stderr
    assert shell.type("retier --help > help.txt  # all commands").returncode == 0
    assert "explain" in (tmp_path / "there" / "help.txt").read_text(encoding="utf-8")


def test_a_demo_is_made_in_the_folder_that_is_named(shell: Shell, tmp_path: Path) -> None:
    shell.type("retier demo --project mine")
    shell.type("retier demo")
    assert (tmp_path / "mine").is_dir()
    assert (tmp_path / "demo").is_dir()


def test_a_reader_begins_in_a_project_where_the_first_line_takes_one_for_granted() -> None:
    assert begins_in_a_project("retier backfill --from 2025-01   # the plan")
    for first in ("make demo", "retier demo", "retier init --project mine", ".venv/bin/retier status --project demo"):
        assert not begins_in_a_project(first)
