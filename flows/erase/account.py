"""Erase one account of a project: find it, so that a person can confirm, then replace it everywhere."""

from __future__ import annotations

import hashlib
import secrets
import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from flows.clock import now
from flows.erase.caches import caches_to_erase, has_facts, ids_holding, remove_caches
from flows.erase.pages import pages_to_erase, rewrite_pages
from flows.erase.sources import id_columns, other_id_columns, warning_of_sources
from flows.settings import Project
from flows.transactions import again_if_gone, read_in_transaction, write_in_transaction
from flows.version import retier_version
from flows.writing import sending, writing
from sql.erase import Erased, Record, accounts_called, erase, is_known, names_of
from sql.longer_ids import accounts_holding, examples_of_ids, quarantined_ids
from transforms.erasure import Erasure, IdColumns
from transforms.errors import WrongUseError, first_few
from transforms.month import Month


@dataclass(frozen=True, slots=True)
class Summary:
    """The outcome of an erasure, without the account's id.

    Attributes:
        pseudonym: What replaces the account from now on.
        rows: How many rows were rewritten, by table.
        months: The published months whose result was rewritten.
        caches_removed: How many facts and staged files were removed.
        pages_rewritten: How many reports and other files of output were rewritten or removed.
        warnings: Sentences that a person should read.
    """

    pseudonym: str
    rows: Mapping[str, int]
    months: tuple[Month, ...]
    caches_removed: int
    pages_rewritten: int
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Found:
    """What the warehouse knows about a text that may be an account's id."""

    is_published: bool = False
    names: tuple[str, ...] = ()
    called: tuple[str, ...] = ()


def find_account(project: Project, account_id: str) -> Erasure:
    """Find an account that is to be erased, and make its pseudonym.

    The pseudonym is a hash with a random key that is not kept, so the account cannot be found by hashing ids.

    Raises:
        WrongUseError: If the account is unknown.
    """
    if account_id != account_id.encode("utf-8", "replace").decode("utf-8"):
        raise WrongUseError(f"unknown account {account_id!r}: expected text in UTF-8")
    key = secrets.token_bytes(32)
    pseudonym = f"erased-{hashlib.blake2b(account_id.encode(), digest_size=8, key=key).hexdigest()}"
    columns = id_columns(project)

    def look(connection: Connection) -> _Found:
        known = is_known(connection, Erasure(account_id, pseudonym), columns)
        return _Found(known, names_of(connection, account_id), accounts_called(connection, account_id))

    found = read_in_transaction(project, look) or _Found()
    if found.is_published or has_facts(project.facts, account_id):
        return Erasure(account_id, pseudonym, found.names)
    if found.called:
        raise WrongUseError(f"an account is erased by its id: {account_id!r} is the name of {first_few(found.called)}")
    raise WrongUseError(
        f"unknown account {account_id!r}: expected the exact id of an account that was published, quarantined or read"
    )


def erase_account(project: Project, erasure: Erasure, reason: str) -> Summary:
    """Replace an account by its pseudonym in the warehouse and the output, and remove the facts that name it.

    Files come first, so that an erasure that was interrupted can be repeated: the account is still in the warehouse.

    Args:
        project: The project.
        erasure: The output of :func:`find_account`.
        reason: Why, in a person's words.

    Raises:
        BusyError: If another process writes to the warehouse, or sends its messages.
        RetierError: If a file or the warehouse cannot be written.
    """
    started_at = now()
    columns = id_columns(project)
    # Nobody may send meanwhile what was read before the account was erased.
    with sending(project, "erase"), writing(project, "erase") as writer:
        warning = warning_of_sources(project, erasure.account_id)
        erasure = _with_longer_ids(project, erasure, columns)
        pages = pages_to_erase(project.output, erasure)
        rewrite_pages(pages)
        # After the pages, since an erasure that is repeated finds longer ids in what is staged.
        caches = caches_to_erase(project.facts, erasure)
        remove_caches(caches)
        again_if_gone(writer.renew)
        record = Record(f"erase-{uuid.uuid4().hex[:12]}", reason, started_at, now(), retier_version())

        def work(connection: Connection) -> Erased:
            return erase(connection, erasure, columns, record)

        erased = write_in_transaction(project, work)
    warnings = () if warning is None else (warning,)
    return Summary(erasure.pseudonym, erased.rows, erased.months, len(caches), len(pages), warnings)


def _with_longer_ids(project: Project, erasure: Erasure, account_columns: IdColumns) -> Erasure:
    """Add the ids of invoices, tickets and the like that a source made from the account's."""
    accounts, others = ids_holding(project.facts, erasure.account_id)

    def look(connection: Connection) -> None:
        accounts.update(accounts_holding(connection, erasure.account_id))
        accounts.update(quarantined_ids(connection, erasure, account_columns))
        others.update(quarantined_ids(connection, erasure, other_id_columns(project)))
        others.update(examples_of_ids(connection, erasure))

    read_in_transaction(project, look)
    return erasure.with_longer(others, accounts)
