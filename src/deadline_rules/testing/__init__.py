"""For whoever writes rule packs or tests a host against them.

`cases` holds a pack to its worked cases, `pytest_plugin` makes each of them a test of pytest, `conformance` holds a host to the vectors of a
regulation. With the extra `testing`: `strategies` draws tasks, histories, days and readings for property tests with Hypothesis, `calendars`
calendars, `rule_files` rule files and rule sets, `malformed` rule files with one defect each.

Nothing is imported before it is used: pytest and Hypothesis import this package for its plugins alone.
"""
