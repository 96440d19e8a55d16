"""The report as one HTML page for people: self-contained, without script, safe whatever the site has put into its addresses and titles."""

import re
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

from newsarchive.counting import noun
from newsarchive.ledger.charts import bars, number, ring, rows
from newsarchive.ledger.left_out import left_out

MOST_ROWS = 300
"""So many rows does a table of the page show; the JSON report has more."""
MOST_BARS = 180
"""More months than this are drawn as years."""

_TWEETS = {"available": "good", "archived": "c2", "deleted": "bad", "suspended": "c5", "protected": "c4", "account_gone": "c6",
           "unresolved": "quiet", "unavailable": "warn"}  # fmt: skip
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_STYLE = """
:root{color-scheme:light dark;--bg:#f6f7f9;--card:#fff;--ink:#1b2330;--soft:#5c6878;--line:#dfe4ea;--good:#1f9d6b;--warn:#d9902f;--bad:#d2484f;
--c1:#3b6fd4;--c2:#6ea8e8;--c4:#8a63c9;--c5:#b8578f;--c6:#7d6d5f;--quiet:#a9b3bf}
@media(prefers-color-scheme:dark){:root{--bg:#12161c;--card:#1b2129;--ink:#e6eaf0;--soft:#9aa6b5;--line:#2d3641;--good:#3dbb87;--warn:#e5a54a;--bad:#e8686e;
--c1:#6d9bf1;--c2:#4a7cc0;--c4:#a986e0;--c5:#d37fae;--c6:#a5937f;--quiet:#5d6978}}
*{box-sizing:border-box}body{margin:0;background:var(--bg);color:var(--ink);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif}
main{max-width:1060px;margin:0 auto;padding:28px 20px 60px}h1{font-size:26px;margin:0 0 2px;overflow-wrap:anywhere}h2{font-size:17px;margin:0 0 12px}
p{margin:4px 0}.soft{color:var(--soft)}section,header{background:var(--card);border:1px solid var(--line);border-radius:12px;padding:20px 22px;margin:0 0 16px}
.verdict{display:inline-block;font-weight:700;padding:3px 12px;border-radius:99px;color:#fff;background:var(--bad);letter-spacing:.03em}
.verdict.complete{background:var(--good)}.verdict.partial{background:var(--warn)}
.tiles{display:grid;grid-template-columns:repeat(4,1fr);gap:16px 18px;margin-top:18px}.tiles div{border-left:3px solid var(--line);padding-left:10px}
.tiles b{display:block;font-size:21px;line-height:1.25}.tiles span{color:var(--soft);font-size:13px}
@media(max-width:560px){.tiles{grid-template-columns:repeat(2,1fr)}}.rings{display:grid;grid-template-columns:repeat(auto-fit,minmax(270px,1fr));gap:12px 20px}.ring{margin:0;display:flex;align-items:center;gap:14px}.ring svg{width:108px;height:108px;flex:none}
.ring circle{fill:none;stroke-width:12}.track{stroke:var(--line)}.fill.good{stroke:var(--good)}.fill.warn{stroke:var(--warn)}.fill.bad{stroke:var(--bad)}.fill.none{stroke:none}
.ring text{font-size:19px;font-weight:700;fill:var(--ink)}.ring figcaption{font-size:13px;color:var(--soft);max-width:190px}.ring b{color:var(--ink);font-size:15px}
svg{width:100%;height:auto;display:block}.grid{stroke:var(--line);stroke-width:1}.axis,.count{font-size:12px;fill:var(--soft)}.name{font-size:13px;fill:var(--ink)}
.legend{list-style:none;display:flex;flex-wrap:wrap;gap:4px 18px;padding:0;margin:8px 0 0;font-size:13px;color:var(--soft)}.legend i{display:inline-block;width:11px;height:11px;border-radius:3px;margin-right:6px}
.wide{overflow-x:auto}table{border-collapse:collapse;width:100%;font-size:13.5px}th,td{text-align:left;padding:6px 10px 6px 0;border-bottom:1px solid var(--line);vertical-align:top;overflow-wrap:anywhere}
td,li,h1,p,code,a{unicode-bidi:isolate}th{color:var(--soft);font-weight:600;overflow-wrap:normal}td.n,th.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}code{font:12.5px ui-monospace,"DejaVu Sans Mono",monospace;overflow-wrap:anywhere}
a{color:var(--c1)}ul.reasons{margin:12px 0 0;padding-left:20px}.left{margin:14px 0 0;border-left:3px solid var(--warn);padding-left:12px}.left ul{margin:2px 0 0;padding-left:18px}details{margin-top:14px}summary{cursor:pointer;color:var(--soft)}
@media(max-width:700px){.chart{min-width:720px}.axis,.count{font-size:13px}table{min-width:600px}section,header{padding:16px}main{padding:14px 10px 40px}}
@media print{body{background:#fff}section,header{break-inside:avoid}}
"""


