"""Erases an account from what was published: its texts, and the rows that hold them."""

from transforms.erasure.rows import IdColumns, rewritten
from transforms.erasure.words import ERASED, Erasure

__all__ = ["ERASED", "Erasure", "IdColumns", "rewritten"]
