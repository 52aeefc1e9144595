"""The versions of the kits: what each changed in the rows that a kit makes of the same tables.

Whoever changes the rows of a kit adds a line here.
"""

from __future__ import annotations

from collections.abc import Mapping

VERSIONS: dict[str, Mapping[int, str]] = {
    "stripe": {1: "first version"},
    "zendesk": {1: "first version"},
    "salesforce": {1: "first version"},
    "hubspot": {1: "first version"},
    "segment": {1: "first version"},
}
