"""Draw the ornament of the training certificate: the border, its corners, the rosette behind the text and that on top.

python deploy/papers/ornament.py > certifications/papers/data/training-certificate/1/ornament.svg

Everything is a sum of sine waves, as on banknotes; it shows no emblem of any state or body.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from math import cos, pi, sin

Point = tuple[float, float]
WIDTH, HEIGHT = 210.0, 297.0
TEAL, GOLD, MIST = "#1d5b57", "#b18a45", "#e3ecea"
ACROSS, DOWN = 10, 15  # waves along the sides
BAND = 13.5  # millimetres from the edge to the middle of the border


FOUR = (0, pi / 2, pi, 3 * pi / 2)
TWO = (0, pi)


def curve(at: Callable[[float], Point], first: float, last: float, pieces: int, *, is_closed: bool = False) -> str:
    """A path through a parametric curve: cubic pieces with the curve's own tangents."""
    step = (last - first) / pieces
    small = step / 1000

    def slope(t: float) -> Point:
        (x0, y0), (x1, y1) = at(t - small), at(t + small)
        return (x1 - x0) / (2 * small) * step / 3, (y1 - y0) / (2 * small) * step / 3

    x, y = at(first)
    words = [f"M{x:.2f} {y:.2f}"]
    for number in range(pieces):
        begin, end = first + number * step, first + (number + 1) * step
        (x0, y0), (x1, y1), (dx0, dy0), (dx1, dy1) = at(begin), at(end), slope(begin), slope(end)
        words.append(f"C{x0 + dx0:.2f} {y0 + dy0:.2f} {x1 - dx1:.2f} {y1 - dy1:.2f} {x1:.2f} {y1:.2f}")
    return "".join(words) + ("Z" if is_closed else "")


def stroke(paths: list[str], colour: str, width: float) -> str:
    return f'<path fill="none" stroke="{colour}" stroke-width="{width}" d="{"".join(paths)}"/>'


def tile(length: float) -> str:
    """One wave of the border."""

    def wave(height: float, phase: float) -> str:
        return curve(lambda t: (t, height * sin(2 * pi * t / length + phase)), 0, length, 4)

    return stroke([wave(2.6, phase) for phase in FOUR], TEAL, 0.22) + stroke(
        [wave(1.4, phase + pi / 4) for phase in TWO], GOLD, 0.22
    )


def band() -> list[str]:
    """The border as tiles: the same lines again and again pack to next to nothing."""
    across, down = (WIDTH - 2 * BAND) / ACROSS, (HEIGHT - 2 * BAND) / DOWN
    parts = []
    for y in (BAND, HEIGHT - BAND):
        for n in range(ACROSS):
            parts.append(f'<g transform="translate({BAND + n * across:.3f} {y})">{tile(across)}</g>')
    for x in (BAND, WIDTH - BAND):
        for n in range(DOWN):
            parts.append(f'<g transform="translate({x} {BAND + n * down:.3f}) rotate(90)">{tile(down)}</g>')
    return parts


def rosette(
    centre: Point, inner: float, outer: float, petals: int, *, colour: str, width: float, phases: Sequence[float] = FOUR
) -> str:
    """Closed waves around a point, petal by petal: the same piece of all of them, turned."""
    middle, reach = (inner + outer) / 2, (outer - inner) / 2

    def wave(phase: float) -> Callable[[float], Point]:
        def at(t: float) -> Point:
            radius = middle + reach * cos(petals * t + phase)
            return radius * cos(t), radius * sin(t)

        return at

    petal = stroke([curve(wave(phase), 0, 2 * pi / petals, 4) for phase in phases], colour, width)
    turned = (f'<g transform="rotate({360 * n / petals:.4g})">{petal}</g>' for n in range(petals))
    return f'<g transform="translate({centre[0]} {centre[1]})">{"".join(turned)}</g>'


def frame(inset: float, colour: str, width: float) -> str:
    return (
        f'<rect x="{inset}" y="{inset}" width="{WIDTH - 2 * inset}" height="{HEIGHT - 2 * inset}" '
        f'fill="none" stroke="{colour}" stroke-width="{width}"/>'
    )


def corner(centre: Point) -> list[str]:
    place = f'<g transform="translate({centre[0]} {centre[1]})">'
    return [
        f'{place}<circle cx="0" cy="0" r="6.9" fill="#ffffff" stroke="{TEAL}" stroke-width="0.4"/>',
        f'<circle cx="0" cy="0" r="6.2" fill="none" stroke="{GOLD}" stroke-width="0.2"/></g>',
        rosette(centre, 1.6, 5.7, 12, colour=TEAL, width=0.2),
        rosette(centre, 0.5, 2.6, 8, colour=GOLD, width=0.2, phases=TWO),
    ]


def main() -> int:
    centre, top = (WIDTH / 2, 160.0), (WIDTH / 2, 33.5)
    parts = [
        rosette(centre, 22, 46, 24, colour=MIST, width=0.3),
        rosette(centre, 36, 62, 24, colour=MIST, width=0.3),
        frame(8.2, TEAL, 0.9),
        frame(9.6, GOLD, 0.25),
        *band(),
        frame(17.4, GOLD, 0.25),
        frame(18.4, TEAL, 0.4),
        *(part for x in (BAND, WIDTH - BAND) for y in (BAND, HEIGHT - BAND) for part in corner((x, y))),
        rosette(top, 2.6, 7.2, 12, colour=TEAL, width=0.22),
        rosette(top, 1.0, 3.6, 12, colour=GOLD, width=0.22, phases=TWO),
    ]
    sys.stdout.write(f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:g} {HEIGHT:g}">\n')
    sys.stdout.write("\n".join(parts) + "\n</svg>\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
