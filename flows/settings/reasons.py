"""The reasons that a policy file gives for its numbers; the policy itself keeps only the numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class PolicyReasons:
    """The reason of each number of a policy file.

    Attributes:
        versions: The content of each version by name; what a version lacks is in the version it is based on.
    """

    versions: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    @classmethod
    def of_file(cls, content: Mapping[str, Any]) -> PolicyReasons:
        """Return the reasons in the content of a valid policy file."""
        entries: Sequence[Mapping[str, Any]] = content.get("versions", [content])
        return cls({str(entry["version"]): entry for entry in entries})

    def of(self, version: str, place: Sequence[str]) -> str | None:
        """Return the reason of a number, from its version or the nearest version that it is based on.

        Args:
            version: The version's name.
            place: The keys and list positions that lead to the number, from the top of the version.

        Returns:
            The reason, or None where the place is not a number with a reason.
        """
        entry = self.versions.get(version)
        while entry is not None:
            found = _at(entry, place)
            if isinstance(found, Mapping) and "reason" in found:
                return str(found["reason"])
            entry = self.versions.get(str(entry.get("based_on")))
        return None


def _at(entry: Any, place: Sequence[str]) -> Any:
    for key in place:
        if isinstance(entry, list) and key.isdecimal() and int(key) < len(entry):
            entry = entry[int(key)]
        elif isinstance(entry, Mapping) and key in entry:
            entry = entry[key]
        else:
            return None
    return entry
