"""The reasons that stand beside the numbers of a policy file; the policy itself keeps the numbers only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class PolicyReasons:
    """Finds why a number is what it is.

    Attributes:
        versions: What each version itself says, by its name; what it does not say, its base does.
    """

    versions: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    @classmethod
    def of_file(cls, content: Mapping[str, Any]) -> PolicyReasons:
        """Take a policy file's content, which has already been found right."""
        entries: Sequence[Mapping[str, Any]] = content.get("versions", [content])
        return cls({str(entry["version"]): entry for entry in entries})

    def of(self, version: str, place: Sequence[str]) -> str | None:
        """Return the reason of a number, from the version or from the nearest one that it is based on.

        Args:
            version: The version's name.
            place: The number's keys, and positions in lists, from the top of the version.

        Returns:
            The reason, or None where the place is no number with a reason.
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
