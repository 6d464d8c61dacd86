"""A pytest plugin for `make mutants`: mutmut forks each worker from a process that has run all tests already.

Polars waits for threads that a forked process does not have, so its tests are left out. What the package works out once in a process was worked out
before the mutant came: what makes such a thing needs a test that asks for it anew.
"""

from __future__ import annotations

import pytest


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leaves out the tests that use Polars."""
    out = [item for item in items if _uses_polars(item)]
    if out:
        config.hook.pytest_deselected(items=out)
        items[:] = [item for item in items if item not in out]


def _uses_polars(item: pytest.Item) -> bool:
    code = getattr(getattr(item, "function", None), "__code__", None)
    return "polars" in item.name or (code is not None and bool({"pl", "polars"} & {*code.co_names, *code.co_varnames, *code.co_consts}))
