"""Settings shared by all tests."""

import os

from hypothesis import HealthCheck, settings

# Deadlines depend on the machine; the same examples every time in CI, new ones at a desk.
settings.register_profile("desk", deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", parent=settings.get_profile("desk"), derandomize=True, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "desk")
