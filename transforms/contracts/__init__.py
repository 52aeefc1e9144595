"""What every source and every published table looks like: the one place where a column is described."""

from transforms.contracts.model import Column, Field, Severity, Table
from transforms.contracts.published import PUBLISHED, VIEWS
from transforms.contracts.sources import SOURCES

__all__ = ["PUBLISHED", "SOURCES", "VIEWS", "Column", "Field", "Severity", "Table"]
