"""What is said of types of posts that a site shows and a run leaves out."""

from collections.abc import Iterable, Sequence


def left_out(asked: Sequence[str], types: Iterable[tuple[str, str | None]]) -> list[str]:
    """Lines that name the types and say which argument would have them archived; [] where there are none.

    `asked` are the types that were asked for, as REST's addresses name them; each of `types` is WordPress' name and REST's,
    None where REST has no list of it.

    >>> left_out(["posts"], [("analysis", "analyses"), ("leaflet", None)])
    ['analyses: not archived without -a post_types=posts,analyses', 'leaflet: not archived without -a discover=sitemap']
    """
    both = list(types)
    by_rest = [rest for _, rest in both if rest is not None]
    others = [name for name, rest in both if rest is None]
    lines = (
        [f"{', '.join(by_rest)}: not archived without -a post_types={','.join([*asked, *by_rest])}"] if by_rest else []
    )
    return lines + ([f"{', '.join(others)}: not archived without -a discover=sitemap"] if others else [])
