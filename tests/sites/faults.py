"""Faults on demand: what goes wrong on the way, and what other things answer with in a site's place."""

import functools
import gzip
import re
import threading
import zlib
from dataclasses import dataclass, field
from typing import Literal

from .exchange import Request, Response

Fault = Literal[
    "500", "503", "429", "429-retry-after", "403", "reset", "truncated", "cut-html", "truncated-gzip", "slow", "hang",
    "challenge", "challenge-503", "consent", "login", "soft-404", "database", "redirect-loop", "redirect-endless", "redirect-home", "other-domain", "private-address", "nonce",
    "wrong-charset", "invalid-utf8", "huge", "deep", "empty", "other-post", "bomb",
]  # fmt: skip
TRANSIENT: tuple[Fault, ...] = (
    "500", "503", "429", "429-retry-after", "reset", "truncated", "cut-html", "truncated-gzip", "slow", "challenge",
    "database", "nonce", "redirect-home", "other-domain", "redirect-loop", "empty",
)  # fmt: skip
"""The mix for "a fault at every tenth request": each passes when it is asked again."""


@dataclass
class FaultRule:
    """Which requests meet which fault. The faults of a rule are taken in turn."""

    kinds: tuple[Fault, ...]
    every: int = 1
    """1: each matching request; 10: the tenth, twentieth, …"""
    path: str = ""
    """Regular expression searched in path and query; empty matches all."""
    spare: str = r"^/robots\.txt|/__control__"
    """Regular expression of those never touched."""
    times: int | None = None
    """After so many faults the rule rests; None never."""
    seconds: float = 3.0
    """How long slow and hang take, and what Retry-After says (whole seconds)."""
    seen: int = field(default=0, compare=False)
    done: int = field(default=0, compare=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False, compare=False)

    def pick(self, request: Request) -> Fault | None:
        """The fault this request meets, or None."""
        if (self.path and not re.search(self.path, request.target)) or re.search(self.spare, request.target):
            return None
        with self._lock:
            self.seen += 1
            if self.seen % self.every or (self.times is not None and self.done >= self.times):
                return None
            self.done += 1
            return self.kinds[(self.done - 1) % len(self.kinds)]


CHALLENGE = """<!DOCTYPE html><html lang="en-US"><head><title>Just a moment...</title>
<meta http-equiv="Content-Type" content="text/html; charset=UTF-8"><meta name="robots" content="noindex,nofollow">
<meta http-equiv="refresh" content="390"></head><body class="no-js"><div class="main-wrapper" role="main"><div class="main-content">
<noscript><div class="h2"><span id="challenge-error-text">Enable JavaScript and cookies to continue</span></div></noscript></div></div>
<script>(function(){window._cf_chl_opt={cvId:'3',cZone:'example.org',cType:'managed',cRay:'000000000000feed'};
var a=document.createElement('script');a.src='/cdn-cgi/challenge-platform/h/g/orchestrate/chl_page/v1?ray=000000000000feed';
document.getElementsByTagName('head')[0].appendChild(a);}());</script></body></html>"""
CONSENT = """<!DOCTYPE html><html lang="en"><head><title>Before you continue</title></head><body><form action="/consent" method="post">
<h1>Before you continue</h1><p>We and our partners store and access information on a device.</p>
<button name="agree" value="1">Accept all</button> <button name="agree" value="0">Reject all</button></form></body></html>"""
LOGIN = """<!DOCTYPE html><html lang="en-US"><head><title>Log In &lsaquo; Site &#8212; WordPress</title></head>
<body class="login no-js login-action-login wp-core-ui"><div id="login"><form name="loginform" id="loginform" action="/wp-login.php" method="post">
<p><label for="user_login">Username or Email Address</label><input type="text" name="log" id="user_login"></p>
<p><label for="user_pass">Password</label><input type="password" name="pwd" id="user_pass"></p></form></div></body></html>"""
SOFT_404 = """<!DOCTYPE html><html lang="en-US"><head><title>Page not found</title></head><body class="error404">
<h1>Oops! That page can&rsquo;t be found.</h1><p>It looks like nothing was found at this location. Maybe try a search?</p></body></html>"""
_DIE = """<!DOCTYPE html>
<html dir='ltr'>
<head><meta http-equiv="Content-Type" content="text/html; charset=UTF-8" /><title>{title}</title></head>
<body id="error-page"><div class="wp-die-message">{message}</div></body></html>"""
_NGINX = "<html>\r\n<head><title>{0}</title></head>\r\n<body>\r\n<center><h1>{0}</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"
HUGE_BYTES = 50 * 1024 * 1024


