"""The picture of the page: bars, nanoseconds a task on a logarithmic scale, ours in colour."""

from __future__ import annotations

from math import ceil, floor, log10
from typing import Final
from xml.sax.saxutils import escape

from peer_page import Run

LEFT: Final = 370
RIGHT: Final = 90
WIDTH: Final = 940
STEP: Final = 24
TOP: Final = 64


def picture(run: Run) -> str:
    """Every peer at the size named in the title, or at its largest below it, which its label then says."""
    bars = run.at_comparison()
    low = floor(log10(min(found.ns for found in bars)))
    high = ceil(log10(max(found.ns for found in bars)))
    scale = (WIDTH - LEFT - RIGHT) / max(high - low, 1)
    bottom = TOP + STEP * len(bars)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {bottom + 46}" font-family="sans-serif" font-size="13" role="img">',
        f"<title>Nanoseconds a task at {run.comparison:,} tasks</title>",
        f'<rect width="{WIDTH}" height="{bottom + 46}" fill="#ffffff"/>',
        f'<text x="16" y="26" font-size="16" font-weight="bold" fill="#1f2328">Nanoseconds a task at {run.comparison:,} tasks, less is better</text>',
        '<rect x="16" y="39" width="12" height="12" fill="#0b6e4f"/><text x="34" y="50" fill="#1f2328">deadline-rules</text>',
        '<rect x="150" y="39" width="12" height="12" fill="#8c959f"/><text x="168" y="50" fill="#1f2328">peers (logarithmic scale)</text>',
    ]
    for power in range(low, high + 1):
        x = LEFT + (power - low) * scale
        parts.append(f'<line x1="{x:.0f}" y1="{TOP}" x2="{x:.0f}" y2="{bottom}" stroke="#d0d7de"/>')
        parts.append(f'<text x="{x:.0f}" y="{bottom + 18}" text-anchor="middle" fill="#59636e">{10**power:,}</text>')
    for row, found in enumerate(bars):
        peer, y = run.peers[found.peer], TOP + row * STEP
        name = escape(peer.label + (f" ({found.rows:,} tasks)" if found.rows != run.comparison else ""))
        colour = "#0b6e4f" if peer.ours else "#8c959f"
        width = (log10(found.ns) - low) * scale
        parts.append(f'<text x="{LEFT - 10}" y="{y + 17}" text-anchor="end" fill="#1f2328">{name}</text>')
        parts.append(f'<rect x="{LEFT}" y="{y + 4}" width="{width:.1f}" height="16" fill="{colour}"/>')
        parts.append(f'<text x="{LEFT + width + 6:.1f}" y="{y + 17}" fill="#1f2328">{_number(found.ns)}</text>')
    return "\n".join([*parts, "</svg>", ""])


def _number(ns: float) -> str:
    return f"{ns:.1f}" if ns < 100 else f"{ns:,.0f}"
