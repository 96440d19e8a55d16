"""Counted nouns, as every message for people says them."""


def noun(count: float, one: str, many: str | None = None) -> str:
    """`one` where it is 1, else `many`, or `one` with an s.

    >>> noun(1, "article"), noun(0, "article"), noun(2, "batch", "batches")
    ('article', 'articles', 'batches')
    """
    return one if count == 1 else many or f"{one}s"


def counted(count: float, one: str, many: str | None = None) -> str:
    """The number and its noun.

    >>> counted(1, "article"), counted(29, "article"), counted(2, "article or thread is", "articles or threads are")
    ('1 article', '29 articles', '2 articles or threads are')
    """
    return f"{count} {noun(count, one, many)}"
