"""Takes the queries of kits over into a project: as SQL of its own, which says what the kit said."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import yaml

from flows.settings import Project
from flows.settings.project import SETTINGS_FILE
from flows.settings.yaml_edit import Edits, end_of, found, is_in_flow, root_of
from sql.atomic import new_file
from sql.sources.spec import SourceSpec
from sql.vendors.kit import VENDORS
from sql.vendors.render import KitQuery
from sql.vendors.settings import KitInUse, nearest
from sql.vendors.versions import VERSIONS
from transforms.errors import WrongUseError

_FOLDER = "queries"


@dataclass(frozen=True, slots=True)
class _Taken:
    """A source whose query is taken over.

    Attributes:
        source: The source.
        use: Its kit.
        path: The file for the query, in the project.
    """

    source: str
    use: KitInUse
    path: str


def eject(project: Project, named: str) -> list[Path]:
    """Write the queries of a kit into the project, and let `retier.yaml` name them in place of the vendor.

    Args:
        project: The project.
        named: A vendor, for all of its sources, or a vendor and a source as ``stripe.subscriptions``.

    Returns:
        The files written, `retier.yaml` last.

    Raises:
        WrongUseError: If no source comes from the kit alone, or a file is there already; nothing is written then.
        RetierError: If a table of the vendor is not there.
    """
    settings = project.directory / SETTINGS_FILE
    taken = [_Taken(source, use, f"{_FOLDER}/{source}.sql") for source, use in _uses(project, named)]
    texts = {project.directory / one.path: _text(one, project.directory) for one in taken}
    changed = _without_vendor(settings.read_text(encoding="utf-8-sig"), taken)
    existing = [path for path in texts if path.exists()]
    if existing:
        raise WrongUseError(f"{existing[0]} exists already: move it away first")
    try:
        for path, text in texts.items():
            path.parent.mkdir(exist_ok=True)
            with path.open("x", encoding="utf-8") as file:
                file.write(text)
    except OSError as error:
        raise WrongUseError(f"{project.directory} cannot be written to ({error.strerror}): make room in it") from error
    with new_file(settings) as unfinished:
        unfinished.write_text(changed, encoding="utf-8")
        unfinished.chmod(settings.stat().st_mode & 0o777)
    return [*texts, settings]


def _uses(project: Project, named: str) -> list[tuple[str, KitInUse]]:
    vendor, _, source = named.partition(".")
    if vendor not in VENDORS:
        raise WrongUseError(f"there is no kit for {vendor}: {nearest(vendor, VENDORS)}")
    from_it = {name: spec for name, spec in project.settings.sources.items() if vendor in spec.vendors}
    if source and source not in from_it:
        others = f": these do: {', '.join(from_it)}" if from_it else ""
        raise WrongUseError(f"{source} does not come from the kit for {vendor} in retier.yaml{others}")
    if not from_it:
        raise WrongUseError(f"no source comes from the kit for {vendor} in retier.yaml: there is nothing to take over")
    return [_use(name, spec) for name, spec in from_it.items() if name == (source or name)]


def _use(source: str, spec: SourceSpec) -> tuple[str, KitInUse]:
    if len(spec.kits) > 1:
        raise WrongUseError(
            f"{source} comes from the kits for {' and '.join(spec.vendors)}, and a source has one query: take it over "
            "while it comes from one of them, then add the rows of the other to the query"
        )
    return source, spec.kits[0]


def _text(one: _Taken, project: Path) -> str:
    version = max(VERSIONS[one.use.vendor])
    first = (
        f"-- Taken over from the kit for {one.use.vendor}, version {version}: it is this project's own from now on.\n"
    )
    return first + KitQuery(one.use, one.source, project).rows()


def _without_vendor(text: str, taken: list[_Taken]) -> str:
    """Return the text of `retier.yaml` in which sources name a query in place of their vendor; all else stays."""
    root, edits = root_of(text), Edits(text)
    for one in taken:
        pair = found(root, ("sources", one.source, "vendor"))
        source = found(root, ("sources", one.source))
        if pair is None or source is None:
            raise WrongUseError(
                f"sources.{one.source} does not itself say where it comes from in retier.yaml: write `vendor: "
                f"{one.use.vendor}` there"
            )
        lines = {"sql": one.path} | _database(root, one.use)
        separator = ", " if is_in_flow(source[1]) else "\n" + " " * pair[0].start_mark.column
        written = separator.join(f"{key}: {value}" for key, value in lines.items())
        edits.replace(pair[0].start_mark.index, end_of(text, pair[1]), written)
    return edits.result()


def _database(root: yaml.Node | None, use: KitInUse) -> dict[str, str]:
    """Return the database of a vendor as it is written, in quotes, so that no secret of the environment is."""
    if use.settings.database is None:
        return {}
    pair = found(root, ("vendors", use.vendor, "database"))
    if pair is None:
        raise WrongUseError(f"vendors.{use.vendor} does not itself say where its database is: write `database` there")
    doubled = str(pair[1].value).replace("'", "''")
    return {"database": f"'{doubled}'"}
