"""Whether an answer is the page that was asked for.

The checks go from the surest to the vaguest: interstitials (`newsarchive.guard.rules`), the status, where redirects
led, whether the form is right (HTML, JSON, XML) and whole, and whose page it is.
"""

import hashlib
import re
from urllib.parse import parse_qsl, urljoin, urlsplit

from newsarchive.fetch import Answer
from newsarchive.guard.incident import Evidence, Expect, Incident
from newsarchive.guard.look import (
    HEAD,
    MANY_LINKS,
    MARKED_POST,
    Look,
    host_of,
    link_header_post_id,
    path_of,
    slug_of,
    visible_bytes,
)
from newsarchive.guard.not_found import says_not_found
from newsarchive.guard.rules import RULES, Rule
from newsarchive.markup import PAGE_BYTES, decode

_STRONG_TITLES = {title: rule for rule in reversed(RULES) for title in rule.titles}
_WEAK_TITLES = tuple(dict.fromkeys(title for rule in RULES for title in rule.weak_titles))
_ANYWHERE = tuple((mark, rule) for rule in RULES for mark in rule.anywhere)
_HEADERS = tuple((name, value, rule) for rule in RULES for name, value in rule.headers)
_BLANK = b" \t\r\n\x0b\x0c\x00\xef\xbb\xbf"

_PARTS = re.compile(r"\s+[-–—|»«‹›:·•]+\s+")
_PAGE_CLASS = re.compile(rb"(?<!\S)page-id-\d{1,20}(?!\S)")
_GONE_PATH = re.compile(
    r"/(?:(?:error|page)-?)?404(?:-page)?(?:\.html?|\.php)?$|/(?:page-)?not-?found(?:\.html?|\.php)?$"
)
_LIST_PATH = re.compile(r"^/(?:category|tag|author|search)/")
_LOGIN_PATHS = ("/wp-login.php", "/login", "/log-in", "/signin", "/sign-in", "/user/login", "/account/login")
_MEMBERS_ONLY = (
    b'class="pmpro_content_message',
    b"mepr-unauthorized-message",
    b"rcp-restricted-message",
    b"wc-memberships-content-restricted-message",
    b"swpm-post-not-logged-in-msg",
)
_STATUSES: dict[int, tuple[str, str, bool, bool]] = {
    # status: (rule, reason, retryable, refused)
    401: ("unauthorized", "The site wants a login for this page", False, True),
    403: ("forbidden", "The site refuses this page to us", False, True),
    404: ("not-found", "There is no such page", False, False),
    408: ("server-error", "The server gave up waiting", True, False),
    410: ("gone", "The page has been removed", False, False),
    423: ("forbidden", "The page is locked", False, True),
    425: ("server-error", "The server asks to try later", True, False),
    429: ("rate-limited", "The site says that we ask too often", True, True),
    451: ("not-in-your-country", "The page is withheld for legal reasons", False, True),
    999: ("forbidden", "The site refuses this page to us", False, True),
}


def judge(answer: Answer, expect: Expect | None = None) -> Incident | None:
    """What is wrong with `answer` as what `expect` describes, or None where it is that.

    What a protocol says with an error status or body of its own is left to its reader and gives None: WordPress'
    JSON errors (rest), ``0``, ``-1`` and ``Nonce is invalid.`` (ajax), 404 and 410 for anything but an article, 304.
    Never raises, whatever the answer holds.
    """
    expect = expect or Expect()
    if answer.status == 304:
        return None
    look = Look(answer.body)
    start = answer.body[:64].lstrip(_BLANK)
    wants_json = expect.kind in ("rest", "ajax")
    is_json = start[:1] in (b"{", b"[")
    incident = _machinery(answer, look, wants_json and is_json and answer.status < 400)
    if not incident and not (wants_json and is_json):
        incident = _interstitial(answer, look)
    incident = incident or _status(answer, expect, look)
    if not incident and expect.kind != "any":
        incident = _redirected(answer, expect, look)
    if not incident and expect.kind in ("article", "page", "rest", "ajax"):
        incident = _too_large(answer)
    if incident:
        return incident
    if wants_json:
        return _as_json(answer, expect, look)
    if expect.kind in ("feed", "sitemap"):
        return _as_xml(answer, expect, look)
    if expect.kind == "any" and start[:1] != b"<":
        return None
    return _as_html(answer, expect, look)


