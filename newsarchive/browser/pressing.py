"""What a person does to see a whole thread: scroll to it, press "View Comments", "Load More", "View Replies", "Read more".

wpDiscuz 7's markup is known by name (``button.wpd-load-comments``, ``button.wpd-load-more-submit``, ``.wpd-toggle
.wpd-view-replies``, ``.wpdiscuz-readmore``); on other pages buttons inside the comment section are known by their words.
"""

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Protocol

LOOK = r"""() => {
  const section = document.querySelector('#wpdcom, #comments, .comments-area, #disqus_thread, .comment-list');
  const info = document.querySelector('.wpd-thread-info[data-comments-count]');
  const ids = new Set();
  for (const e of document.querySelectorAll('[id^="wpd-comm-"], [id^="wc-comm-"], li[id^="comment-"], article[id^="comment-"], div.comment[id^="comment-"]')) {
    const found = /(?:comm|comment)-(\d+)/.exec(e.id);
    if (found) ids.add(found[1]);
  }
  const seen = e => e.getClientRects().length > 0;
  const pressed = e => e.newsarchivePressed || 0;
  const replies = [...document.querySelectorAll('#wpdcom .wpd-toggle .wpd-view-replies')].filter(e => {
    const comment = e.closest('[id^="wpd-comm-"]');
    return /\(\s*[1-9]/.test(e.textContent) && comment && !comment.querySelector('[id^="wpd-comm-"]') && pressed(e) < 2;
  });
  const cut = [...document.querySelectorAll('#wpdcom .wpdiscuz-readmore')].filter(e => pressed(e) < 2);
  const view = [...document.querySelectorAll('button.wpd-load-comments')].filter(e => seen(e) && pressed(e) < 2);
  let more = [...document.querySelectorAll('#wpdcom .wpd-load-more-submit')].filter(e => seen(e) && !e.disabled);
  if (!info && section) {
    const words = /^(load|show|view|see|read)\b.{0,20}\b(more|all|older|previous|earlier|\d+)\b.{0,20}\b(comments?|replies)|^(load|show) more$/i;
    more = [...section.querySelectorAll('button, [role="button"], a[href^="#"], a:not([href])')]
      .filter(e => seen(e) && !e.disabled && words.test(e.textContent.trim().slice(0, 80)));
  }
  return {section, replies, cut, view, more, ids: ids.size,
          declared: info ? parseInt(info.getAttribute('data-comments-count'), 10) : null};
}"""
"""Finds the comment section and what there is to press in it."""

_STATE = f"""() => {{ const found = ({LOOK})();
  return {{declared: Number.isInteger(found.declared) ? found.declared : null, shown: found.ids, view: found.view.length,
          more: found.more.length, replies: found.replies.length, cut: found.cut.length, section: !!found.section}}; }}"""
_PRESS = f"""(kind) => {{ const found = ({LOOK})();
  const all = kind === 'more' ? found.more.slice(0, 1) : found[kind].slice(0, 8);
  for (const e of all) {{ e.newsarchivePressed = (e.newsarchivePressed || 0) + 1; e.click(); }}
  return all.length; }}"""
_SCROLL = f"""() => {{ const found = ({LOOK})();
  const at = found.more[0] || found.section; if (at) at.scrollIntoView({{block: 'end'}}); else window.scrollTo(0, document.body.scrollHeight); }}"""


class Page(Protocol):
    """The part of a Playwright page that is used here."""

    async def evaluate(self, expression: str, arg: Any = None) -> Any: ...

    async def wait_for_timeout(self, timeout: float) -> None: ...


@dataclass(kw_only=True)
class Limits:
    """How long a thread may take."""

    seconds: float = 120.0
    """For everything."""
    answer_seconds: float = 8.0
    """For what one press, or the first list, brings."""
    quiet_seconds: float = 1.5
    """After so long without a change a page with nothing left to press is at its end."""
    fruitless: int = 3
    """So often may "Load More" bring nothing."""


@dataclass(kw_only=True)
class Thread:
    """How far a thread was opened."""

    declared: int | None = None
    """How many comments the page declares; None if it does not say."""
    shown: int = 0
    """How many different ones it shows."""
    presses: int = 0
    """How many buttons were pressed."""
    stopped: str = ""
    """Why it ended: ``all`` shown, ``end`` (nothing left to press), ``fruitless`` presses, or out of ``time``."""


async def open_thread(page: Page, limits: Limits | None = None, clock: Callable[[], float] = time.monotonic) -> Thread:
    """Opens the comment thread of a loaded page as far as it goes and says how far that is."""
    limits = limits or Limits()
    thread = Thread()
    begun = changed = clock()
    pressed_at: float | None = None
    fruitless = 0
    before: tuple[int, ...] = ()
    while True:
        state = await page.evaluate(_STATE)
        now = clock()
        thread.declared, thread.shown = state["declared"], state["shown"]
        picture = tuple(int(state[name]) for name in ("shown", "view", "replies", "cut"))
        if picture != before:
            before, changed = picture, now
            if pressed_at is not None:
                pressed_at, fruitless = None, 0
        if now - begun >= limits.seconds:
            thread.stopped = "time"
            return thread
        details = state["replies"] + state["cut"]
        if thread.declared is not None and thread.shown >= thread.declared and not details:
            thread.stopped = "all"
            return thread
        kind = next((kind for kind in ("view", "replies", "cut") if state[kind]), "")
        if not kind and state["more"] and pressed_at is None:
            kind = "more"
        if kind and not (kind == "view" and pressed_at is not None):
            thread.presses += await page.evaluate(_PRESS, kind)
            pressed_at = changed = clock()
        elif pressed_at is not None and now - pressed_at >= limits.answer_seconds:
            pressed_at, fruitless = None, fruitless + 1
            if fruitless >= limits.fruitless:
                thread.stopped = "fruitless"
                return thread
        elif pressed_at is None:
            waiting = (
                thread.declared and not thread.shown
            )  # the first list may come by script, half a second after load
            if now - changed >= (limits.answer_seconds if waiting else limits.quiet_seconds):
                thread.stopped = "end"
                return thread
            await page.evaluate(_SCROLL)
        await page.wait_for_timeout(100)


async def pass_challenge(
    page: Any,
    is_challenge: Callable[[bytes], bool],
    seconds: float = 20.0,
    clock: Callable[[], float] = time.monotonic,
    pause: Callable[[float], Awaitable[None]] | None = None,
) -> bool:
    """Waits while the page is a challenge that a browser passes by itself; whether the page is none (any more)."""
    begun = clock()
    while is_challenge((await page.content()).encode("utf-8", "replace")):
        if clock() - begun >= seconds:
            return False
        await (pause(500) if pause else page.wait_for_timeout(500))
    return True
