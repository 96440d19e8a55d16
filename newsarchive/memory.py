"""When Python looks for garbage: not while a page is read."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """The garbage collector rests meanwhile; as a decorator, while the function runs.

    A page's tree is thousands of objects that live for some milliseconds, none of them in a cycle: they go by their
    counts, and a collection meanwhile looks through all of them to find nothing.
    """
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()
