"""Datasette's pages for an archive: what is new in it, an article with all that belongs to it, and a search over everything.

Datasette loads this file by ``--plugins-dir`` (`scrapy browse`). Its own pages of tables stay where they are.
"""

from typing import Any
from urllib.parse import quote

from pluggy import HookimplMarker

from newsarchive.browse.reading import changes, loaded, marked, query, safe_url, snippet_sql, tree
from newsarchive.counting import noun

hookimpl = HookimplMarker("datasette")  # Datasette's own is made the same way, and this file imports without it

PAGE = 40
"""Articles on a page."""
HITS = 25
"""Results of each kind."""
MOST_REVISIONS = 50
"""So many of an article's revisions are compared on its page."""
HEADERS = {
    # Nothing that an archived page or comment says can load, run or send anything.
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


def _address(id: str) -> str:
    return "/-/article/" + quote(id, safe="/")


async def _rows(datasette: Any, sql: str, *values: Any) -> list[dict[str, Any]]:
    names = [name for name in datasette.databases if not name.startswith("_")]
    return [dict(row) for row in (await datasette.get_database(names[0]).execute(sql, values)).rows]


async def _page(datasette: Any, request: Any, template: str, status: int = 200, **values: Any) -> Any:
    from datasette.utils.asgi import Response  # here, so that this file imports where Datasette is not installed

    names = [name for name in datasette.databases if not name.startswith("_")]
    values |= {"noun": noun, "safe_url": safe_url, "address": _address, "tables": datasette.urls.database(names[0])}
    text = await datasette.render_template(template, values, request=request)
    return Response.html(text, status=status, headers=HEADERS)


async def front(datasette: Any, request: Any) -> Any:
    """What the archive holds, the newest articles first; of one site alone where ``?site=`` names one."""
    asked = request.args.get("site") or ""
    try:
        skipped = max(0, min(int(request.args.get("skip") or 0), 10_000_000))
    except ValueError:
        skipped = 0
    (counts,) = await _rows(datasette, "SELECT * FROM held")
    sites = await _rows(datasette, "SELECT * FROM sites ORDER BY site")
    articles = await _rows(
        datasette,
        "SELECT a.id, a.site, a.title, a.subtitle, a.description, a.authors, a.published_at, a.revision, a.gone_status, a.text, t.count,"
        " t.complete, (SELECT count(*) FROM tweet_references r WHERE r.article_id = a.id AND r.comment_id IS NULL) tweets"
        f" FROM (SELECT * FROM articles {'WHERE site = ?' if asked else ''} ORDER BY published_at DESC, id LIMIT ? OFFSET ?) a"
        " LEFT JOIN threads t ON t.id = a.id ORDER BY a.published_at DESC, a.id",
        *([asked] if asked else []),
        PAGE + 1,
        skipped,
    )
    for article in articles:
        article["authors"] = loaded(article["authors"])
        article["lead"] = article["subtitle"] or article["description"] or (article["text"] or "")[:240]
    return await _page(
        datasette, request, "archive_front.html", counts=counts, sites=sites, asked_site=asked, articles=articles[:PAGE], skipped=skipped,
        before=max(0, skipped - PAGE), after=skipped + PAGE if len(articles) > PAGE else None,
    )  # fmt: skip


async def search(datasette: Any, request: Any) -> Any:
    """Articles, comments and tweets that have all the words."""
    asked = (request.args.get("q") or "")[:500]
    words = query(asked)
    found: dict[str, list[dict[str, Any]]] = {"articles": [], "comments": [], "tweets": []}
    if words:
        found["articles"] = await _rows(
            datasette,
            f"SELECT a.id, a.title, a.published_at, {snippet_sql('articles_fts', 2)} snippet FROM articles_fts f JOIN articles a"
            " ON a.rowid = f.rowid WHERE articles_fts MATCH ? ORDER BY bm25(articles_fts, 100, 20, 1, 2, 2) LIMIT ?",
            words,
            HITS,
        )
        found["comments"] = await _rows(
            datasette,
            f"SELECT c.id, c.article_id, c.author, c.posted_at, a.title, {snippet_sql('comments_fts', 0)} snippet FROM comments_fts f"
            " JOIN comments c ON c.rowid = f.rowid LEFT JOIN articles a ON a.id = c.article_id WHERE comments_fts MATCH ?"
            " ORDER BY rank LIMIT ?",
            words,
            HITS,
        )
        found["tweets"] = await _rows(
            datasette,
            f"SELECT w.id, w.handle, w.author_name, w.created_at, w.state, {snippet_sql('tweets_fts', 0)} snippet, (SELECT r.article_id"
            " FROM tweet_references r WHERE r.tweet_id = w.id LIMIT 1) article_id FROM tweets_fts f JOIN tweets w ON w.rowid = f.rowid"
            " WHERE tweets_fts MATCH ? ORDER BY rank LIMIT ?",
            words,
            HITS,
        )
    for rows in found.values():
        for row in rows:
            row["pieces"] = marked(row["snippet"])
    return await _page(datasette, request, "archive_search.html", asked=asked, found=found, most=HITS)


async def article(datasette: Any, request: Any) -> Any:
    """An article with its thread, its tweets and its revisions."""
    id = request.url_vars["id"]
    held = await _rows(datasette, "SELECT * FROM articles WHERE id = ?", id)
    threads = await _rows(datasette, "SELECT * FROM threads WHERE id = ?", id)
    if not held and not threads:
        return await _page(datasette, request, "archive_missing.html", status=404, id=id)
    one = held[0] if held else {"id": id, "title": None, "url": threads[0]["url"], "site": threads[0]["site"]}
    for name in ("authors", "categories", "tags", "blocks", "related", "images", "videos"):
        one[name] = loaded(one.get(name))
    thread = threads[0] if threads else None
    tweets = await _tweets(datasette, id)
    mine = tweets.pop(None, [])
    placed = {str(block.get("tweet_id")) for block in one["blocks"] if block.get("type") == "tweet"}
    revisions = await _revisions(datasette, id)
    return await _page(
        datasette, request, "archive_article.html", article=one, thread=thread, comments=await _comments(datasette, id, thread, tweets),
        revisions=revisions, tweets={str(tweet["tweet_id"]): tweet for tweet in mine}, unplaced=[t for t in mine if str(t["tweet_id"]) not in placed],
        tweet_count=len(mine), changed=sum(revision["revision"] > 1 for revision in revisions),
    )  # fmt: skip


async def _tweets(datasette: Any, id: str) -> dict[str | None, list[dict[str, Any]]]:
    """The tweets an article refers to, by the comment that does; under None those of the article itself."""
    references = await _rows(
        datasette,
        "SELECT r.comment_id, r.position, r.form, r.kind, r.locator, r.tweet_id, w.* FROM tweet_references r LEFT JOIN tweets w"
        " ON w.id = r.tweet_id WHERE r.article_id = ? ORDER BY r.comment_id, r.position",
        id,
    )
    found: dict[str | None, list[dict[str, Any]]] = {}
    for tweet in references:
        for name in ("media", "evidence", "metrics"):
            tweet[name] = loaded(tweet[name])
        found.setdefault(tweet["comment_id"], []).append(tweet)
    return found


async def _comments(
    datasette: Any, id: str, thread: dict[str, Any] | None, tweets: dict[str | None, list[dict[str, Any]]]
) -> list[dict[str, Any]]:
    """An article's comments, each with its tweets and its earlier words, in the order of the thread."""
    earlier: dict[str, list[dict[str, Any]]] = {}
    for words in await _rows(datasette, "SELECT * FROM earlier_comments WHERE article_id = ? ORDER BY revision", id):
        earlier.setdefault(words["id"], []).append(words)
    comments = tree(await _rows(datasette, "SELECT * FROM comments WHERE article_id = ? ORDER BY position, id", id))
    for comment in comments:
        comment["earlier"] = earlier.get(comment["id"], [])
        comment["tweets"] = tweets.get(comment["id"], [])
        comment["images"] = loaded(comment["images"])
        comment["absent"] = thread is not None and comment["revision"] < thread["revision"]
    return comments


async def _revisions(datasette: Any, id: str) -> list[dict[str, Any]]:
    """The revisions of an article and its thread, each with what it changed."""
    revisions = await _rows(
        datasette, "SELECT * FROM revisions WHERE id = ? AND type <> 'tweet' ORDER BY type, revision", id
    )
    previous: dict[str, dict[str, Any]] = {}
    for number, revision in enumerate(revisions):
        old = previous.get(revision["type"])
        if revision["type"] == "article":
            revision["changes"] = changes(old, revision) if old and number < MOST_REVISIONS else []
        else:
            for name in ("added", "edited", "removed"):
                revision[name] = loaded(revision[name])
        previous[revision["type"]] = revision
    return revisions


@hookimpl
def register_routes() -> list[tuple[str, Any]]:
    """The addresses of the pages; the front page takes the place of Datasette's list of databases."""
    return [(r"^/$", front), (r"^/-/search$", search), (r"^/-/article/(?P<id>.+)$", article)]


@hookimpl
def render_cell(value: Any, column: str, table: str | None) -> Any:
    """Leads from Datasette's tables to the page of the article."""
    if isinstance(value, str) and (column == "article_id" or (column == "id" and table in {"articles", "threads"})):
        from markupsafe import Markup, escape  # Jinja's, which Datasette brings

        return Markup('<a href="{}">{}</a>').format(_address(value), escape(value))
    return None
