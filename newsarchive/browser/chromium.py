"""Which Chromium is used, how it is started, and what it may load."""

import os
import shutil
from collections.abc import Callable
from typing import Any

from newsarchive.guard.look import host_of
from newsarchive.middlewares.addresses import private

_NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome")


def find_chromium(named: str = "", which: Callable[[str], str | None] = shutil.which) -> str | None:
    """The Chromium to use: the one `named`, else the system's; None leaves it to Playwright's own."""
    if named:
        return named
    return next(filter(None, map(which, _NAMES)), None)


def launch_options(chromium: str | None, *, gate: str = "", root: bool | None = None) -> dict[str, Any]:
    """How Playwright starts the browser: bounded memory, nothing in the background, and no way out but by `gate`, the
    address of a proxy (empty: as the machine is set up)."""
    arguments = [
        "--disable-dev-shm-usage",  # containers have 64 MB of it
        "--disable-background-networking",
        "--disable-extensions",
        "--mute-audio",
        "--renderer-process-limit=4",
        "--js-flags=--max-old-space-size=512",
    ]
    if os.geteuid() == 0 if root is None else root:
        arguments.append("--no-sandbox")  # Chromium's sandbox refuses to run as root
    options: dict[str, Any] = {"args": arguments}
    if gate:
        arguments.append("--force-webrtc-ip-handling-policy=disable_non_proxied_udp")  # what no proxy sees
        options["proxy"] = {"server": gate}
    if chromium:
        options["executable_path"] = chromium
    return options


LOADED = frozenset({"document", "script", "xhr", "fetch", "stylesheet"})
"""Kinds of resource that a page gets; images, fonts, media, sockets and beacons it does not."""
HELPERS = (
    "ajax.googleapis.com", "cdnjs.cloudflare.com", "code.jquery.com", "cdn.jsdelivr.net", "unpkg.com", "ajax.aspnetcdn.com",
    "c0.wp.com", "s0.wp.com", "s1.wp.com", "s2.wp.com", "challenges.cloudflare.com", "check.ddos-guard.net", "token.awswaf.com",
)  # fmt: skip
"""Other hosts that a page may load from: shared libraries, and what a challenge needs. Everything else from elsewhere is a tracker, an advert or an embed that would replace the markup we read."""


def wanted(page_url: str, url: str, kind: str, *, local_site: bool) -> bool:
    """Whether a page at `page_url` gets `url`, a resource of a `kind` that Playwright names."""
    if kind not in LOADED:
        return False
    if not url.startswith(("http://", "https://")):
        return url.startswith(("data:", "blob:", "about:"))
    host, own = host_of(url), host_of(page_url)
    if not host or (not local_site and private(host)):
        return False
    if host == own or host.endswith("." + own) or own.endswith("." + host):
        return True
    return kind != "document" and any(host == name or host.endswith("." + name) for name in HELPERS)
