"""When Python looks for garbage: not while a page is read, and never in what a crawl has loaded to begin with."""

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


def leave_alone_what_is_loaded() -> None:
    """Modules, classes and components are looked through for garbage no more: they stay for the process' whole life.

    For a process of one crawl, when it begins. Otherwise each full collection walks some hundred thousand objects in
    vain, and so does the one at the process' end.
    """
    gc.freeze()
