"""What is asked about a tweet, what an answer says of it, and the note that is kept of every attempt."""

from dataclasses import dataclass, field

from newsarchive.items import Media, Metrics, TweetLink


@dataclass(frozen=True, kw_only=True)
class Target:
    """A tweet to learn about."""

    id: str
    """The status id; of a locator ``t.co/CODE``."""
    handle: str | None = None
    """The account it is said to be of."""
    printed_date: str | None = None
    """Of a locator: the day printed beside it."""
    seen: str | None = None
    """The address as it was written where it was met."""


@dataclass(kw_only=True)
class Content:
    """What one answer tells of a tweet; None where it does not say. Times are on the wire form, text has its entities decoded."""

    handle: str | None = None
    author_name: str | None = None
    author_id: str | None = None
    created_at: str | None = None
    text: str | None = None
    text_truncated: bool | None = None
    language: str | None = None
    media: list[Media] | None = None
    urls: list[TweetLink] | None = None
    quoted_id: str | None = None
    replied_to_id: str | None = None
    conversation_id: str | None = None
    metrics: Metrics | None = None
    withheld_in: list[str] | None = None
    """Countries it is withheld in."""
    status_id: str | None = None
    """Of a locator: the status it leads to."""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What an answer says of one tweet, in the endpoint's terms. What follows from it is decided in `states` alone."""

    id: str
    endpoint: str
    """``xapi.tweets``, ``oembed``, ``wayback.cdx`` …: with `answer` a key of `states.RULES`."""
    answer: str
    """``found``, ``not_found``, ``rate_limited`` …"""
    detail: str | None = None
    """The reason in the answer's own words."""
    content: Content | None = None


@dataclass(frozen=True, kw_only=True)
class Observation:
    """One attempt to learn about one tweet, as it is kept for ever."""

    id: str
    resolver: str
    version: int = 1
    """Version of the resolver's reading, so that a better one can tell what to read again."""
    endpoint: str
    answer: str
    detail: str | None = None
    content: Content | None = None
    at: str
    """When it was asked, on the wire form."""
    url: str | None = None
    """The address that answered; nothing secret is in it. For ``markup``: the document."""
    http_status: int | None = None
    payload_sha256: str | None = None
    cost_usd: float = 0.0
    """What asking cost, this tweet's share."""
    payload: bytes | None = field(default=None, compare=False, repr=False)
    """The answer's body, on its way to the log; None when read back."""


@dataclass(frozen=True, kw_only=True)
class Met:
    """A tweet with where it was met and what has been observed of it, so that another log can be told."""

    id: str
    handle: str | None = None
    printed_date: str | None = None
    places: list[tuple[str, str | None]] = field(default_factory=list)
    """The documents that refer to it, at most twenty, each with the address as it was written there."""
    observations: list[Observation] = field(default_factory=list)
    """Without the bodies of the answers."""

    @property
    def asked(self) -> bool:
        """Whether anybody has been asked about it, where this comes from."""
        return any(one.resolver != "markup" for one in self.observations)