def render_html(report: Mapping[str, Any]) -> str:
    """The page for a report of `newsarchive.ledger.reconcile`."""
    parts = [
        _head(report),
        _tiles_and_rings(report),
        _months(report),
        _tweets(report),
        _timeline(report),
        _sources(report),
        _threads(report),
        _missing(report),
        _incidents(report),
    ]
    title = escape(f"{report['site']}: {report['verdict']}")
    policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
    text = (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}"><meta name="referrer" content="no-referrer">'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex">'
        f"<title>{title}</title><style>{_STYLE}</style></head><body><main>{''.join(parts)}"
        f'<p class="soft">Written by {escape(report["software"] or "newsarchive")}. The same facts for machines are in the JSON report beside this page.</p>'
        "</main></body></html>\n"
    )
    return _UNWRITABLE.sub("\ufffd", text)


def _head(report: Mapping[str, Any]) -> str:
    reasons = "".join(f"<li>{escape(reason)}</li>" for reason in report["reasons"])
    kind = "what is new or changed" if report["incremental"] else "a part of it" if report["narrowed"] else "everything"
    if report["narrowed"]:
        kind += f" ({escape(', '.join(report['narrowed']))})"
    known = report["verdict"] if report["verdict"] in ("complete", "partial") else ""
    return (
        f'<header><h1>{escape(report["site"])}</h1><p class="soft">{link(report["base"])}</p>'
        f'<p><span class="verdict {known}">{escape(report["verdict"].upper())}</span> <span class="soft">exit code {int(report["exit_code"])}</span></p>'
        f'<p class="soft">{escape(_moment(report["started_at"]))} to {escape(_moment(report["ended_at"]))} UTC, asked for {kind}; run {escape(report["run"])}</p>'
        + (f'<ul class="reasons">{reasons}</ul>' if reasons else "")
        + _left_out(report)
        + _tiles(report)
        + "</header>"
    )


def _left_out(report: Mapping[str, Any]) -> str:
    types = report["post_types"]
    if types["left_out"] is None:
        asked = escape(", ".join(types["asked"]))
        return f'<p class="soft">Nothing told whether the site has other types of posts than {asked}.</p>'
    lines = left_out(types["asked"], [(one["name"], one["rest"]) for one in types["left_out"]])
    said = "".join(f"<li>{escape(line)}</li>" for line in lines)
    if not said:
        return ""
    return f'<div class="left"><b>Left out: types of posts that the site has besides</b><ul>{said}</ul></div>'


def _tiles(report: Mapping[str, Any]) -> str:
    articles, threads, tweets = report["articles"], report["threads"], sum(report["tweets"].values())
    tiles = [
        (articles["read"], noun(articles["read"], "article") + " read"),
        (articles["had"], noun(articles["had"], "article") + " held"),
        (threads["comments_captured"], noun(threads["comments_captured"], "comment")),
        (tweets, noun(tweets, "tweet")),
        (report["missing"]["count"], "missing"),
        (report["incidents"]["count"], "not the page"),
        (report["requests"], noun(report["requests"], "request")),
        (report["retries"], "asked again"),
    ]
    return (
        '<div class="tiles">'
        + "".join(f"<div><b>{number(value)}</b><span>{name}</span></div>" for value, name in tiles)
        + "</div>"
    )


