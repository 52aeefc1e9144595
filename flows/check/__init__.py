"""What a project lacks, before anything is run."""

from flows.check.project import check_project
from flows.check.report import CheckReport

__all__ = ["CheckReport", "check_project"]
