"""The facts of a run as a large site's might be, and those of one whose addresses and titles are meant to do harm."""

import random

from newsarchive.ledger import Incidence, Lack, Moment, RunFacts, SourceFacts

MONTHS = [f"{year}-{month:02}" for year in range(2014, 2025) for month in range(1, 13)][6:125]


def large() -> RunFacts:
    dice = random.Random(7)
    listed = {month: int(90 + 120 * at / len(MONTHS) + dice.randrange(40)) for at, month in enumerate(MONTHS)}
    missing = [
        Lack(
            kind="article", url=f"https://news.example/{month.replace('-', '/')}/story-{n}/", reason=reason, month=month
        )
        for month in MONTHS[::9]
        for n, reason in enumerate(
            ["The server failed with status 500"] * dice.randrange(1, 9) + ["it does not answer in time"] * 2
        )
    ]
    lacking = {month: sum(lack.month == month for lack in missing) for month in MONTHS}
    held = {month: count - lacking[month] - (23 if month == "2019-03" else 0) for month, count in listed.items()}
    comments = {month: int(count * (6 + 9 * dice.random())) for month, count in held.items()}
    rest = {month: count if at % 7 else int(count * 0.97) for at, (month, count) in enumerate(listed.items())}
    return RunFacts(
        site="portnews", base="https://news.example/", run="20240507T120000Z-1f2e", started_at="2024-05-07T12:00:00Z",
        ended_at="2024-05-07T18:21:40Z", verdict="partial", exit_code=3, software="newsarchive 0.1.0",
        reasons=["132 articles or threads are missing: The server failed with status 500 (66); it does not answer in time (28)", "rest: page 7 of 164 could not be read"],
        sources=[
            SourceFacts(name="rest", total=sum(listed.values()), listed=sum(rest.values()), missed=213, months=rest, problems=["page 7 of 164 could not be read"]),
            SourceFacts(name="sitemap", listed=sum(listed.values()), missed=0, months=listed),
            SourceFacts(name="feed", answered=False, refusal="404"),
        ],
        captured=held, comments=comments, passed_over={"protected": {"2019-03": 9, "2016-11": 3}, "not an article": {"2021-06": 3}}, absent={"taken down": 2},
        threads_read=19_800, threads_complete=19_655, comments_declared=212_000, comments_captured=sum(comments.values()), comments_lacking=1_241,
        incomplete={"an answer was lost": 71, "replies to removed comments are never shown": 52, "ids are not in the order of dates": 22},
        tweets={"available": 8_120, "deleted": 2_310, "suspended": 1_405, "protected": 210, "account_gone": 630, "unresolved": 402, "archived": 990},
        missing=missing,
        incidents=[Incidence(rule="cloudflare-challenge", reason="Cloudflare asks for a browser or a person before it lets anyone in", url="https://news.example/2019/03/story-4/", status=403, matched="just a moment...", body_sha256="ab" * 32, at="2024-05-07T13:01:09Z"),
                   Incidence(rule="cut-short", reason="The page ends before its end", url="https://news.example/2020/01/story-9/", status=200, matched="</div><!-- .site-info -->", body_sha256="cd" * 32, at="2024-05-07T15:44:31Z")],
        incident_count=171, incident_rules={"server-error": 96, "cloudflare-challenge": 41, "cut-short": 22, "rate-limited": 9, "database-error": 3},
        timeline=[Moment(at=f"2024-05-07T{12 + n // 12:02}:{n % 12 * 5:02}:00Z", good=dice.randrange(240, 300), bad=dice.randrange(60) if n in range(12, 17) else dice.randrange(4)) for n in range(77)],
        requests=21_904, retries=230,
    )  # fmt: skip


EVIL = "</title></text><script>alert(1)</script><img src=x onerror=alert(2)>\"' onload='x' \x00\u202e\ud800&amp;"


def hostile() -> RunFacts:
    return RunFacts(
        site=EVIL, base="javascript:alert(3)", run=EVIL, started_at=EVIL, ended_at=EVIL, verdict=EVIL, exit_code=5, reasons=[EVIL], software=EVIL,
        post_types=[EVIL], types_left_out=[(EVIL, EVIL), (EVIL, None)],
        sources=[SourceFacts(name=EVIL, problems=[EVIL], months={EVIL: 3, "2024-05": 1}), SourceFacts(name="x", answered=False, refusal=EVIL)],
        captured={EVIL: 2}, passed_over={EVIL: {EVIL: 1}}, absent={EVIL: 1}, incomplete={EVIL: 1}, tweets={EVIL: 4}, comments={EVIL: 1},
        missing=[Lack(kind=EVIL, url="javascript:alert(4)", reason=EVIL, month=EVIL), Lack(kind="article", url=f"https://news.example/{EVIL}", reason="x")],
        incidents=[Incidence(rule=EVIL, reason=EVIL, url="data:text/html,<script>", status=200, matched=EVIL, at=EVIL)],
        timeline=[Moment(at=EVIL, good=1, bad=2)], threads_read=1,
    )  # fmt: skip