def _tiles_and_rings(report: Mapping[str, Any]) -> str:
    share, articles, threads = report["completeness"], report["articles"], report["threads"]
    left = sum(articles["left_out"].values())
    told = f"{number(articles['had'])} of {number(articles['expected'])} listed" + (
        f", {number(left)} rightly left out" if left else ""
    )
    if report["post_types"]["left_out"]:
        told += "; types of posts that were left out are not counted"
    if report["narrowed"]:
        told = "not measured by a run that asks for a part alone"
    elif report["incremental"]:
        told = "not measured by a run that asks for changes alone"
    return (
        '<section><h2>Completeness</h2><div class="rings">'
        + ring("Articles", share["articles"], told)
        + ring(
            "Threads",
            share["threads"],
            f"{number(threads['complete'])} of {number(threads['read'] + threads['missing'])} proven whole",
        )
        + ring(
            "Comments",
            share["comments"],
            f"{number(threads['comments_captured'])} read, {number(threads['comments_lacking'])} known to be missing",
        )
        + "</div></section>"
    )


def _months(report: Mapping[str, Any]) -> str:
    months = [row for row in report["months"] if row["month"] != "unknown"]
    undated = next((row for row in report["months"] if row["month"] == "unknown"), None)
    word = "month"
    if len(months) > MOST_BARS:
        months, word = _years(months), "year"
    labels = [row["month"] for row in months]

    def series(name: str) -> list[float]:
        return [row[name] for row in months]

    held = bars(
        f"Articles a {word}",
        labels,
        [
            ("held", "c1", series("had")),
            ("rightly left out", "quiet", series("left_out")),
            ("missing, reason known", "warn", series("missing")),
            ("listed and not explained", "bad", series("unexplained")),
        ],
    )
    said = bars(f"Comments a {word}", labels, [("declared by the threads held", "c2", series("comments"))])
    out = f"<section><h2>Articles a {word}</h2>{held}" if held else ""
    if out and undated and undated["had"]:
        out += f'<p class="soft">{number(undated["had"])} more without a known date.</p>'
    if out:
        table = [
            (
                *(row[name] for name in ("month", "expected", "had", "left_out", "missing", "unexplained", "comments")),
                "; ".join(f"{reason} ({number(count)})" for reason, count in row["reasons"].items()),
            )
            for row in report["months"]
        ]
        heads = ("Month", "listed", "held", "left out", "missing", "unexplained", "comments", "why")
        out += f"<details><summary>The figures</summary>{_table(heads, table, most=2_000)}</details></section>"
    return out + (f"<section><h2>Comments a {word}</h2>{said}</section>" if said else "")