def _incident(
    answer: Answer, rule: str, reason: str, matched: str | bytes, *, retryable: bool = False, refused: bool = False
) -> Incident:
    if isinstance(matched, bytes):
        matched = matched.decode("utf-8", "replace")
    evidence = Evidence(
        status=answer.status,
        url=answer.url[:2_000],
        matched=" ".join(matched.split())[:200],
        body_sha256=hashlib.sha256(answer.body).hexdigest(),
        body_bytes=len(answer.body),
    )
    return Incident(rule=rule, reason=reason, retryable=retryable, refused=refused, evidence=evidence)


def _by(rule: Rule, answer: Answer, matched: str | bytes) -> Incident:
    return _incident(answer, rule.name, rule.reason, matched, retryable=rule.retryable, refused=rule.refused)


def _machinery(answer: Answer, look: Look, told_by_headers_only: bool) -> Incident | None:
    """A page of a rule of `RULES`, by what is proof wherever it stands."""
    for name, value, rule in _HEADERS:
        if answer.headers.get(name, "").lower().startswith(value):
            return _by(rule, answer, f"{name}: {answer.headers[name]}")
    if told_by_headers_only or not answer.body:
        return None
    window = look.low[:16_384]
    for mark, rule in _ANYWHERE:
        if mark in window:
            return _by(rule, answer, _around(window, mark))
    return None


def _interstitial(answer: Answer, look: Look) -> Incident | None:
    """A page of a rule of `RULES`, by its title or by what stands on a page that has no site around it."""
    title = look.title
    if title in _STRONG_TITLES:
        return _by(_STRONG_TITLES[title], answer, title)
    if look.is_post and answer.status < 400:
        return _fatal_at_end(answer, look)
    if look.links > MANY_LINKS:
        return None
    low = look.low if len(answer.body) <= HEAD else look.low[:16_384]
    for rule in RULES:
        for marks in rule.marks:
            if all(mark in low for mark in marks):
                return _by(rule, answer, _around(low, marks[0]))
    if not look.shows_little:
        return None
    if title.startswith(_WEAK_TITLES):
        for rule in RULES:
            if rule.weak_titles and title.startswith(rule.weak_titles):
                return _by(rule, answer, title)
    has_comment_form = b"comment_post_id" in look.low or b'id="commentform"' in look.low
    for rule in RULES:
        if has_comment_form and rule.refused:
            continue  # the captcha is the form's: who turns us away shows us none
        for marks in rule.weak_marks:
            if all(mark in low for mark in marks):
                return _by(rule, answer, _around(low, marks[0]))
    return None


def _around(low: bytes, mark: bytes) -> bytes:
    at = max(0, low.find(mark) - 40)
    return low[at : at + 200]


def _fatal_at_end(answer: Answer, look: Look) -> Incident | None:
    """PHP's last words at the end of a page that had begun well."""
    tail = look.low_tail
    # WordPress' own error page, written behind what had gone out before; it closes itself.
    for mark in (b'<body id="error-page">', b'class="wp-die-message">'):
        if mark in tail and look.is_post:
            return _incident(
                answer, "critical-error", "The page ends with a fatal error", _around(tail, mark), retryable=True
            )
    for mark in (
        b"<b>fatal error</b>:",
        b"there has been a critical error on",
        b"php fatal error:",
        b"error establishing a database connection",
    ):
        if mark in tail and b"</html" not in tail:
            return _incident(
                answer, "critical-error", "The page ends with a fatal error", _around(tail, mark), retryable=True
            )
    return None


