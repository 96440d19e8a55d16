"""What an archived line says.

Every class here is a part of the public contract that other tools read for years: names are never changed, fields
are only added. The JSON Schema (`newsarchive/data/items.schema.json`) and `docs/items.md` are generated from these
classes and from the docstring under each field.

Rules that hold for every field: a time is UTC and written ``2019-03-07T14:47:00Z``, some of tweets with milliseconds
(``14:47:00.123Z``); an id is a string; ``None`` is "not known", an empty list is "none", and ``0`` is zero. Every key is
always written.
"""

from dataclasses import dataclass, field
from typing import Literal

SCHEMA_VERSION = 1

Precision = Literal["second", "minute", "day", "local_minute", "local_day"]
"""How exact a time is. ``local_…``: the page gives the site's own clock and nothing says its offset, so it was taken as UTC."""

TweetForm = Literal[
    "bare_url", "blockquote", "figure", "iframe", "widget", "amp", "shortcode", "block_comment", "link", "text", "locator"
]  # fmt: skip
TweetKind = Literal["embed", "link", "locator"]
TweetState = Literal[
    "available", "archived", "deleted", "suspended", "protected", "account_gone", "withheld", "age_restricted",
    "unavailable", "unresolved", "invalid_id",
]  # fmt: skip
CreatedAtSource = Literal["snowflake", "api", "interpolated", "embed_day"]
BlockType = Literal["paragraph", "heading", "quote", "list", "table", "code", "image", "video", "tweet", "embed"]
CommentKind = Literal["comment", "pingback", "trackback"]


@dataclass(kw_only=True)
class Capture:
    """Where the exact bytes of the response are kept."""

    file: str
    """The WARC file, relative to the archive."""
    record_id: str
    """The WARC record's id."""
    payload_digest: str
    """``sha256:`` and the hex digest of the payload."""


@dataclass(kw_only=True)
class Line:
    """What every archived line has, whatever its type."""

    type: str
    """``article``, ``comment_thread`` or ``tweet``."""
    schema_version: int = SCHEMA_VERSION
    """The version of this contract that the line keeps to."""
    id: str = ""
    """The identity, stable across fetches, addresses and domains."""
    site: str = ""
    """The site it was met on: a spider's name for its site, or the host for ``wordpress``."""
    url: str = ""
    """The address it was read from (for a thread: its article's; for a tweet: its canonical address)."""
    fetched_at: str | None = None
    """When it was read."""
    source: str = ""
    """How it was read: rest, page, ajax, browser, feed, wayback, markup, oembed …; joined by ``+`` where several ways went into one line."""
    revision: int = 1
    """1, 2, …: how many different contents of this id have been kept, this one included."""
    previous_hash: str | None = None
    """``content_hash`` of the revision before this one; None for the first."""
    content_hash: str | None = None
    """SHA-256 (hex) over the canonical JSON of the fields that bear meaning; the same content has the same hash however it was read."""
    capture: Capture | None = None
    """Where the exact response is kept; None when it is not."""
    software: str = ""
    """Name and version of what wrote the line."""


@dataclass(kw_only=True)
class Metrics:
    """Counts that a tweet showed at one moment."""

    likes: int | None = None
    """Likes."""
    retweets: int | None = None
    """Retweets, quotes not included."""
    replies: int | None = None
    """Replies."""
    quotes: int | None = None
    """Quotes."""
    views: int | None = None
    """Views."""
    observed_at: str | None = None
    """When they were so."""


@dataclass(kw_only=True)
class Media:
    """A photo, video or animation of a tweet."""

    type: str
    """photo, video or animated_gif."""
    url: str
    """Address of the largest form known."""
    alt: str | None = None
    """The alternative text its author gave."""


@dataclass(kw_only=True)
class TweetLink:
    """A link in a tweet's text."""

    short: str
    """As it stands in the text, mostly ``https://t.co/…``."""
    expanded: str | None = None
    """Where it leads; None if nobody said."""


