"""Finding a site's articles: by the best source that answers, or by all of them, joined by identity."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from newsarchive.discovery import archives, feeds, rest, sitemaps
from newsarchive.discovery.entries import Entry, Source, Window
from newsarchive.fetch import Fetch
from newsarchive.hashes import Hashes
from newsarchive.wordpress.site import Site

__all__ = ["ORDER", "Discovery", "Entry", "Source", "Window"]

LISTERS = {"rest": rest.posts, "sitemap": sitemaps.posts, "feed": feeds.posts, "archives": archives.posts}
NOTHING = "it lists no article at all"
"""What a source is said to have refused with that gave a list without any article."""
ORDER = tuple(LISTERS)
"""The sources, the one that tells most for the fewest requests first."""


@dataclass(kw_only=True)
class Discovery:
    """One finding of a site's articles, and what each source had to say."""

    fetch: Fetch
    site: Site
    window: Window = field(default_factory=Window)
    rest_window: Window | None = None
    """What REST is asked for where it has to be asked for more than the others: it was not there in runs before."""
    which: str = "auto"
    """auto: the first source that answers (and those after it as long as one breaks off); all: every one; or a source's name."""
    sources: list[Source] = field(default_factory=list)
    """How each source that was asked did."""
    _met: Hashes = field(default_factory=Hashes)

    async def entries(self) -> AsyncIterator[list[Entry]]:
        """Every article once, a list for each answer of a source."""
        for name in ORDER if self.which in {"auto", "all"} else (self.which,):
            if name == "archives" and self.sources and all(one.refusal == NOTHING for one in self.sources):
                return  # the site has no article: what its home page links to is something else
            source = Source(name=name)
            self.sources.append(source)
            window = self.rest_window or self.window if name == "rest" else self.window
            async for found in LISTERS[name](self.fetch, self.site, window, source):
                if self.which == "all":
                    source.keys.update(entry.key for entry in found)
                fresh = [entry for entry in found if self._is_new(entry)]
                source.repeated += len(found) - len(fresh)
                if fresh:
                    yield fresh
            if source.complete and not source.listed and await self._lists_nothing(name):
                source.answered, source.refusal = False, NOTHING
            if self.which == "auto" and source.complete:
                return

    async def _lists_nothing(self, name: str) -> bool:
        """Whether a source that listed nothing has nothing: what is asked for without bounds is all there is, and REST
        counts what it would list without them. Then it was told to hide its articles, and another one may have them."""
        if self.window == Window():
            return True
        if name != "rest":
            return False
        try:
            return await rest.total(self.fetch, self.site) == 0
        except rest.Refused:
            return False

    def _is_new(self, entry: Entry) -> bool:
        new = self._met.add(entry.key)
        return (entry.post_id is None or self._met.add(("id", entry.post_id))) and new

    def missed(self) -> dict[str, set[str]]:
        """For ``all``: by source, the addresses (`Entry.key`) that another source lists and this one does not."""
        union: set[str] = set().union(*(source.keys for source in self.sources))
        return {source.name: union - source.keys for source in self.sources if source.answered}

    @property
    def answered(self) -> bool:
        """Whether any source gave a list."""
        return any(source.answered for source in self.sources)
