"""A kit: the tables of one vendor that it reads, and a template for every source that it makes of them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Annotated, Any, Self

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from sql.dialects.landed import Kind

VENDORS = ("stripe", "zendesk", "salesforce", "hubspot", "segment")
"""Every vendor with a kit."""

SHARED = "shared"
"""The folder of what all kits share: the tables of companies, and parts of templates."""

TEMPLATES = files("sql").joinpath("templates/vendors")

_CHOICE = re.compile(r"\[([^|\]]*)\|([^\]]*)\]")
_Sentence = Annotated[str, Field(min_length=1)]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def _of_kind(written: Any) -> Any:
    return {"type": written} if isinstance(written, str) else written


class KitColumn(_Model):
    """A column that a kit reads.

    Attributes:
        kind: The type of its values in the templates, whatever they were landed as; ``type`` in the file.
        is_required: Whether the kit cannot do without it; ``required`` in the file.
        also: Other names under which connectors land it. Where several are landed, as after a connector renamed one,
            the first that is not null counts; a mark is true where any of them is.
        without: What it means for the numbers where it is not landed, as the end of a sentence.
    """

    kind: Kind = Field(alias="type")
    is_required: bool = Field(default=False, alias="required")
    also: tuple[str, ...] = ()
    without: _Sentence | None = None


class KitTable(_Model):
    """A table that a kit reads.

    Attributes:
        meaning: What one row is.
        columns: Its columns by name.
        is_optional: Whether it may lack, and is then without rows; ``optional`` in the file.
        rather: Names of a table that says more and is read instead where it is there, such as one with history.
        also: Other names under which connectors land it.
        called: Its name in the templates where its own is a reserved word of SQL.
        without: What it means for the numbers where it is not landed, as the end of a sentence.
    """

    meaning: _Sentence
    columns: dict[str, Annotated[KitColumn, BeforeValidator(_of_kind)]]
    is_optional: bool = Field(default=False, alias="optional")
    rather: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    called: str | None = None
    without: _Sentence | None = None


class Reason(_Model):
    """Why rows of a vendor are left out.

    Attributes:
        says: A clause with ``{count}`` that says how many of what are left out, and why; words are chosen by the number
            as in ``{count} [ticket was|tickets were] merged``.
        to_do: What a person can do about it; null where there is nothing to do.
    """

    says: _Sentence
    to_do: _Sentence | None = None

    def sentence(self, count: int) -> str:
        """Say how many are left out, and why."""
        chosen = _CHOICE.sub(lambda match: match[1] if count == 1 else match[2], self.says)
        return chosen.replace("{count}", f"{count:,}")

    @model_validator(mode="after")
    def _names_the_count(self) -> Self:
        if "{count}" not in self.says:
            raise ValueError("expected {count} in says")
        return self


class Kit(_Model):
    """A vendor's kit.

    Attributes:
        vendor: Its vendor.
        tables: The tables that it reads, those that all kits share included.
        sources: The names of the sources that it makes.
        reasons: Why rows are left out, by the key that the templates give.
    """

    vendor: str
    tables: dict[str, KitTable]
    sources: tuple[str, ...]
    reasons: dict[str, Reason]

    def template(self, source: str) -> str:
        """Return the template of a source, as it is written."""
        return TEMPLATES.joinpath(self.vendor, f"{source}.sql").read_text(encoding="utf-8")


@cache
def kit_of(vendor: str) -> Kit:
    """Load the kit of a vendor.

    Raises:
        KeyError: If there is no kit for the vendor.
        pydantic.ValidationError: If the kit's own files are wrong, which is a bug in retier.
    """
    if vendor not in VENDORS:
        raise KeyError(vendor)
    folder = TEMPLATES.joinpath(vendor)
    tables = {**_yaml(TEMPLATES.joinpath(SHARED, "tables.yaml")), **_yaml(folder.joinpath("tables.yaml"))}
    names = sorted(entry.name for entry in folder.iterdir()) if folder.is_dir() else []
    return Kit.model_validate(
        {
            "vendor": vendor,
            "tables": tables,
            "sources": [name.removesuffix(".sql") for name in names if name.endswith(".sql")],
            "reasons": _yaml(folder.joinpath("reasons.yaml")),
        }
    )


def _yaml(file: Traversable) -> Mapping[str, Any]:
    return yaml.safe_load(file.read_text(encoding="utf-8")) if file.is_file() else {}