@dataclass(kw_only=True)
class Evidence:
    """One attempt to learn about a tweet, and what came of it."""

    resolver: str
    """Name of the resolver that asked."""
    http_status: int | None = None
    """Status of the answer; None where nothing was asked over the network."""
    outcome: str = ""
    """What the answer says, in the resolver's terms."""
    at: str = ""
    """When."""
    payload_sha256: str | None = None
    """SHA-256 (hex) of the answer's body."""


@dataclass(kw_only=True)
class TweetFacts:
    """What is known of a tweet, with its state and the evidence for it."""

    urls_seen: list[str] = field(default_factory=list)
    """The addresses as they were written where it was met, archive and mirror wrappers included."""
    handle: str | None = None
    """The author's screen name, without ``@``, as last seen."""
    author_name: str | None = None
    """The author's display name."""
    author_id: str | None = None
    """The author's numeric id."""
    created_at: str | None = None
    """When it was posted; to the millisecond where it comes from the id."""
    created_at_source: CreatedAtSource | None = None
    """Where ``created_at`` comes from."""
    text: str | None = None
    """Its text, entities decoded."""
    text_truncated: bool | None = None
    """Whether ``text`` is known to be cut."""
    language: str | None = None
    """Its language as Twitter or the embed says (BCP 47)."""
    media: list[Media] = field(default_factory=list)
    """Its photos and videos."""
    urls: list[TweetLink] = field(default_factory=list)
    """The links in its text."""
    quoted_id: str | None = None
    """Id of the tweet it quotes."""
    replied_to_id: str | None = None
    """Id of the tweet it answers."""
    conversation_id: str | None = None
    """Id of the first tweet of its conversation."""
    metrics: Metrics | None = None
    """Counts as last observed; changes in them alone make no revision."""
    state: TweetState = "unresolved"
    """What became of it, as far as the evidence goes."""
    state_checked_at: str | None = None
    """When the state was last confirmed."""
    evidence: list[Evidence] = field(default_factory=list)
    """Every attempt that the state and the content rest on."""
    resolver: str | None = None
    """The resolver that gave the content."""
    resolved_at: str | None = None
    """When the content was obtained."""


@dataclass(kw_only=True)
class TweetPlace:
    """Which tweet a reference names."""

    id: str | None = None
    """The status id, a decimal string; None for a locator, which names a tweet without its id."""
    url: str | None = None
    """``https://twitter.com/<handle>/status/<id>``, or ``https://x.com/i/web/status/<id>`` where no handle is known."""


@dataclass(kw_only=True)
class EmbeddedTweet(TweetFacts, TweetPlace):
    """A tweet as an article or a comment refers to it."""

    position: int = 0
    """0, 1, 2 …: the order of the references in the document."""
    form: TweetForm = "bare_url"
    """The markup it was found in."""
    kind: TweetKind = "embed"
    """embed (meant to be shown), link (a link in prose) or locator (no id: a t.co or pic.twitter.com code, a flattened quote)."""
    locator: str | None = None
    """The t.co or pic.twitter.com code of a locator; None otherwise."""
    printed_date: str | None = None
    """The day printed in the embed, as written."""


@dataclass(kw_only=True)
class Tweet(TweetFacts, Line):
    """A tweet in its own right: `scrapy crawl tweets` and the tweets pipeline write these."""

    type: Literal["tweet"] = "tweet"
    """Always ``tweet``."""


@dataclass(kw_only=True)
class Link:
    """A link."""

    url: str
    """Absolute address."""
    text: str | None = None
    """Its words."""


@dataclass(kw_only=True)
class RelatedLink:
    """An article that this one points its readers to."""

    url: str
    """Absolute address."""
    title: str | None = None
    """Its title as printed."""


@dataclass(kw_only=True)
class Image:
    """A picture of the article."""

    url: str
    """Address of the largest source the markup offers."""
    alt: str | None = None
    """The alternative text."""
    caption: str | None = None
    """The caption as a reader sees it; never an instruction to click."""
    credit: str | None = None
    """Who made it, where the markup says so apart from the caption."""