def _status(answer: Answer, expect: Expect, look: Look) -> Incident | None:
    status = answer.status
    if 200 <= status < 300 and status not in (202, 204, 205, 206):
        return None
    if status == 202 and answer.body.strip(_BLANK):
        return None
    if status in (202, 204, 205):
        return _incident(answer, "empty", "The answer is empty", f"status {status}", retryable=True)
    if status == 206:
        return _incident(answer, "cut-short", "Only a part of the page came", "status 206", retryable=True)
    if status < 400:
        return _unfollowed(answer, expect)
    if status >= 500 and status != 999:
        return _incident(
            answer,
            "server-error",
            f"The server failed with status {status}",
            look.title or f"status {status}",
            retryable=True,
        )
    if expect.kind != "article" and status in (404, 410):
        return None
    if (
        expect.kind in ("rest", "ajax")
        and status in (400, 401, 403, 405)
        and not answer.body.lstrip(_BLANK).startswith(b"<")
    ):
        return None
    rule, reason, retryable, refused = _STATUSES.get(
        status, ("client-error", f"The site answers with status {status}", False, False)
    )
    if expect.kind in ("rest", "ajax") and status in (401, 403):
        refused = False  # that the API is closed says nothing of the pages
    return _incident(answer, rule, reason, look.title or f"status {status}", retryable=retryable, refused=refused)


def _unfollowed(answer: Answer, expect: Expect) -> Incident:
    """What a redirect that was not followed says: those to other domains are not."""
    location = answer.headers.get("location", "")
    try:
        target = urljoin(answer.url, location)
    except ValueError:
        target = ""
    if target and not _same_site(answer.url, target, expect):
        return _incident(answer, "other-domain", f"The site redirects to another one, {host_of(target)}", target)
    return _incident(answer, "redirect-unfollowed", "The redirects lead nowhere", location or f"status {answer.status}")


def _same_site(asked: str, got: str, expect: Expect) -> bool:
    one, two = host_of(asked), host_of(got)
    if not one or not two or one == two or one.endswith("." + two) or two.endswith("." + one):
        return True
    known = {host.removeprefix("www.").partition(":")[0] for host in expect.hosts}
    return any(two == host or two.endswith("." + host) for host in known)


def _redirected(answer: Answer, expect: Expect, look: Look) -> Incident | None:
    """Whether redirects led away from what was asked for."""
    asked = expect.url or answer.asked
    if not asked or not answer.url or asked == answer.url:
        return None
    where = host_of(answer.url)
    if where != host_of(asked) and where.startswith(("consent.", "cookie.", "cookies.", "privacy.", "guce.")):
        reason = "The site redirects to a page that asks for consent to cookies"
        return _incident(answer, "consent-wall", reason, answer.url, refused=True)
    if not _same_site(asked, answer.url, expect):
        return _incident(answer, "other-domain", f"The site redirects to another one, {where}", answer.url)
    path, before = path_of(answer.url), path_of(asked)
    if path != before and path.endswith(_LOGIN_PATHS):
        return _incident(answer, "login-wall", "The site redirects to its login", answer.url)
    if path != before and before and not look.is_single and _names(answer.url, before):
        return _incident(answer, "login-wall", "The site redirects to a page that has to be passed first", answer.url)
    if path.endswith(("/cgi-sys/suspendedpage.cgi", "/suspendedpage.cgi")):
        return _incident(answer, "suspended", "The hosting of the site is suspended", answer.url)
    if path.endswith(("/wp-admin/install.php", "/wp-admin/setup-config.php")):
        return _incident(answer, "server-default", "WordPress wants to be installed: its database is gone", answer.url)
    if expect.kind in ("article", "page", "feed", "sitemap") and before != path:
        home = path_of(expect.home) if expect.home else ""
        if (
            path.removesuffix("/index.php").removesuffix("/home") == home
            and before != home
            and _lacks_query(answer.url)
        ):
            return _incident(answer, "redirect-home", "The site redirects to its home page", answer.url)
    if expect.kind == "article" and slug_of(answer.url) != slug_of(asked):
        if _GONE_PATH.search(path):
            return _incident(answer, "soft-404", "The site redirects to its page of what is not there", answer.url)
        inside = path.removeprefix(path_of(expect.home or "")) + "/"
        if (_LIST_PATH.match(inside) or _searches(answer.url)) and not look.is_single:
            return _incident(answer, "listing", "The site redirects to a list of posts", answer.url)
    if expect.kind == "article" and not expect.post_id:
        wanted, got = slug_of(asked), slug_of(answer.url)
        # Of a slug that it does not know WordPress takes the beginning of another for a guess (redirect_guess_404_permalink).
        if wanted and got and got != wanted and got.startswith(wanted):
            return _incident(
                answer, "another-post", "The site redirects to a post whose address begins alike", answer.url
            )
    return None


