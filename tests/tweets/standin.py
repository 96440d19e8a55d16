"""A stand-in for every host that is asked about tweets: their shapes and their bad days, over a small world of tweets.

`World.answer` is a plain function; `serve` puts it on a port of this machine. Ids and names are invented.
"""

import json
import threading
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit

from newsarchive.fetch import Answer, FetchError
from newsarchive.tweets.clock import moment

EPOCH_MS = 1_288_834_974_657


def snowflake(number, day_ms=1_551_900_000_000):
    """An id of early March 2019; the numbers keep them apart."""
    return str(((day_ms - EPOCH_MS + number * 1000) << 22) + number % 4096)


@dataclass
class Fact:
    """What is true of one tweet."""

    id: str
    handle: str = "some_account"
    name: str = "Some Account"
    text: str = "Words &amp; more"
    state: str = "live"
    """live, deleted, suspended, protected, gone, withheld, vanished (in neither list of the API)."""
    archived: str = ""
    """json, json2, html, shell, later (only after a redirect to another capture) or nothing."""
    code: str = ""
    """The code of its picture."""
    edited_to: str = ""
    picture: str = ""
    """Address of its picture."""

    @property
    def user_id(self):
        return str(1000 + sum(map(ord, self.handle)))

    @property
    def time(self):
        return moment(self.id).strftime("%Y-%m-%dT%H:%M:%S.000Z")


