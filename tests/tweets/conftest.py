import time
from contextlib import contextmanager

import pytest


@pytest.fixture
def benchmark_seconds():
    """A block that must end within so many seconds of processor time."""

    @contextmanager
    def within(seconds):
        started = time.process_time()
        yield
        assert time.process_time() - started < seconds

    return within