def _too_large(answer: Answer) -> Incident | None:
    """Whether a page is longer than what is read of one: its end would be left aside."""
    length = len(answer.body)
    if PAGE_BYTES // 3 < length <= PAGE_BYTES:  # one byte of an old charset may become three of UTF-8
        length = len(decode(answer.body, answer.charset).encode("utf-8", "ignore"))
    if length <= PAGE_BYTES:
        return None
    reason = f"The page is longer than the {PAGE_BYTES // 1024**2} MiB that are read of one"
    return _incident(answer, "too-large", reason, f"{length} bytes")


def _query(url: str) -> list[tuple[str, str]]:
    """The names and values of `url`'s query; none where it cannot be read."""
    try:
        return parse_qsl(urlsplit(url).query, max_num_fields=100)
    except ValueError:
        return []


def _lacks_query(url: str) -> bool:
    return not any(name in ("p", "page_id", "attachment_id", "name") for name, _ in _query(url))


def _searches(url: str) -> bool:
    return any(name == "s" for name, _ in _query(url))


def _names(url: str, path: str) -> bool:
    """Whether `url`'s query names `path`, as where to go afterwards."""
    return any(path_of(value) == path for _, value in _query(url))


def _as_json(answer: Answer, expect: Expect, look: Look) -> Incident | None:
    body = answer.body.strip(_BLANK)
    if not body:
        return _incident(answer, "empty", "The answer is empty", f"status {answer.status}", retryable=True)
    if expect.kind == "ajax" and (body in (b"0", b"-1") or body.startswith(b"Nonce is invalid")):
        return None
    if body[:1] in (b"{", b"["):
        if body[-1:] not in (b"}", b"]") and not (expect.kind == "ajax" and body.endswith(b"-->")):
            return _incident(answer, "cut-short", "The JSON ends in its middle", body[-80:], retryable=True)
        if _declares_more(answer):
            return _declared(answer)
        return None
    if answer.status >= 400:
        return None
    return _incident(answer, "not-json", "Something else came where JSON was asked for", look.title or body[:80])


_XML_ENDS = (b"</rss>", b"</feed>", b"</rdf:rdf>", b"</urlset>", b"</sitemapindex>")


def _as_xml(answer: Answer, expect: Expect, look: Look) -> Incident | None:
    body = answer.body
    if answer.status >= 400:
        return None
    if not body.strip(_BLANK):
        return _incident(answer, "empty", "The answer is empty", f"status {answer.status}", retryable=True)
    if body.startswith(b"\x1f\x8b") and expect.kind == "sitemap":
        return None
    head = look.low[:4_096]
    if not any(tag in head for tag in (b"<rss", b"<feed", b"<rdf:rdf", b"<urlset", b"<sitemapindex")):
        if expect.kind == "sitemap" and body.lstrip(_BLANK).startswith(b"http"):
            return None  # a sitemap may be plain text, an address a line
        what = look.title or body[:80]
        return _incident(answer, "not-xml", f"Something else came where a {expect.kind} was asked for", what)
    if not any(end in look.low_tail for end in _XML_ENDS) and b"/>" not in look.low_tail[-4:]:
        return _incident(answer, "cut-short", f"The {expect.kind} ends in its middle", body[-80:], retryable=True)
    return None