@dataclass
class World:
    """The tweets, and what goes wrong."""

    facts: dict[str, Fact] = field(default_factory=dict)
    token: str = "secret-token"
    statuses: dict[str, list] = field(default_factory=dict)
    """Host -> what it answers first: a status, a (status, headers), or "drop" for no answer at all."""
    asked: list[tuple[str, str]] = field(default_factory=list)
    """(host, path with query), in order."""
    ids_asked: Counter = field(default_factory=Counter)
    """(host, id) -> how often."""
    poison: set[str] = field(default_factory=set)
    """Ids that make a whole batch fail with 400."""
    tombstone_for_live: bool = False

    def add(self, *facts):
        for fact in facts:
            self.facts[fact.id] = fact
        return self

    def answer(self, host, path, query, headers):
        """(status, headers, body) of a request to `host`."""
        self.asked.append((host, path + ("?" + query if query else "")))
        planned = self.statuses.get(host)
        if planned:
            first = planned.pop(0)
            if first == "drop":
                return None
            status, extra = first if isinstance(first, tuple) else (first, {})
            return status, {"content-type": "text/html", **extra}, b"<html>not now</html>"
        values = {name: found[0] for name, found in parse_qs(query).items()}
        return getattr(self, f"_{host}")(path, values, headers)

    def _count(self, host, ids):
        for each in ids:
            self.ids_asked[host, each] += 1

    # ------------------------------------------------------------------------------------------------------ X API

    def _xapi(self, path, query, headers):
        if headers.get("authorization") != f"Bearer {self.token}":
            return _json(401, {"title": "Unauthorized", "type": "about:blank", "status": 401, "detail": "Unauthorized"})
        if path == "/2/users/by":
            return self._users(query["usernames"].split(","))
        ids = query["ids"].split(",")
        if len(ids) > 100 or self.poison & set(ids):
            return _json(400, {
                "errors": [{"parameters": {"ids": ids}, "message": "The `ids` query parameter value does not match ^[0-9]{1,19}$"}],
                "title": "Invalid Request", "detail": "One or more parameters to your request was invalid.",
                "type": "https://api.x.com/2/problems/invalid-request",
            })  # fmt: skip
        self._count("xapi", ids)
        data, errors, users = [], [], {}
        for each in ids:
            fact = self.facts.get(each)
            shape = {"value": each, "resource_id": each, "parameter": "ids", "resource_type": "tweet"}
            if fact is None or fact.state in ("deleted", "gone"):
                errors.append({**shape, "title": "Not Found Error", "detail": f"Could not find tweet with ids: [{each}].",
                               "type": "https://api.x.com/2/problems/resource-not-found"})  # fmt: skip
            elif fact.state in ("suspended", "protected", "hidden"):
                del shape["resource_id"]
                errors.append({**shape, "title": "Authorization Error", "section": "data",
                               "detail": f"Sorry, you are not authorized to see the Tweet with ids: [{each}].",
                               "type": "https://api.twitter.com/2/problems/not-authorized-for-resource"})  # fmt: skip
            elif fact.state != "vanished":
                data.append(self._v2(fact))
                users[fact.user_id] = {"id": fact.user_id, "name": fact.name, "username": fact.handle}
        answer = {}
        if data:
            answer["data"] = data
            media = [
                {"media_key": "3_" + fact.id, "type": "photo", "url": fact.picture}
                for fact in map(self.facts.get, ids)
                if fact is not None and fact.picture
            ]
            answer["includes"] = {"users": list(users.values()), "media": media}
        if errors or not data:
            errors.append({"value": "77", "parameter": "referenced_tweets.id", "resource_type": "tweet", "resource_id": "77",
                           "type": "https://api.x.com/2/problems/resource-not-found", "title": "Not Found Error"})  # fmt: skip
            answer["errors"] = errors
        return _json(200, answer)

    @staticmethod
    def _v2(fact):
        tweet = {
            "id": fact.edited_to or fact.id,
            "text": fact.text,
            "author_id": fact.user_id,
            "created_at": fact.time,
            "lang": "en",
            "conversation_id": fact.id,
            "edit_history_tweet_ids": [fact.id, fact.edited_to] if fact.edited_to else [fact.id],
            **({"attachments": {"media_keys": ["3_" + fact.id]}} if fact.picture else {}),
            "public_metrics": {
                "like_count": 3,
                "retweet_count": 2,
                "reply_count": 1,
                "quote_count": 0,
                "impression_count": 9,
            },
        }
        if fact.state == "withheld":
            tweet["withheld"] = {"copyright": False, "country_codes": ["DE", "FR"]}
        return tweet

    def _users(self, names):
        by_name = {fact.handle.lower(): fact for fact in self.facts.values()}
        data, errors = [], []
        for name in names:
            fact = by_name.get(name)
            if fact is not None and fact.state in ("protected", "hidden"):
                data.append(
                    {
                        "id": fact.user_id,
                        "username": fact.handle,
                        "name": fact.name,
                        "protected": fact.state == "protected",
                    }
                )
                continue
            suspended = fact is not None and fact.state == "suspended"
            errors.append({
                "value": name, "resource_id": name, "parameter": "usernames", "resource_type": "user",
                "title": "Forbidden" if suspended else "Not Found Error",
                "detail": f"User has been suspended: [{name}]." if suspended else f"Could not find user with usernames: [{name}].",
                "type": "https://api.x.com/2/problems/resource-not-found",
            })  # fmt: skip
        return _json(200, {key: value for key, value in (("data", data), ("errors", errors)) if value})

    # ----------------------------------------------------------------------------------------------------- oEmbed

    def _oembed(self, path, query, headers):
        if path == "/old/oembed":
            return 301, {"location": "/oembed?url=" + query["url"]}, b""
        if "url" not in query:
            return _json(400, {"errors": [{"code": 357, "message": "url: queryParam is required"}]})
        fact = self.facts.get(query["url"].rpartition("/")[2])
        if fact is None or fact.state in ("deleted", "suspended", "gone", "vanished", "hidden"):
            if fact:
                self._count("oembed", [fact.id])
            return 404, {"content-type": "text/html"}, b"<html>not found</html>"
        self._count("oembed", [fact.id])
        if fact.state == "protected":
            return _json(403, {"error": "Sorry, you are not authorized to see this status.", "request": "/oembed"})
        html = (
            f'<blockquote class="twitter-tweet" data-dnt="true"><p lang="en" dir="ltr">{fact.text}</p>&mdash; {fact.name} '
            f'(@{fact.handle}) <a href="https://twitter.com/{fact.handle}/status/{fact.id}?ref_src=twsrc%5Etfw">March 6, 2019</a></blockquote>\n'
        )
        return _json(200, {"url": f"https://twitter.com/{fact.handle}/status/{fact.id}", "author_name": fact.name, "html": html,
                           "author_url": f"https://twitter.com/{fact.handle}", "type": "rich", "cache_age": "3153600000",
                           "width": 550, "height": None, "provider_name": "X", "version": "1.0"})  # fmt: skip

    # ---------------------------------------------------------------------------------------------------- Wayback

    def _wayback(self, path, query, headers):
        if path == "/robots.txt":
            return 404, {}, b""
        if path == "/cdx/search/cdx":
            return self._cdx(query)
        stamp, _, original = path.removeprefix("/web/").partition("/")
        fact = self.facts.get(original.rpartition("/")[2])
        memento = {"memento-datetime": "Thu, 07 Mar 2019 10:00:00 GMT"}
        if fact is None or not stamp.endswith("id_"):
            return 404, {}, b""
        self._count("playback", [fact.id])
        if fact.archived == "later" and stamp == "20190307100000id_":
            return 302, {"location": f"/web/20190308100000id_/{original}"}, b""
        if fact.archived == "shell":
            return 200, {"content-type": "text/html", **memento}, b"<html><div id=react-root></div></html>"
        if fact.archived == "html":
            page = (
                f'<html><head><meta property="og:title" content="{fact.name} on Twitter"></head><body>'
                f'<div class="tweet permalink-tweet" data-tweet-id="{fact.id}" data-screen-name="{fact.handle}" data-name="{fact.name}"'
                f' data-user-id="{fact.user_id}"><p class="TweetTextSize js-tweet-text tweet-text" lang="en">{fact.text}</p></div>'
                '<div class="tweet" data-tweet-id="99"><p class="tweet-text">An answer</p></div></body></html>'
            )
            return 200, {"content-type": "text/html", **memento}, page.encode()
        if fact.archived == "json2":
            body = {
                "data": self._v2(fact),
                "includes": {"users": [{"id": fact.user_id, "name": fact.name, "username": fact.handle}]},
            }
            return 200, {"content-type": "application/json", **memento}, json.dumps(body).encode()
        body = {
            "id": int(fact.id), "id_str": fact.id, "text": fact.text[:8] + "…", "truncated": True, "lang": "en",
            "created_at": moment(fact.id).strftime("%a %b %d %H:%M:%S +0000 %Y"),
            "extended_tweet": {"full_text": fact.text},
            "user": {"id_str": fact.user_id, "name": fact.name, "screen_name": fact.handle},
        }  # fmt: skip
        return 200, {"content-type": "application/json", **memento}, json.dumps(body).encode()

    def _cdx(self, query):
        prefix = query["url"].lower()
        rows = []
        for fact in sorted(self.facts.values(), key=lambda fact: fact.id):
            address = f"twitter.com/{fact.handle}/status/{fact.id}"
            if fact.archived and address.lower().startswith(prefix):
                mime = "text/html" if fact.archived in ("html", "shell") else "application/json"
                rows.append(["20190307100000", f"https://{address}", mime, "200", "DIGEST" + fact.id[-6:], "3000"])
        start = int(query.get("resumeKey", "0"))
        limit = int(query["limit"])
        page = [query["fl"].split(","), *rows[start : start + limit]] if rows else []
        if query.get("showResumeKey") and start + limit < len(rows):
            page += [[], [str(start + limit)]]
        self.ids_asked["cdx", prefix] += 1
        return _json(200, page)

    # ----------------------------------------------------------------------------------------------------- opt-in

    def _syndication(self, path, query, headers):
        if "token" not in query:
            return _json(200, {})
        fact = self.facts.get(query["id"])
        if fact is None or fact.state in ("deleted", "gone", "vanished"):
            return 404, {"content-type": "text/html"}, b""
        if self.tombstone_for_live:
            return _json(200, {"__typename": "TweetTombstone", "tombstone": {}})
        if fact.state in ("suspended", "protected"):
            text = {
                "suspended": "This Post is from a suspended account. Learn more",
                "protected": "You're unable to view this Post because this account owner limits who can view their Posts. Learn more",
            }[fact.state]
            return _json(200, {"__typename": "TweetTombstone", "tombstone": {"text": {"text": text, "rtl": False}}})
        return _json(200, {"__typename": "Tweet", "id_str": fact.id, "text": fact.text, "created_at": fact.time, "lang": "en",
                           "favorite_count": 3, "conversation_count": 1, "entities": {"urls": [], "hashtags": []},
                           "user": {"id_str": fact.user_id, "name": fact.name, "screen_name": fact.handle}})  # fmt: skip

    def _fxtwitter(self, path, query, headers):
        fact = self.facts.get(path.rpartition("/")[2])
        if fact is None or fact.state in ("gone", "vanished"):
            return _json(404, {"code": 404, "message": "NOT_FOUND", "status": None})
        if fact.state != "live":
            reason = {"protected": "private"}.get(fact.state, fact.state)
            return _json(404, {"code": 404, "message": "UNAVAILABLE", "tombstone": {"reason": reason}})
        return _json(200, {"code": 200, "message": "OK", "status": {
            "id": fact.id, "text": fact.text, "lang": "en", "likes": 3, "reposts": 2, "replies": 1, "views": 9,
            "author": {"id": fact.user_id, "name": fact.name, "screen_name": fact.handle},
        }})  # fmt: skip

    def _tco(self, path, query, headers):
        fact = next((one for one in self.facts.values() if one.code == path.lstrip("/")), None)
        if fact is None:
            return 404, {}, b""
        return 301, {"location": f"https://twitter.com/{fact.handle}/status/{fact.id}/photo/1"}, b""

    def _media(self, path, query, headers):
        return 200, {"content-type": "image/jpeg"}, b"a picture"

    # ------------------------------------------------------------------------------------------------- as a fetch

    def settings(self, base=""):
        """The settings that lead every resolver here; `base` is a server's address."""
        return {
            "NEWSARCHIVE_TWEET_XAPI_URL": f"{base}/xapi",
            "NEWSARCHIVE_TWEET_XAPI_TOKEN": self.token,
            "NEWSARCHIVE_TWEET_OEMBED_URL": f"{base}/oembed/oembed",
            "NEWSARCHIVE_TWEET_WAYBACK_URL": f"{base}/wayback",
            "NEWSARCHIVE_TWEET_SYNDICATION_URL": f"{base}/syndication",
            "NEWSARCHIVE_TWEET_FXTWITTER_URL": f"{base}/fxtwitter",
            "NEWSARCHIVE_TWEET_TCO_URL": f"{base}/tco",
        }

    def respond(self, target, headers):
        """The answer to a request line's target, ``/<host>/<path>?<query>``."""
        parts = urlsplit(target)
        _, host, path = (
            unquote(parts.path).split("/", 2) if parts.path.count("/") > 1 else ("", parts.path.strip("/"), "")
        )
        if not hasattr(self, f"_{host}"):
            return 404, {}, b""
        answer = self.answer(host, "/" + path, parts.query, headers)
        if answer and answer[1].get("location", "").startswith("/"):
            status, extra, body = answer
            answer = status, {**extra, "location": f"/{host}{extra['location']}"}, body
        return answer

    async def fetch(self, lane, ask):
        """A `LaneFetch` without any network."""
        parts = urlsplit(ask.url)
        headers = {name.lower(): value for name, value in ask.headers.items()}
        answer = self.respond(parts.path + ("?" + parts.query if parts.query else ""), headers)
        if answer is None:
            raise FetchError("the connection failed")
        status, extra, body = answer
        return Answer(url=ask.url, asked=ask.url, status=status, headers=extra, body=body)


def _json(status, value):
    return status, {"content-type": "application/json; charset=utf-8"}, json.dumps(value).encode()


@contextmanager
def serve(world):
    """The world on a port of this machine; gives its address."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self):
            headers = {name.lower(): value for name, value in self.headers.items()}
            answer = world.respond(self.path, headers)
            if answer is None:
                self.close_connection = True
                return
            status, extra, body = answer
            self.send_response(status)
            for name, value in extra.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args):
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