@dataclass(kw_only=True)
class Video:
    """A video of the article."""

    url: str
    """Address of the file, or of the player's page."""
    provider: str | None = None
    """youtube, vimeo, rumble …; ``file`` for a plain video file; None if not recognised."""


@dataclass(kw_only=True)
class Block:
    """One piece of an article's body, in reading order. Which fields are filled depends on ``type``."""

    type: BlockType
    """paragraph, heading, quote, list, table, code, image, video, tweet or embed."""
    text: str | None = None
    """Its text (paragraph, heading, quote, code, list, table); for an embed what stands in its place."""
    level: int | None = None
    """heading: 1 to 6."""
    ordered: bool | None = None
    """list: whether it is numbered."""
    items: list[str] = field(default_factory=list)
    """list: the text of each item; a nested item is indented by two spaces a level."""
    rows: list[list[str]] = field(default_factory=list)
    """table: the text of each cell, row by row."""
    cite: str | None = None
    """quote: who or what is quoted, as printed."""
    url: str | None = None
    """image, video, tweet, embed: its address."""
    alt: str | None = None
    """image: the alternative text."""
    caption: str | None = None
    """image, video, table: the caption."""
    credit: str | None = None
    """image: who made it."""
    provider: str | None = None
    """video, embed: whose player it is."""
    tweet_id: str | None = None
    """tweet: the status id."""


@dataclass(kw_only=True)
class Gone:
    """That a known article has been taken down."""

    status: int
    """The status it answers with now (404, 410; 302 for a redirect to the home page; 401 where REST refuses it)."""
    seen_at: str
    """When that was confirmed."""


@dataclass(kw_only=True)
class Article(Line):
    """An article. ``id`` is ``<site>/<post id>``, or ``<site>/<slug>`` where no post id can be found."""

    type: Literal["article"] = "article"
    """Always ``article``."""
    title: str | None = None
    """The headline, without the site's name."""
    subtitle: str | None = None
    """The line under the headline, where the page has one."""
    text: str | None = None
    """The body as a reader sees it, without furniture: paragraphs separated by a blank line, in reading order."""
    html: str | None = None
    """The body's markup, sanitised: safe to show, nothing that runs or calls home."""
    blocks: list[Block] = field(default_factory=list)
    """The body in order, piece by piece."""
    authors: list[str] = field(default_factory=list)
    """Names of its authors."""
    published_at: str | None = None
    """When it was published."""
    published_at_precision: Precision | None = None
    """How exact ``published_at`` is; None if that is not known."""
    modified_at: str | None = None
    """When the site says it was last changed."""
    modified_at_precision: Precision | None = None
    """How exact ``modified_at`` is; None if that is not known."""
    language: str | None = None
    """Its language (BCP 47): the page's own word, else detected; ``und`` when unsure."""
    categories: list[str] = field(default_factory=list)
    """Names of its categories."""
    tags: list[str] = field(default_factory=list)
    """Names of its tags."""
    description: str | None = None
    """The summary its author or the SEO plugin gave; not one cut from the text."""
    images: list[Image] = field(default_factory=list)
    """Its pictures, the featured one first."""
    videos: list[Video] = field(default_factory=list)
    """Its videos."""
    links: list[Link] = field(default_factory=list)
    """The links in its text."""
    related: list[RelatedLink] = field(default_factory=list)
    """Articles it points to as further reading ("MORE ON THE TOPIC"); never a part of ``text``."""
    tweets: list[EmbeddedTweet] = field(default_factory=list)
    """The tweets it refers to, in order."""
    comment_count: int | None = None
    """How many comments the site declares."""
    comments_open: bool | None = None
    """Whether comments can still be written."""
    word_count: int = 0
    """Words in ``text``."""
    canonical_url: str | None = None
    """The address the site calls the right one."""
    aliases: list[str] = field(default_factory=list)
    """Other addresses of it that were met."""
    gone: Gone | None = None
    """Set when it was known and has been taken down; the line then repeats the last content that was read."""
    silent: bool | None = None
    """Revisions only: whether the content changed while ``modified_at`` stayed; None for the first revision or where no modified time is known."""
    near_duplicate_of: str | None = None
    """Id of an earlier article that tells the same story in nearly the same words."""
    similarity: float | None = None
    """How alike the two are, 0 to 1 (Jaccard over word triples); None without ``near_duplicate_of``."""


