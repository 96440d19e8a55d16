"""Charts as SVG text: no script, nothing loaded, every word escaped. Colours are the page's custom properties."""

from collections.abc import Mapping, Sequence
from html import escape

WIDTH, HEIGHT, LEFT, TOP, BOTTOM = 960, 240, 56, 12, 34


def number(value: float) -> str:
    """``12,345``; at most two decimals."""
    return f"{value:,.2f}".rstrip("0").rstrip(".") if value % 1 else f"{int(value):,}"


def nice_top(highest: float) -> float:
    """The least round number not below `highest` whose quarters are round too; at least 4."""
    scale = 1.0
    while True:
        for quarter in (1, 2, 3, 4, 5, 6, 7.5, 8):
            top = 4 * quarter * scale
            if top >= highest and (top % 4 == 0 or top >= 100):
                return top
        scale *= 10


def bars(title: str, labels: Sequence[str], series: Sequence[tuple[str, str, Sequence[float]]]) -> str:
    """Stacked bars, one for each of `labels`; `series` are (name, colour variable, values). Empty text where there is nothing to show."""
    totals = [sum(values[at] for _, _, values in series) for at in range(len(labels))]
    if not labels or not any(totals):
        return ""
    top = nice_top(max(totals))
    inner, tall = WIDTH - LEFT - 8, HEIGHT - TOP - BOTTOM
    step = inner / len(labels)
    wide = max(0.5, min(46.0, step * 0.78))
    parts = [_opening(title, HEIGHT)]
    for line in range(5):
        y = TOP + tall * line / 4
        parts.append(f'<line class="grid" x1="{LEFT}" x2="{WIDTH - 8}" y1="{y:.1f}" y2="{y:.1f}"/>')
        parts.append(
            f'<text class="axis" x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{number(top * (4 - line) / 4)}</text>'
        )
    every = max(1, -(-len(labels) // 12))
    for at, label in enumerate(labels):
        x, base = LEFT + step * at + (step - wide) / 2, float(TOP + tall)
        told = [f"{name}: {number(values[at])}" for name, _, values in series if values[at]]
        parts.append(f"<g><title>{escape(label)}&#10;{escape(chr(10).join(told))}</title>")
        for _, colour, values in series:
            high = tall * values[at] / top
            if high > 0:
                base -= high
                drawn = max(high, 0.8)
                parts.append(
                    f'<rect x="{x:.2f}" y="{base:.2f}" width="{wide:.2f}" height="{drawn:.2f}" fill="var(--{colour})"/>'
                )
        parts.append("</g>")
        if at % every == 0:
            middle = LEFT + step * (at + 0.5)
            parts.append(
                f'<text class="axis" x="{middle:.1f}" y="{HEIGHT - 12}" text-anchor="middle">{escape(label)}</text>'
            )
    return "".join(parts) + "</svg></div>" + legend([(name, colour) for name, colour, values in series if any(values)])


def rows(title: str, counts: Mapping[str, int], colours: Mapping[str, str], other: str = "c1") -> str:
    """Bars that lie, one a name with its count, in the order given. Empty text where there is nothing to show."""
    total = sum(counts.values())
    if not total:
        return ""
    most, line = max(counts.values()), 26
    parts = [_opening(title, line * len(counts) + 4)]
    for at, (name, count) in enumerate(counts.items()):
        y, wide = at * line + 4, 400 * count / most
        share = f"{100 * count / total:.1f}".rstrip("0").rstrip(".")
        shown = name if len(name) <= 56 else name[:55] + "…"
        parts.append(
            f"<g><title>{escape(name)}: {number(count)}</title>"
            f'<text class="name" x="406" y="{y + 14}" text-anchor="end">{escape(shown)}</text>'
            f'<rect x="416" y="{y + 1}" width="{max(wide, 1.5):.1f}" height="17" rx="3" fill="var(--{colours.get(name, other)})"/>'
            f'<text class="count" x="{424 + max(wide, 1.5):.1f}" y="{y + 14}">{number(count)} · {share} %</text></g>'
        )
    return "".join(parts) + "</svg></div>"


def ring(title: str, share: float | None, caption: str) -> str:
    """A ring that is filled as far as `share` (0 to 1) goes; empty and with a dash where it is None."""
    around = 2 * 3.14159265 * 44
    filled = around * min(max(share or 0.0, 0.0), 1.0)
    colour = "none" if share is None else "good" if share >= 0.9995 else "warn" if share >= 0.9 else "bad"
    said = "–" if share is None else percent(share)
    return (
        f'<figure class="ring"><svg viewBox="0 0 120 120" role="img" aria-label="{escape(title)}: {said}">'
        f'<circle cx="60" cy="60" r="44" class="track"/>'
        f'<circle cx="60" cy="60" r="44" class="fill {colour}" stroke-dasharray="{filled:.2f} {around:.2f}" transform="rotate(-90 60 60)"/>'
        f'<text x="60" y="66" text-anchor="middle">{said}</text></svg>'
        f"<figcaption><b>{escape(title)}</b><br>{escape(caption)}</figcaption></figure>"
    )


def percent(share: float) -> str:
    """``99.9 %``; never rounded up to 100."""
    if share >= 1:
        return "100 %"
    return f"{int(share * 1000) / 10:g} %"


def legend(names: Sequence[tuple[str, str]]) -> str:
    """What the colours mean."""
    items = "".join(f'<li><i style="background:var(--{colour})"></i>{escape(name)}</li>' for name, colour in names)
    return f'<ul class="legend">{items}</ul>'


def _opening(title: str, height: int) -> str:
    """A chart's beginning, in a box that scrolls where the screen is too narrow for its words to be read."""
    return f'<div class="wide"><svg class="chart" viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{escape(title)}" preserveAspectRatio="xMinYMin meet">'