def _years(months: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    years: dict[str, dict[str, Any]] = {}
    for row in months:
        year = years.setdefault(row["month"][:4], {"month": row["month"][:4]})
        for name, value in row.items():
            if isinstance(value, int):
                year[name] = year.get(name, 0) + value
    return list(years.values())


def _tweets(report: Mapping[str, Any]) -> str:
    chart = rows("Tweets by state", report["tweets"], _TWEETS)
    return f"<section><h2>Tweets by state</h2>{chart}</section>" if chart else ""


def _timeline(report: Mapping[str, Any]) -> str:
    moments = report["timeline"]
    if len(moments) > 400:
        size = -(-len(moments) // 400)
        moments = [
            {
                "at": moments[at]["at"],
                "good": sum(one["good"] for one in moments[at : at + size]),
                "bad": sum(one["bad"] for one in moments[at : at + size]),
            }
            for at in range(0, len(moments), size)
        ]
    days = {moment["at"][:10] for moment in moments}
    minutes = {moment["at"][:16] for moment in moments}
    end = 16 if len(minutes) == len(moments) else 19  # a short run tells its seconds
    labels = [moment["at"][11 if len(days) < 2 else 5 : end].replace("T", " ") for moment in moments]
    chart = bars(
        "Answers over time",
        labels,
        [
            ("as asked for", "c2", [moment["good"] for moment in moments]),
            ("not the page, or none", "bad", [moment["bad"] for moment in moments]),
        ],
    )
    return f"<section><h2>Answers and failures over time</h2>{chart}</section>" if chart else ""


def _sources(report: Mapping[str, Any]) -> str:
    table = [
        (
            source["name"],
            source["listed"],
            "–" if source["total"] is None else source["total"],
            "–" if source["missed"] is None else source["missed"],
            _source_word(source),
        )
        for source in report["sources"]
    ]
    heads = ("Source", "listed", "says it has", "lacks", "how it went")
    return f"<section><h2>Sources</h2>{_table(heads, table)}</section>" if table else ""


def _source_word(source: Mapping[str, Any]) -> str:
    if not source["answered"]:
        return f"gave no list: {source['refusal'] or 'no answer'}"
    return "; ".join(source["problems"]) or "read to its end"


def _threads(report: Mapping[str, Any]) -> str:
    chart = rows("Incomplete threads", report["threads"]["reasons"], {}, "warn")
    return f"<section><h2>Threads not proven whole, by reason</h2>{chart}</section>" if chart else ""


def _missing(report: Mapping[str, Any]) -> str:
    missing = report["missing"]
    if not missing["count"]:
        return ""
    table = [
        (entry["month"], entry["kind"].replace("comment_", ""), Link(entry["url"]), entry["reason"])
        for entry in missing["entries"]
    ]
    return (
        f"<section><h2>Missing: {number(missing['count'])}</h2>{rows('Missing by reason', _first(missing['by_reason'], 12), {}, 'warn')}"
        f"<details><summary>One by one</summary>{_table(('Month', 'What', 'Address', 'Why'), table, most=MOST_ROWS)}</details></section>"
    )


def _incidents(report: Mapping[str, Any]) -> str:
    incidents = report["incidents"]
    if not incidents["count"]:
        return ""
    table = [
        (
            entry["at"] or "–",
            entry["rule"],
            entry["status"],
            Link(entry["url"]),
            entry["reason"],
            Code(entry["matched"]),
        )
        for entry in incidents["entries"]
    ]
    heads = ("When", "Rule", "status", "Address", "What happened", "Evidence")
    return (
        f"<section><h2>Answers that were not the page: {number(incidents['count'])}</h2>"
        f"{rows('Incidents by rule', _first(incidents['by_rule'], 20), {}, 'bad')}"
        f"<details><summary>One by one</summary>{_table(heads, table, most=MOST_ROWS)}</details></section>"
    )


def _first(counts: Mapping[str, int], most: int) -> dict[str, int]:
    listed = list(counts.items())
    rest = sum(count for _, count in listed[most:])
    return dict(listed[:most]) | ({"everything else": rest} if rest else {})


class Link(str):
    """A cell that is an address."""


class Code(str):
    """A cell that is somebody's markup."""


def _table(heads: Sequence[str], table: Sequence[Iterable[Any]], *, most: int = MOST_ROWS) -> str:
    numeric = [
        bool(table) and all(isinstance(row[at], int) or row[at] == "–" for row in map(tuple, table))
        for at in range(len(heads))
    ]
    head = "".join(f"<th{_n(numeric[at])}>{escape(name)}</th>" for at, name in enumerate(heads))
    body = "".join(
        "<tr>" + "".join(f"<td{_n(numeric[at])}>{_cell(cell)}</td>" for at, cell in enumerate(row)) + "</tr>"
        for row in table[:most]
    )
    left = max(0, len(table) - most)
    more = f'<p class="soft">{number(left)} more {noun(left, "is", "are")} in the JSON report.</p>' if left else ""
    return f'<div class="wide"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>{more}'


def _n(numeric: bool) -> str:
    return ' class="n"' if numeric else ""


def _cell(cell: Any) -> str:
    if isinstance(cell, Link):
        return link(cell)
    if isinstance(cell, Code):
        return f"<code>{escape(cell[:200])}</code>"
    return number(cell) if isinstance(cell, int) else escape(str(cell)[:500])


def link(url: str) -> str:
    """An address to click on if it is one of http or https, else its text."""
    shown = escape(url[:300])
    if not url.startswith(("http://", "https://")):
        return shown
    return f'<a href="{escape(url[:2_000])}" rel="noreferrer noopener nofollow">{shown}</a>'


def _moment(text: str) -> str:
    return text[:16].replace("T", " ")