def _as_html(answer: Answer, expect: Expect, look: Look) -> Incident | None:
    body = answer.body
    if answer.status >= 400:
        return None
    if not body.strip(_BLANK):
        return _incident(answer, "empty", "The answer is empty", f"status {answer.status}", retryable=True)
    if body.startswith((b"\x1f\x8b", b"\x28\xb5\x2f\xfd")):
        return _incident(
            answer, "undecoded", "The page came compressed and could not be unpacked", body[:16].hex(), retryable=True
        )
    media = answer.media_type
    if media and expect.kind != "any" and not _may_be_html(media, body):
        return _incident(answer, "not-html", f"{media} came where a page was asked for", body[:60])
    if expect.kind in ("article", "page") and not any(tag in look.low for tag in _OF_A_PAGE):
        return _incident(answer, "not-html", "Some words came where a page was asked for", body[:200], retryable=True)
    incident = _cut(answer, expect, look) or _fatal_at_end(answer, look)
    if incident or expect.kind == "any":
        return incident
    if len(body) < 8_192 and not _shows_anything(look):
        if b"<div id=" in look.low and b"<script" in look.low:
            return _incident(answer, "script-only", "The page is filled by script alone", body[:80])
        return _incident(answer, "empty", "The page shows nothing", look.title or body[:80], retryable=True)
    if expect.kind != "article":
        return None
    incident = _whose(answer, expect, look)
    if incident is None and _is_bare(look) and not look.tells_of(slug_of(expect.url or answer.asked or answer.url)):
        reason = "A small page without anything of an article came: most likely a challenge or a wall of some kind"
        return _incident(answer, "bare-page", reason, look.title or body[:200], retryable=True, refused=True)
    return incident or _without_article(answer, expect, look)


def _shows_anything(look: Look) -> bool:
    """Whether the page shows any text at all or a picture."""
    low = look.body[look.body_at :].lower()
    return visible_bytes(low, 20) >= (1 if look.is_single else 20) or b"<img" in low


def _may_be_html(media: str, body: bytes) -> bool:
    if "html" in media:
        return True
    # A wrong Content-Type over a real page is common (text/plain, application/octet-stream, xml).
    return not media.startswith(("image/", "video/", "audio/", "font/")) and body[:1_024].lstrip(_BLANK)[:1] == b"<"


def _declares_more(answer: Answer) -> bool:
    """Whether the declared length is more than came. Less says nothing: it is the compressed length."""
    declared = answer.headers.get("content-length", "")
    # Compression makes a very short body longer, by less than 64 bytes.
    spare = 64 if len(answer.body) < 1_000 else 0
    return declared.isascii() and declared.isdigit() and len(declared) < 16 and int(declared) > len(answer.body) + spare


def _declared(answer: Answer) -> Incident:
    matched = f"declared {answer.headers['content-length']} bytes, came {len(answer.body)}"
    return _incident(answer, "cut-short", "Less came than was declared", matched, retryable=True)


