"""The two forms in which WordPress answers for one thing: as a query of the home page, and as a path."""

from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

_PATHINFO = "/index.php/"
"""In permalinks of servers that rewrite nothing: ``/index.php/2019/03/who-owns-the-quay/``."""


def as_paths(url: str) -> list[str]:
    """The paths under which WordPress has, or would have, what it answers `url` with; [] where `url` is a path already.

    >>> as_paths("https://example.org/?rest_route=/wp/v2/posts&page=2")
    ['https://example.org/wp-json/wp/v2/posts?page=2', 'https://example.org/index.php/wp-json/wp/v2/posts?page=2']
    >>> as_paths("https://example.org/news/?feed=rss2&paged=3")
    ['https://example.org/news/feed/?paged=3']
    >>> as_paths("https://example.org/index.php/feed/")
    ['https://example.org/feed/']
    >>> as_paths("https://example.org/wp-json/")
    []
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        return []
    if not parts.query and _PATHINFO not in parts.path:
        return []
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    root = parts.path.removesuffix("index.php").replace(_PATHINFO, "/", 1)
    below = _below(query, root)
    if not below and root == parts.path:
        return []
    left = urlencode(query, safe="/,:", quote_via=quote)
    root = root if not below or root.endswith("/") else f"{root}/"
    return [urlunsplit(parts._replace(path=root + path, query=left)) for path in below or [""]]


def _below(query: dict[str, str], root: str) -> list[str]:
    """The paths below `root` of what `query` asks for, whose words for it are taken out; [] where it asks for nothing else."""
    if "rest_route" in query:
        route = query.pop("rest_route").lstrip("/")
        return [f"wp-json/{route}", f"index.php/wp-json/{route}"]
    if "feed" in query:
        return ["comments/feed/" if query.pop("feed").startswith("comments") else "feed/"]
    if "sitemap" in query:
        names = [query.pop(name, "") for name in ("sitemap", "sitemap-subtype", "paged")]
        return [f"wp-sitemap{'' if names[0] == 'index' else '-' + '-'.join(filter(None, names))}.xml"]
    if "cpage" in query:
        return [f"comment-page-{query.pop('cpage')}/"]
    if "paged" in query and not root.rstrip("/").endswith("/feed"):
        return [f"page/{query.pop('paged')}/"]
    return []
