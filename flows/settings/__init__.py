"""The settings: a project's two files, whose errors are reported with file, place and line."""

from flows.settings.policy_file import default_policy, default_policy_text, load_policy_file, upgrade_policy_file
from flows.settings.project import Project, load_project, policy_path, project_directory

__all__ = [
    "Project",
    "default_policy",
    "default_policy_text",
    "load_policy_file",
    "load_project",
    "policy_path",
    "project_directory",
    "upgrade_policy_file",
]