def _cut(answer: Answer, expect: Expect, look: Look) -> Incident | None:
    """Whether the page ends before its end.

    HTML lets ``</html>`` be left out, and minifiers do. But who leaves it out leaves out ``</body>``, ``</head>`` and
    ``</li>`` as well; a page that closes its head and not itself was cut, or its theme is broken (`Expect.ends`).
    """
    body = look.body
    if _declares_more(answer):
        return _declared(answer)
    end = len(body) - max(16_384, len(body) // 4)  # plugins add comments and scripts behind it
    if body.rfind(b"</html", max(0, end)) >= 0 or body.rfind(b"</HTML", max(0, end)) >= 0:
        return None
    tail = body[-2_048:].rstrip(_BLANK)
    in_tag = tail.rfind(b"<") > tail.rfind(b">")
    low = look.low
    opened = b"<html" in low or b"<body" in low or b"<!doctype html" in low[:512]
    if not opened:
        return None  # a fragment never had an end
    in_script = body.rfind(b"<script") > body.rfind(b"</script")
    in_comment = body.rfind(b"<!--") > body.rfind(b"-->")
    if in_tag or in_script or in_comment:
        return _incident(
            answer, "cut-short", "The page ends in the middle of a tag or a script", tail[-120:], retryable=True
        )
    closed = max(body.rfind(b"</body"), body.rfind(b"</BODY")) >= 0
    if expect.ends and not closed and (b"</head>" in body or b"</HEAD>" in body):
        return _incident(answer, "cut-short", "The page ends before its end", tail[-120:], retryable=True)
    return None


def _whose(answer: Answer, expect: Expect, look: Look) -> Incident | None:
    """Whether an HTML page is the article that was asked for."""
    classes = look.body_classes.split()
    if b"error404" in classes:
        return _incident(
            answer, "soft-404", "The site says with status 200 that there is no such page", look.body_classes
        )
    if b"elementor-maintenance-mode" in classes:
        return _incident(answer, "maintenance", "The site is down for maintenance", look.body_classes, retryable=True)
    asked = expect.url or answer.asked or answer.url
    is_marked = expect.post_id is not None and (look.headed_post == expect.post_id or look.marks_alone(expect.post_id))
    may_be_gone = not (is_marked or look.is_single or look.is_dated() or look.tells_of(slug_of(asked)))
    if may_be_gone and (said := _says_not_found(look)):
        return _incident(answer, "soft-404", "The site says with status 200 that there is no such page", said)
    own = look.post_id or link_header_post_id(answer.headers.get("link", ""))
    if own and expect.post_id and own != expect.post_id:
        stayed = slug_of(asked) == slug_of(answer.url)
        return _incident(
            answer,
            "another-post",
            f"The page of post {own} came in place of post {expect.post_id}",
            f"postid-{own}",
            retryable=stayed,
        )
    if own and f'for="pwbox-{own}"'.encode() in look.body:
        return _incident(answer, "password-protected", "The post is protected by a password", f"pwbox-{own}")
    for mark in _MEMBERS_ONLY if b"member" in look.low or b"restrict" in look.low else ():
        if mark in look.body:
            return _incident(answer, "members-only", "Only members are shown the whole post", mark)
    is_list = not look.is_post and (b"archive" in classes or b"search" in classes)
    is_home = not look.is_single and b"home" in classes  # a static page may be the home page
    if (is_list or is_home) and path_of(asked) != path_of(expect.home or ""):
        return _incident(answer, "listing", "A list of posts came in place of the article", look.body_classes)
    if is_marked or (own and own == expect.post_id):
        return None
    return (
        _by_id(answer, expect, look, asked)
        or (_as_list(answer, expect, look, asked) if may_be_gone else None)
        or _by_canonical(answer, expect, look, asked)
    )


def _as_list(answer: Answer, expect: Expect, look: Look, asked: str) -> Incident | None:
    """A list in an article's place that no class names: it calls itself the home page, or marks five posts and none by the address' words."""
    home, reason = path_of(expect.home or ""), "A list of posts came in place of the article"
    if path_of(asked) == home or not slug_of(asked) or slug_of(look.canonical) == slug_of(asked):
        return None
    marked = set(MARKED_POST.findall(look.body, look.body_at, look.body_at + 4 * HEAD))
    is_home = look.canonical.startswith("http") and path_of(look.canonical) == home and _lacks_query(look.canonical)
    if is_home and len(marked) != 1:  # one post alone: the theme gives every page the home page's address
        return _incident(answer, "listing", reason, look.canonical)
    # Titles of other alphabets have slugs in Latin letters, and so no word in common with them.
    is_latin = all(letter < "\u0250" for letter in look.title if letter.isalpha())
    if is_latin and len(marked) >= 5 and not look.headed_post:
        return _incident(answer, "listing", reason, look.title)
    return None


def _by_id(answer: Answer, expect: Expect, look: Look, asked: str) -> Incident | None:
    """Something else by the ids in the page: a static page that was redirected to or where a post is known to be, or the one other post it marks."""
    found = _PAGE_CLASS.search(look.body_classes)
    if found and found.group() == f"page-id-{expect.post_id}".encode():
        return None
    if found and (expect.post_id or slug_of(asked) != slug_of(answer.url)):
        return _incident(
            answer, "another-post", "A static page of the site came in place of the article", found.group()
        )
    if not expect.post_id or look.tells_of(slug_of(asked)) or slug_of(look.canonical) == (slug_of(asked) or None):
        return None
    marked = list(MARKED_POST.finditer(look.body, look.body_at, look.body_at + 4 * HEAD))
    if len({one[1] for one in marked}) == 1 and not look.has_own_text(
        marked[0].start()
    ):  # else a card beneath the text
        other = marked[0][1].decode()
        reason = f"The page of post {other} came in place of post {expect.post_id}"
        return _incident(answer, "another-post", reason, f"post-{other}", retryable=True)
    return None


def _says_not_found(look: Look) -> str:
    """The part of the title, or the headline, by which a page says that there is no such page; empty where it does not."""
    if look.headed_post not in ("", "0"):
        return (
            ""  # the headline is a post's own, whatever it says; old themes give their page of what is missing the id 0
        )
    parts = [part for part in _PARTS.split(look.title) if part]
    return next((part for part in (look.title, *parts, *look.headlines) if says_not_found(part)), "")


_OF_WORDPRESS = (b"wp-content/", b"wp-includes/", b"api.w.org", b"wp-json")
_OF_AN_ARTICLE = (b"<article", b'property="og:', b"application/ld+json", b"hentry", b"entry-content", b'rel="canonical', b"rel='canonical")  # fmt: skip
_OF_A_PAGE = (b"<html", b"<body", b"<head", b"<!doctype", b"<title", b"<article")


def _is_bare(look: Look) -> bool:
    """Whether a page has nothing of an article nor of a site about it: next to no links, little text, no theme."""
    if look.is_post or look.links > 3 or len(look.body) > HEAD or look.post_id:
        return False
    return not any(mark in look.low for mark in (*_OF_WORDPRESS, *_OF_AN_ARTICLE)) and look.shows_little


def _without_article(answer: Answer, expect: Expect, look: Look) -> Incident | None:
    """A page of the site that neither marks an article, nor has text of its own, nor is called like the address: whatever it says in whatever language."""
    asked = expect.url or answer.asked or answer.url
    wanted = slug_of(asked)
    if look.is_post or look.post_id or not wanted or slug_of(look.canonical) == wanted or look.tells_of(wanted):
        return None
    if look.has_an_article or not _lacks_query(look.canonical):
        return None
    return _incident(answer, "no-article", "A page of the site came, and no article is in it", look.title)


def _by_canonical(answer: Answer, expect: Expect, look: Look, asked: str) -> Incident | None:
    """Another post by the address that the page calls its own; only said where that address is of the same site and names a post."""
    canonical, wanted = look.canonical, slug_of(asked)
    if not canonical or not wanted or not path_of(canonical) or not canonical.startswith("http"):
        return None
    if not _same_site(asked, canonical, expect):
        return None
    named = slug_of(canonical)
    if not named or named in (wanted, slug_of(answer.url)):
        return None
    if f"{path_of(asked)}/".startswith(f"{path_of(canonical)}/"):
        return None  # a part of the post: a slide, an attachment
    return _incident(
        answer, "another-post", "The page calls itself another one", canonical, retryable=asked == answer.url
    )
