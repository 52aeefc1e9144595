"""Reports, Data Docs and other output of a project, in which an account is replaced by its pseudonym."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from sql.atomic import new_file, translate_write_errors
from transforms.erasure import Erasure

_MARKUP = (".html", ".htm", ".svg", ".xml")

# The scripts in a report contain no data, but short words that may also be an account's name. Text from data cannot
# begin such an element, since it is escaped.
_PROGRAMS = re.compile(r'(<script data-of="retier">.*?</script>)', re.DOTALL)


@dataclass(frozen=True, slots=True)
class Page:
    """A file of output that names an account, in its text or its name.

    Attributes:
        path: The file.
        present: Its new text; None where it is not text, so that it must be removed.
        present_path: Its new path.
    """

    path: Path
    present: str | None
    present_path: Path


def pages_to_erase(folder: Path, erasure: Erasure) -> list[Page]:
    """List the files of output that name an account, in order.

    Args:
        folder: The folder of output.
        erasure: The account and its pseudonym.
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
            with translate_write_errors(page.path):
                page.path.unlink(missing_ok=True)
                _remove_if_empty(page.path.parent)


def _remove_if_empty(folder: Path) -> None:
    """Remove a folder that is empty now: its name may contain the account, too."""
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
