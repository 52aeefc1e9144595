"""Keeps passwords, tokens and other secrets of URLs out of messages."""

from __future__ import annotations

import re

_PASSWORD = re.compile(r"(?<=://)([^:/@\s]*):\S*(?=@)")
_OPTION = re.compile(r"(?i)([\w.-]*(?:password|passwd|pwd|token|secret|signature|credential)[\w.-]*=)[^&\s]*[^&\s'\"]")
_QUERY = re.compile(r"(?<=://)([^\s?\"<>]*\?)([^\s\"<>]+?)(?=[').,;:\]}]*(?:[\s\"<>]|$))")
_PARAMETER = re.compile(r"([^&=]+=)([^&]+)")

_PLAIN = frozenset(
    {
        "access_mode", "application_name", "channel_binding", "client_encoding", "connect_timeout", "dbname",
        "gssencmode", "host", "hostaddr", "keepalives", "keepalives_count", "keepalives_idle", "keepalives_interval",
        "load_balance_hosts", "max_memory", "max_temp_directory_size", "memory_limit", "port",
        "require_auth", "schema", "service", "sslcert", "sslcrl", "sslmode", "sslrootcert", "target_session_attrs",
        "tcp_user_timeout", "temp_directory", "threads", "user",
    }
)  # fmt: skip
"""What may follow the ? of a database's URL and is no secret; whatever else does may be one."""


def without_password(text: str) -> str:
    """Hide the secrets of every URL in a text.

    These are its password, up to the last @ before a blank, since a password may hold one; and in its query, as in
    ``?sig=…``, every value but those of options that are known to be none. Outside of URLs, what is called a password,
    a token or the like is hidden, too, as drivers write it.
    """
    return _OPTION.sub(r"\1***", _QUERY.sub(_query, _PASSWORD.sub(r"\1:***", text)))


def _query(found: re.Match[str]) -> str:
    return found[1] + _PARAMETER.sub(_parameter, found[2])


def _parameter(found: re.Match[str]) -> str:
    return found[0] if found[1][:-1].lower() in _PLAIN else f"{found[1]}***"
