"""Importing Great Expectations without what only a few of its expectations use.

Great Expectations imports scipy.stats (for tests of distributions) and Altair (for a chart of one expectation) as it is
imported itself, which is a third of the processor time that its import costs, and none of the suites here use either.
:func:`defer` puts off running these modules until an attribute of them is first read. Other threads that read one
meanwhile wait, as with any import; with the standard library's ``LazyLoader`` they do only from Python 3.12 on. Cyclic
garbage collection rests while Great Expectations is imported, as nearly all that an import makes is there to stay: that
saves a sixth more. For the same reason it passes over all that exists by then: looking for garbage among a quarter of a
million objects of modules takes a quarter of a second, time and again.

Modules are deferred only while Great Expectations is being imported. Who imports scipy.stats or Altair before gets them
as ever; who imports them later runs them at that moment, and finds the same modules.
"""

from __future__ import annotations

import atexit
import gc
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType
from typing import Any

_LIBRARY = "great_expectations"
_DEFERRED = frozenset({"altair", "scipy.stats"})


def defer() -> None:
    """Have the next import of Great Expectations put off what it does not use at once.

    Does nothing if Great Expectations has been imported or this was called before.
    """
    if _LIBRARY not in sys.modules and not any(isinstance(finder, _LibraryFinder) for finder in sys.meta_path):
        sys.meta_path.insert(0, _LibraryFinder())


class _LibraryFinder(MetaPathFinder):
    """Finds Great Expectations, once, and has it imported lightly."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname != _LIBRARY:
            return None
        sys.meta_path.remove(self)
        spec = PathFinder.find_spec(fullname, path, target)
        if spec is not None and spec.loader is not None:
            spec.loader = _LightLoader(spec.loader)
        return spec


class _Wrapper(Loader):
    """Wraps a module's own loader, which is restored before the module runs."""

    def __init__(self, loader: Loader) -> None:
        self._loader = loader

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self._loader.create_module(spec)

    def _restore(self, module: ModuleType) -> None:
        # Resources and pickles ask a module for its loader, and expect the usual one.
        assert module.__spec__ is not None, "the import system sets the spec of every module"
        module.__spec__.loader = module.__loader__ = self._loader


class _LightLoader(_Wrapper):
    """Runs a module by its own loader, while slow imports wait and no garbage is collected."""

    def exec_module(self, module: ModuleType) -> None:
        self._restore(module)
        with _slow_modules_deferred(), _collection_paused():
            self._loader.exec_module(module)
            _pass_over_all_that_exists()


class _DeferringFinder(MetaPathFinder):
    """Finds the slow modules, to be run at first use."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname not in _DEFERRED:
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        if spec is not None and spec.loader is not None:
            spec.loader = _DeferringLoader(spec.loader)
        return spec


class _DeferringLoader(_Wrapper):
    """Leaves a module to be run by its own loader at first use."""

    def exec_module(self, module: ModuleType) -> None:
        self._restore(module)
        module.__class__ = _LazyModule


class _LazyModule(ModuleType):
    """A module that runs when an attribute of it is first read, by one thread for all."""

    def __getattribute__(self, name: str) -> Any:
        with _ONE_BY_ONE:
            # While it runs, its own thread may read what is there so far.
            if type(self) is _LazyModule and id(self) not in _RUNNING:
                _run(self)
        return ModuleType.__getattribute__(self, name)


_ONE_BY_ONE = threading.RLock()
_RUNNING: set[int] = set()
"""The modules that are being run, by identity."""


def _run(module: ModuleType) -> None:
    _RUNNING.add(id(module))
    try:
        spec = module.__spec__
        assert spec is not None, "the import system sets the spec of every module"
        assert spec.loader is not None, "it was found by a loader"
        spec.loader.exec_module(module)
    finally:
        _RUNNING.remove(id(module))
    module.__class__ = ModuleType


@contextmanager
def _slow_modules_deferred() -> Iterator[None]:
    finder = _DeferringFinder()
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)


def _pass_over_all_that_exists() -> None:
    """Leave what exists out of garbage collection until the process ends.

    Then it is collected as ever: modules written in C++ report what is left of them as leaks.
    """
    gc.freeze()
    atexit.register(gc.unfreeze)


@contextmanager
def _collection_paused() -> Iterator[None]:
    was_collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_collecting:
            gc.enable()