@functools.cache
def _bomb() -> bytes:
    """500 MB of zeros as half a megabyte of gzip."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    block = bytes(1024 * 1024)
    return b"".join(packer.compress(block) for _ in range(500)) + packer.flush()


def _die(status: int, title: str, message: str) -> Response:
    return Response(status, _DIE.format(title=title, message=message).encode())


def apply(fault: Fault, rule: FaultRule, request: Request, answer: Response, home: str) -> Response:
    """The answer that goes out in place of `answer`."""
    retry = ("Retry-After", str(int(rule.seconds)))
    if fault == "500":
        return _die(500, "WordPress &rsaquo; Error", "<p>There has been a critical error on this website.</p>")
    if fault == "503":
        return _die(
            503, "Maintenance", "<h1>Briefly unavailable for scheduled maintenance. Check back in a minute.</h1>"
        ).header(*retry)
    if fault == "429":
        return Response(429, _NGINX.format("429 Too Many Requests").encode())
    if fault == "429-retry-after":
        return Response(429, _NGINX.format("429 Too Many Requests").encode(), headers=[retry])
    if fault == "403":
        return Response(403, _NGINX.format("403 Forbidden").encode())
    if fault == "database":
        return _die(200, "Database Error", "<h1>Error establishing a database connection</h1>")
    if fault in {"challenge", "challenge-503"}:
        return Response(200 if fault == "challenge" else 503, CHALLENGE.encode())
    if fault in {"consent", "login", "soft-404"}:
        return Response(200, {"consent": CONSENT, "login": LOGIN, "soft-404": SOFT_404}[fault].encode())
    if fault == "nonce":
        return Response(200, b"Nonce is invalid.") if request.method == "POST" else answer
    if fault == "empty":
        return Response(200, b"")
    if fault == "redirect-loop":
        return Response(302, headers=[("Location", request.target)])
    if fault == "redirect-home":
        return Response(302, headers=[("Location", f"{home}/")])
    if fault == "redirect-endless":
        step = "&" if "?" in request.target else "?"
        return Response(302, headers=[("Location", f"{request.target}{step}on=1")])
    if fault == "private-address":
        return Response(302, headers=[("Location", "http://169.254.169.254/latest/meta-data/")])
    if fault == "other-domain":
        return Response(302, headers=[("Location", "http://parked.invalid/lander")])
    return _spoil(fault, rule, answer)


def _spoil(fault: Fault, rule: FaultRule, answer: Response) -> Response:
    """`answer` itself, harmed."""
    if fault == "reset":
        answer.wire = "reset"
    elif fault == "truncated":
        answer.wire = "cut"
    elif fault == "hang":
        answer.wire, answer.delay_seconds = "hang", rule.seconds
    elif fault == "slow":
        answer.delay_seconds = rule.seconds
    elif fault == "cut-html":
        answer.body = answer.body[: len(answer.body) * 2 // 3]
    elif fault == "truncated-gzip":
        packed = gzip.compress(answer.body)
        answer.body, answer.encoded = packed[: len(packed) * 2 // 3], True
        answer.header("Content-Encoding", "gzip")
    elif fault == "bomb":
        answer.body, answer.encoded = _bomb(), True
        answer.header("Content-Encoding", "gzip")
    elif fault == "wrong-charset":
        answer.content_type = answer.content_type.replace("UTF-8", "ISO-8859-1")
        answer.body = answer.body.replace(b'<meta charset="UTF-8"', b'<meta charset="KOI8-R"')
    elif fault == "invalid-utf8":
        answer.body = answer.body.replace(b" ", b" \xff\xfe", 3)
    elif fault == "huge":
        answer.body += b"<!-- " + b"x" * HUGE_BYTES + b" -->"
    elif fault == "deep":
        answer.body = answer.body.replace(b"</body>", b"<div>" * 40_000 + b"</body>")
    elif fault == "other-post":
        answer.status = 200
        answer.headers = [pair for pair in answer.headers if pair[0] != "Location"]
        answer.body = answer.body.replace(b"postid-", b"postid-9").replace(
            b'rel="canonical" href="', b'rel="canonical" href="http://elsewhere.invalid'
        )
    return answer
