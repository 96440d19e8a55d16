"""What was asked for, and what is said of an answer that is not it."""

from dataclasses import dataclass
from typing import Literal

INCIDENT = "incident"
"""Key in ``request.meta`` under which the incident of a request's last answer stands; absent where there was none."""

BY_SCRIPT = frozenset({"script-only", "no-article"})
"""Rules for pages of the site in which a browser may find the article that plain HTTP does not: a script may put it there."""

ExpectKind = Literal["article", "page", "rest", "ajax", "feed", "sitemap", "any"]


@dataclass(frozen=True, kw_only=True)
class Expect:
    """What an answer should be."""

    kind: ExpectKind = "any"
    """article (one post's page), page (another HTML page of the site: home, archive, comment page), rest (WordPress' JSON), ajax (an answer of admin-ajax.php), feed, sitemap, any."""
    url: str = ""
    """The address that was asked for; empty takes the answer's ``asked``."""
    post_id: str | None = None
    """article: the post's id, where it is known."""
    home: str | None = None
    """The site's home address."""
    hosts: frozenset[str] = frozenset()
    """Every host name the site is known by, in lower case; a redirect among them is no redirect away. A subdomain needs no mention."""
    ends: bool = True
    """Whether the site's whole pages close ``</html>``; a site whose theme never does says False."""


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """What an incident rests on, kept with it so that a person can judge the judge."""

    status: int
    """The answer's status."""
    url: str
    """The address that answered, after redirects; at most 2,000 characters."""
    matched: str
    """What was found, or what was found lacking: at most 200 characters."""
    body_sha256: str
    """SHA-256 (hex) of the answer's body."""
    body_bytes: int
    """Its length."""


@dataclass(frozen=True, kw_only=True)
class Incident:
    """An answer that is not what was asked for."""

    rule: str
    """Name of the rule that found it; the rules are listed in docs/failures.md."""
    reason: str
    """What happened, in a sentence for a person."""
    retryable: bool
    """Whether the same request may well be answered properly a little later."""
    refused: bool
    """Whether the site turned us away as a client; these count for the circuit breaker."""
    evidence: Evidence
    """What it rests on."""
