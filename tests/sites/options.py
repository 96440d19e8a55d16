"""How the sample site answers; every option may be changed while it runs."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from .clock import Clock, real_clock
from .faults import FaultRule

Rest = Literal["on", "off-401", "off-404", "no-route", "only-comments-and-users-removed", "plain-permalinks"]
Sitemap = Literal["core", "yoast", "gz", "none"]
Theme = Literal["classic", "block", "southfront"]
Comments = Literal["native", "wpdiscuz"]
Source = Literal["rest", "sitemap", "feed", "archives"]


@dataclass(kw_only=True)
class Options:
    """Settings of one sample site."""

    title: str = "SouthFront"
    tagline: str = "Analysis and intelligence"
    theme: Theme = "southfront"
    base_path: str = ""
    """``/blog`` serves the site below that path; the root of the host is then another page."""
    rest: Rest = "on"
    """``plain-permalinks``: no /wp-json/ at all, only ?rest_route=, and every address in its plain form (?p=1)."""
    sitemap: Sitemap = "core"
    sitemap_size: int = 2000
    feeds: bool = True
    feed_size: int = 10
    posts_per_page: int = 10
    day_permalinks: bool = False
    """/2019/03/07/slug/ instead of /slug/."""
    seo: bool = False
    """Whether an SEO plugin writes JSON-LD, Open Graph and a description into each page."""
    comments: Comments = "wpdiscuz"
    comments_per_page: int = 20
    """Native comments: root threads a page."""
    page_comments: bool = False
    """Native comments: whether threads are cut into pages, the newest page first."""
    thread_depth: int = 5
    wpdiscuz: dict[str, Any] = field(default_factory=lambda: {"first_load_with_ajax": 1})
    """Settings handed to the wpDiscuz simulation."""
    page_cache: bool = False
    """Whether a cache before the site drops the cookies of its pages."""
    gzip: bool = True
    latency_seconds: float = 0.0
    moved_to: str = ""
    """Address of another site: every page redirects to the same path there."""
    endless: bool = False
    """Whether lists never end: past their last page comes the last page again."""
    hidden_percent: dict[Source, int] = field(default_factory=dict)
    """Share of the posts that a source leaves out; each source leaves out others."""
    faults: list[FaultRule] = field(default_factory=list)
    noise: bool = False
    """Whether each answer differs in what means nothing: counters, nonces, relative dates, class names."""
    robots: str = ""
    """robots.txt in place of WordPress' own."""
    articles: bool = True
    """Whether the hand-written articles are there."""
    empty_types: tuple[str, ...] = ()
    """Types of posts that REST knows and nobody has written any of."""
    hostile: bool = False
    """Whether articles that mean harm are there too."""
    n_articles: int = 0
    """How many further articles are made up."""
    comments_per_article: int = 6
    tweets_per_100_articles: int = 60
    keep_answers: bool = False
    """Whether an answer once made is kept until the next edit, so that a benchmark measures its client and not the site."""
    control: bool = False
    """Whether POST /__control__ edits the site."""
    clock: Clock = real_clock
    on_request: Callable[[str], None] | None = None
    """Called with each request's path before it is answered."""
