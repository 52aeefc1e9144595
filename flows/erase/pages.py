"""Reports, Data Docs and other output of a project: an account is replaced in what is written there."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from sql.atomic import new_file, told_if_unwritable
from transforms.erasure import Erasure

_MARKUP = (".html", ".htm", ".svg", ".xml")

# The programs in a report hold nothing of accounts, but short words that an account may be called by. Text from data
# cannot begin such an element, since it is escaped.
_PROGRAMS = re.compile(r'(<script data-of="retier">.*?</script>)', re.DOTALL)


@dataclass(frozen=True, slots=True)
class Page:
    """A file of output that names an account, in its text or its name.

    Attributes:
        path: The file.
        present: The text that it is to have; null where it is no text, so that it must go.
        present_path: The path that it is to have.
    """

    path: Path
    present: str | None
    present_path: Path


def pages_to_erase(folder: Path, erasure: Erasure) -> list[Page]:
    """List the files of output that name an account, in order.

    Args:
        folder: The folder of output.
        erasure: Who, and what takes its place.
    """
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    pages = (_page(path, folder, erasure) for path in files)
    return [page for page in pages if page is not None]


def rewrite_pages(pages: list[Page]) -> None:
    """Write the files without the account.

    Raises:
        RetierError: If one cannot be written.
    """
    for page in pages:
        if page.present is not None:
            with new_file(page.present_path) as written:
                written.write_text(page.present, encoding="utf-8", newline="")
        if page.present is None or page.present_path != page.path:
            with told_if_unwritable(page.path):
                page.path.unlink(missing_ok=True)
                _remove_if_empty(page.path.parent)


def _remove_if_empty(folder: Path) -> None:
    """Remove a folder that held nothing but a file that went: it may be called by the account, too."""
    if not any(folder.iterdir()):
        folder.rmdir()


def _page(path: Path, folder: Path, erasure: Erasure) -> Page | None:
    within = path.relative_to(folder)
    present_path = folder.joinpath(*(erasure.in_text(part) for part in within.parts))
    content = path.read_bytes()
    try:
        former = content.decode("utf-8")
    except UnicodeDecodeError:
        is_named = erasure.account_id.encode() in content or present_path != path
        return Page(path, None, path) if is_named else None
    present = _in_markup(former, erasure) if path.suffix.lower() in _MARKUP else erasure.in_text(former)
    return None if (present, present_path) == (former, path) else Page(path, present, present_path)


def _in_markup(text: str, erasure: Erasure) -> str:
    parts = _PROGRAMS.split(text)
    # Split by a group, so every second part is what the group found.
    parts[::2] = (erasure.in_markup(part) for part in parts[::2])
    return "".join(parts)