@dataclass(kw_only=True)
class Comment:
    """A reader's comment."""

    id: str
    """The comment's id on the site."""
    parent_id: str | None = None
    """Id of the comment it answers; None for a root."""
    depth: int = 1
    """1 for a root, one more than its parent's otherwise: by the true parents, however flat the page shows it."""
    author: str | None = None
    """The name shown."""
    author_id: str | None = None
    """The author's user id on the site, where they have an account and it is told."""
    author_url: str | None = None
    """The address the name links to."""
    posted_at: str | None = None
    """When it was posted."""
    posted_at_precision: Precision | None = None
    """How exact ``posted_at`` is."""
    text: str | None = None
    """Its text."""
    html: str | None = None
    """Its markup, sanitised."""
    votes: int | None = None
    """Likes less dislikes; None if not shown."""
    likes: int | None = None
    """Votes for it; None if not shown apart."""
    dislikes: int | None = None
    """Votes against it, as a positive number; None if not shown apart."""
    edited: bool = False
    """Whether the site marks it as edited."""
    pinned: bool = False
    """Whether it is held at the top."""
    kind: CommentKind = "comment"
    """comment, pingback or trackback."""
    images: list[str] = field(default_factory=list)
    """Addresses of the pictures in it."""
    links: list[str] = field(default_factory=list)
    """Addresses its text links to."""
    tweets: list[EmbeddedTweet] = field(default_factory=list)
    """The tweets it refers to."""
    url: str | None = None
    """Its own address."""


@dataclass(kw_only=True)
class Counts:
    """How many comments each source says or shows there are; None where it was not asked or did not say."""

    declared: int | None = None
    """The number the page declares."""
    page: int | None = None
    """Comments in the page's HTML, comment pages included."""
    ajax: int | None = None
    """Comments the page's AJAX walk brought."""
    rest: int | None = None
    """Comments the REST list gave."""
    feed: int | None = None
    """Comments in the article's comment feed (a feed holds the last ten)."""
    live_update: int | None = None
    """The number wpDiscuz' live update route says."""


@dataclass(kw_only=True)
class Missing:
    """What a thread lacks."""

    count: int | None = None
    """How many comments are known to be missing; None if it cannot be told."""
    reason: str | None = None
    """Why, as far as it is known."""


@dataclass(kw_only=True)
class Changes:
    """What a thread's revision changed against the one before."""

    added: list[str] = field(default_factory=list)
    """Ids of comments that are new."""
    edited: list[str] = field(default_factory=list)
    """Ids of comments whose text, author, parent or pictures changed."""
    removed: list[str] = field(default_factory=list)
    """Ids of comments that are no longer there; only ever said of a complete reading."""


@dataclass(kw_only=True)
class CommentThread(Line):
    """All comments of an article, as one reading found them. ``id`` is the article's id."""

    type: Literal["comment_thread"] = "comment_thread"
    """Always ``comment_thread``."""
    article_id: str = ""
    """The article's id."""
    declared_count: int | None = None
    """How many comments the site says there are."""
    count: int = 0
    """How many comments this line holds."""
    complete: bool = False
    """True only when proven: every page of comments was read and the ids add up to what the site declares."""
    missing: Missing | None = None
    """What is lacking; None when ``complete``."""
    counts: Counts = field(default_factory=Counts)
    """Each count that was seen, by source."""
    comments: list[Comment] = field(default_factory=list)
    """The comments: roots in the order they were posted, each followed by its replies."""
    changes: Changes | None = None
    """What changed since the previous revision; None for the first."""


LINE_TYPES: tuple[type[Line], ...] = (Article, CommentThread, Tweet)
