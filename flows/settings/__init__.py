"""The settings: the two files of a project, read with every error named by file, place and line."""

from flows.settings.policy_file import default_policy, default_policy_text, load_policy_file
from flows.settings.project import Project, load_project, project_directory

__all__ = ["Project", "default_policy", "default_policy_text", "load_policy_file", "load_project", "project_directory"]
