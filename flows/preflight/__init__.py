"""What a project lacks, before anything is run."""

from flows.preflight.project import check_project
from flows.preflight.report import CheckReport

__all__ = ["CheckReport", "check_project"]
