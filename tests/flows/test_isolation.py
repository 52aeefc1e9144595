"""A run sends nothing over the network and writes nothing outside of its project."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.flows.projects import JANUARY, healthy_tables, write_project

ROOT = Path(__file__).parent.parent.parent

_RUN = """
import socket

def refuse(*_, **__):
    raise AssertionError("the network was used")

socket.socket.connect = socket.socket.connect_ex = socket.create_connection = socket.getaddrinfo = refuse

from flows.cli.app import main
main()
"""


def test_a_run_stays_on_this_machine_and_in_its_project(tmp_path):
    project = write_project(tmp_path / "project", healthy_tables())
    elsewhere = [tmp_path / name for name in ("home", "temporary", "cache", "work")]
    for folder in elsewhere:
        folder.mkdir()
    home, temporary, cache, work = map(str, elsewhere)
    done = subprocess.run(
        [sys.executable, "-c", _RUN, "run", "--project", str(project), "--month", str(JANUARY)],
        capture_output=True,
        encoding="utf-8",
        check=False,
        cwd=work,
        env={
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "HOME": home,
            "TMPDIR": temporary,
            "XDG_CACHE_HOME": cache,
        },
    )

    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    assert [sorted(folder.rglob("*")) for folder in elsewhere] == [[], [], [], []]
