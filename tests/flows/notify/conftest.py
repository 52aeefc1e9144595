"""Receivers for all tests of a module, empty for each of them."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from sql.ddl import create_all
from sql.engine import make_engine, transaction
from tests.flows.notify.published import template
from tests.flows.notify.receivers import MailServer, WebServer, mail_server, web_server


@pytest.fixture(scope="session")
def empty_warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A warehouse with all tables, and nothing in them."""
    path = tmp_path_factory.mktemp("empty") / "retier.duckdb"
    with transaction(make_engine(f"duckdb:///{path}")) as connection:
        create_all(connection)
    return path


@pytest.fixture(scope="session")
def published_warehouse(empty_warehouse: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A warehouse with a published month, of which the channel hook is to be told."""
    folder = tmp_path_factory.mktemp("published")
    shutil.copy(empty_warehouse, folder)
    return template(folder)


@pytest.fixture
def published_folder(published_warehouse: Path, tmp_path: Path) -> Path:
    """A folder with a copy of it."""
    shutil.copy(published_warehouse, tmp_path)
    return tmp_path


@pytest.fixture
def empty_folder(empty_warehouse: Path, tmp_path: Path) -> Path:
    """A folder with an empty warehouse."""
    shutil.copy(empty_warehouse, tmp_path)
    return tmp_path


@pytest.fixture(scope="session")
def running_web() -> Iterator[WebServer]:
    with web_server() as server:
        yield server


@pytest.fixture(scope="session")
def running_mail() -> Iterator[MailServer]:
    with mail_server() as server:
        yield server


@pytest.fixture
def web(running_web: WebServer) -> WebServer:
    """A web server that has received nothing."""
    running_web.posted.clear()
    running_web.answers.clear()
    running_web.written = 0
    return running_web


@pytest.fixture
def mail(running_mail: MailServer) -> MailServer:
    """A mail server that has received nothing."""
    running_mail.mails.clear()
    running_mail.answers.clear()
    return running_mail
