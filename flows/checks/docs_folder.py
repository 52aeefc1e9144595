"""Where Data Docs lie in a project."""

from __future__ import annotations

from pathlib import Path

from flows.settings import Project


def docs_folder(project: Project) -> Path:
    """Return the folder of all Data Docs."""
    return project.output / "data-docs"


def docs_of(project: Project, run_id: str) -> Path:
    """Return the page of a run, whether it is there or not."""
    return docs_folder(project) / run_id / "index.html"
