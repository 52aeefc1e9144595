"""The policy: every number that a business may want to change, validated, versioned and effective-dated."""

from transforms.policy.book import PolicyBook
from transforms.policy.model import Policy

__all__ = ["Policy", "PolicyBook"]
