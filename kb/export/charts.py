"""Charts as files, with source and address in them: a drawing that stands alone (SVG) and a table (CSV) of each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple
from xml.etree import ElementTree

from kb.export.as_csv import as_lines
from kb.export.identity import NAME
from kb.model import Certainty, EffectDirection, Verdict
from kb.view.axis import Frame, Span
from kb.view.body_plot import BodyPlot
from kb.view.figures import number
from kb.view.forest_plot import Plot
from kb.view.gap_map import GapMap
from kb.view.people import A_ROW, People
from kb.view.tally import Tally

_SVG = "http://www.w3.org/2000/svg"
COLORS = {
    "paper": "#fff", "ink": "#1f2528", "soft": "#566066", "line": "#dedad2", "accent": "#14576a",
    "good": "#1d6b43", "maybe": "#7a5200", "maybe-paper": "#fbf0d8", "flat": "#4d565c", "flat-paper": "#ecebe8",
    "bad": "#a02b20",
}  # fmt: skip
"""The light colors of the style sheet, by their names there; the paper of a file is white."""
DARK = {
    "paper": "#15191b", "ink": "#e6e4df", "soft": "#a5aeb2", "line": "#363e42", "accent": "#7fc4d6",
    "good": "#8fd3a9", "maybe": "#e7c375", "maybe-paper": "#382c12", "flat": "#b9c0c3", "flat-paper": "#2b3235",
    "bad": "#f0a196",
}  # fmt: skip
"""The dark ones."""
_WIDTH = 860
CARD_WIDTH, CARD_HEIGHT = 520, 300
"""Of the frame of a card, in CSS pixels: what is longer scrolls. A picture of a card is as wide."""
_LEFT, _RIGHT = 250, 540
"""Where the axis of a forest plot begins and ends."""
_LETTERS = {"L": "good", "S": "maybe", "H": "bad", "C": "bad"}
_SIDES = {EffectDirection.FAVORS_INTERVENTION: "good", EffectDirection.FAVORS_COMPARATOR: "bad"}
_TONES = {
    Verdict.EVIDENCE_BASED: "good",
    Verdict.PROMISING: "maybe",
    Verdict.EARLY_SIGNS: "maybe",
    Verdict.HARMFUL: "bad",
}


class Caption(NamedTuple):
    """What is written around a chart."""

    title: str
    note: str
    """A sentence or two on what it shows."""
    address: str
    """The page that it is from: its whole address, or its title where the site has none."""


def of_body(plot: BodyPlot, caption: Caption) -> tuple[bytes, bytes]:
    """A body of evidence as SVG and CSV."""
    drawn = _Drawing(caption)
    drawn.paragraph(plot.title, "soft")
    drawn.down += 8
    top = drawn.down
    rows: list[tuple[object, ...]] = []
    boxes: list[tuple[float, Span, str]] = []
    for line in plot.lines:
        middle = drawn.row(line.name.title, line.name.note, line.figure, line.note)
        boxes.append((middle, line.span, line.side))
        for place, letter in enumerate(line.risk.dots):
            x, y = 744 + 15 * (place % 7), middle + 15 * (place // 7)
            drawn.circle(x, y, 6.5, fill=_LETTERS.get(letter, "soft"))
            drawn.text(x, y + 3.5, letter, 10, "paper", anchor="middle")
        rows.append(
            (line.name.title, line.name.note, *line.values, line.note, line.risk.text, line.disputed, plot.title)
        )
    if plot.pooled:
        middle = drawn.row("All together", "", plot.pooled.figure, plot.pooled.note)
        rows.append(("All together", "", *plot.pooled.values, plot.pooled.note, "", "", plot.title))
    if plot.zone:
        start, width = (_percent(each) for each in plot.zone)
        drawn.under(_LEFT + start * _scale(), top, width * _scale(), drawn.down - top, "flat-paper")
    for at, span, side in boxes:
        drawn.interval(span, at, "accent")
        size = float(side)
        drawn.rect(_x(span.point) - size / 2, at - size / 2, size, size, "accent")
    if plot.pooled:
        points = [(float(x), float(y)) for x, y in (pair.split() for pair in plot.pooled.diamond[1:-1].split("L"))]
        path = "L".join(f"{_LEFT + x * _scale():.1f} {middle + (y - 5) * 1.4:.1f}" for x, y in points)
        drawn.add("path", d=f"M{path}Z", fill=COLORS["ink"])
        if plot.pooled.prediction:
            ends = plot.pooled.prediction
            drawn.line(_x(ends.start), middle + 13, _x(ends.end), middle + 13, "soft", 4)
    drawn.axis(plot.frame, top)
    notes = [f"Shaded: effects within {plot.threshold} count as small." if plot.threshold else ""]
    notes += [f"Thin bar: {plot.pooled.predicted}." if plot.pooled and plot.pooled.predicted else ""]
    notes += ["Squares are studies, larger with more weight, with their 95% confidence intervals."]
    notes += ["Letters judge the risk of bias: L low, S some concerns, H high, C critical, ? not appraised."]
    columns = ("study", "what", "estimate", "ci_low", "ci_high", "note", "risk_of_bias", "disputed", "measure")
    return drawn.end(notes), _table(columns, rows, caption)


def of_findings(plot: Plot, caption: Caption) -> tuple[bytes, bytes]:
    """Findings of a study on one axis, as SVG and CSV."""
    drawn = _Drawing(caption)
    drawn.paragraph(plot.title, "soft")
    drawn.down += 8
    top = drawn.down
    rows = []
    for row in plot.rows:
        finding = row.result.finding
        people = f"n = {number(finding.n)}" if finding.n else ""
        middle = drawn.row(row.name.title, row.name.note, number(finding.estimate), row.result.confidence, people)
        color = _SIDES.get(row.result.direction, "ink")
        drawn.interval(row.span, middle, color)
        drawn.circle(_x(row.span.point), middle, float(row.radius), fill=color if finding.n else "paper", stroke=color)
        ends = (number(end) for end in finding.ci or ())
        values = (number(finding.estimate), *ends, number(finding.ci_level), finding.n, row.reading)
        rows.append((row.name.title, row.name.note, *values, row.disputed, plot.title))
    drawn.axis(plot.frame, top)
    notes = ["Dots are results, larger with more participants, hollow where their number is not reported."]
    if any(row.result.direction in _SIDES for row in plot.rows):
        notes += [
            "Green favors the intervention, red the comparison; the words below the axis say which side is which."
        ]
    names = ("outcome", "what", "estimate", "ci_low", "ci_high", "ci_level", "n", "reading", "disputed", "measure")
    return drawn.end(notes), _table(names, rows, caption)


def of_people(item: People, caption: Caption) -> tuple[bytes, bytes]:
    """A hundred people, of whom the difference is colored, as SVG and CSV."""
    drawn = _Drawing(caption, width=460)
    drawn.paragraph(item.title, "ink")
    kinds = ("Nothing changes", "Better off with it" if item.better else "Worse off with it", "All others")
    colors = ("soft", "good" if item.better else "bad", "line")
    people = [color for color, count in zip(colors, item.counts, strict=True) for _ in range(count)]
    for place, color in enumerate(people):
        x, y = 30 + 20 * (place % A_ROW), drawn.down + 18 + 44 * (place // A_ROW)
        drawn.circle(x, y, 5.5, fill=color)
        drawn.rect(x - 5.5, y + 8, 11, 20, color, radius=5.5)
    drawn.down += 44 * (-(-len(people) // A_ROW)) + 10
    rows = [(kind, count, item.title) for kind, count in zip(kinds, item.counts, strict=True)]
    return drawn.end([f"Colored: {kinds[1][0].lower()}{kinds[1][1:]}."]), _table(
        ("group", "people", "meaning"), rows, caption
    )


def of_map(item: GapMap, caption: Caption) -> tuple[bytes, bytes]:
    """An evidence map as SVG and CSV."""
    first, each = 210, 78
    drawn = _Drawing(caption, width=first + each * len(item.columns) + 20)
    drawn.down += 62
    for place, (category, total) in enumerate(item.columns):
        words = [*_wrapped(category.label, 11), number(total)]
        for back, word in enumerate(reversed(words)):
            drawn.text(
                first + each * (place + 0.5), drawn.down - 15 * back, word, 12, "ink", bold=True, anchor="middle"
            )
    drawn.down += 8
    rows = []
    for heading, found in item.groups:
        drawn.text(16, drawn.down + 18, heading, 13, "ink", bold=True)
        drawn.down += 26
        for row in found:
            largest = max((cell.dot.radius for cell in row.cells if cell.dot), default=9)
            middle = drawn.down + largest + 8
            drawn.line(16, drawn.down, drawn.width - 16, drawn.down, "line")
            for line, part in enumerate(_wrapped(row.title.title, 28)):
                drawn.text(16, middle + 4.5 + 15 * line, part, 13, "ink")
            for place, cell in enumerate(row.cells):
                x = first + each * (place + 0.5)
                if cell.dot:
                    drawn.dot(x, middle, cell.dot.radius, cell.dot.level, cell.dot.count)
                else:
                    drawn.text(x, middle + 4.5, "·", 14, "soft", anchor="middle")
                best = Certainty(cell.dot.level).label if cell.dot and cell.dot.level else ""
                best = best or ("not graded" if cell.dot else "")
                rows.append((heading, row.title.title, cell.category.label, cell.dot.count if cell.dot else 0, best))
            drawn.down += 2 * largest + 28
    notes = ["A circle holds the number of interventions; its size says the same."]
    notes += ["The darker the circle and the more dots below it, the higher the best certainty among them: one dot is"]
    notes += ["very low, four are high. Dashed: nothing could be graded. A point: nothing is recorded."]
    names = ("group", item.corner.lower(), "changes", "interventions", "best_certainty")
    return drawn.end(notes), _table(names, rows, caption)


def of_tally(item: Tally, caption: Caption) -> tuple[bytes, bytes]:
    """Interventions by verdict as SVG and CSV."""
    drawn = _Drawing(caption, width=460)
    for said in item.counts:
        for x, y in said.places:
            drawn.circle(16 + x, drawn.down + y + 10, 7, **_look(said.verdict))
    drawn.down += item.height + 18
    for said in item.counts:
        drawn.circle(26, drawn.down + 10, 7, **_look(said.verdict))
        drawn.text(42, drawn.down + 15, f"{number(said.number)} {said.label.lower()}", 13, "ink")
        drawn.down += 22
    highest = f"Certainty is {item.highest.label} at best." if item.highest else ""
    rows = [(said.label, said.number) for said in item.counts]
    return drawn.end([highest]), _table(("verdict", "interventions"), rows, caption)


def of_card(kind: str, rated: tuple[Verdict, str] | None, marks: Iterable[str], caption: Caption) -> bytes:
    """The card of an entry as SVG: its kind and title, its verdict in words where it has one, and what it says."""
    drawn = _Drawing(caption._replace(title="", note=""), width=CARD_WIDTH)
    drawn.paragraph(kind, "soft", 11.5)
    drawn.paragraph(caption.title, "ink", 17, bold=True)
    if rated:
        drawn.paragraph(rated[1], _TONES.get(rated[0], "flat"), 13.5, bold=True)
    drawn.paragraph(". ".join(marks), "bad", 11.5)
    drawn.down += 4
    drawn.paragraph(caption.note, "ink", 13)
    drawn.down += 4
    drawn.caption = caption
    return drawn.end(())


def _look(verdict: Verdict) -> dict[str, str]:
    """How a circle of the tally looks, as in the style sheet: no two look alike, even without color."""
    color = _TONES.get(verdict, "flat")
    fill = "paper"
    if verdict in (Verdict.EVIDENCE_BASED, Verdict.PROMISING):
        fill = color
    elif verdict in (Verdict.EARLY_SIGNS, Verdict.NO_IMPORTANT_EFFECT):
        fill = f"{color}-paper"
    look = {"fill": fill, "stroke": color}
    if verdict in (Verdict.UNTESTED, Verdict.NO_IMPORTANT_EFFECT):
        look["stroke_dasharray"] = "2"
    if verdict in (Verdict.EVIDENCE_BASED, Verdict.HARMFUL):
        look["stroke_width"] = "3"
    return look


def _table(columns: Sequence[str], rows: Iterable[Sequence[object]], caption: Caption) -> bytes:
    """A row for each mark of the chart; each says where it is from, so that it may be copied alone."""
    cells = ([_plain(cell) for cell in (*row, NAME, caption.title, caption.address)] for row in rows)
    return as_lines([(*columns, "source", "chart", "page"), *cells]).encode()


def _plain(cell: object) -> object:
    """A number with a minus that spreadsheets know."""
    return cell.replace("−", "-") if isinstance(cell, str) and cell[1:2].isdigit() else cell


def _percent(text: str) -> float:
    return float(text.removesuffix("%"))


def _scale() -> float:
    return (_RIGHT - _LEFT) / 100


def _x(place: str) -> float:
    """Where a percentage of the axis is, in pixels."""
    return _LEFT + _percent(place) * _scale()


def _wrapped(text: str, most: int) -> list[str]:
    """A text in lines of at most ``most`` characters where its words allow."""
    lines = [""]
    for word in text.split():
        if lines[-1] and len(lines[-1]) + len(word) >= most:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


class _Drawing:
    """A drawing that is filled from the top down, in pixels."""

    def __init__(self, caption: Caption, width: int = _WIDTH) -> None:
        self.caption, self.width = caption, width
        self.down = 14.0
        self._marks: list[ElementTree.Element] = []
        self.paragraph(caption.title, "ink", 17, bold=True)
        self.down += 3
        self.paragraph(caption.note, "soft")

    def add(self, tag: str, text: str = "", **attributes: object) -> None:
        """Add a mark, above all others."""
        given = {name.replace("_", "-"): _shortest(value) for name, value in attributes.items() if value is not None}
        mark = ElementTree.Element(f"{{{_SVG}}}{tag}", given)
        mark.text = text or None
        self._marks.append(mark)

    def text(
        self, x: float, y: float, text: str, size: float, color: str, *, bold: bool = False, anchor: str | None = None
    ) -> None:
        weight = "600" if bold else None
        self.add("text", text, x=x, y=y, font_size=size, fill=COLORS[color], font_weight=weight, text_anchor=anchor)

    def paragraph(self, text: str, color: str, size: float = 12.5, *, bold: bool = False) -> None:
        most = int((self.width - 32) / (size * 0.56))
        broken = " ".join(word[at : at + most] for word in text.split() for at in range(0, len(word), most))
        for line in _wrapped(broken, most + 1) if text else ():
            self.down += size * 1.4
            self.text(16, self.down, line, size, color, bold=bold)

    def line(self, x1: float, y1: float, x2: float, y2: float, color: str, width: float = 1, **more: str) -> None:
        self.add("line", x1=x1, y1=y1, x2=x2, y2=y2, stroke=COLORS[color], stroke_width=width, **more)

    def rect(self, x: float, y: float, width: float, height: float, color: str, radius: float | None = None) -> None:
        self.add("rect", x=x, y=y, width=width, height=height, rx=radius, fill=COLORS[color])

    def under(self, x: float, y: float, width: float, height: float, color: str) -> None:
        self.add("rect", x=x, y=y, width=width, height=height, fill=COLORS[color])
        self._marks.insert(0, self._marks.pop())

    def circle(self, x: float, y: float, r: float, fill: str, stroke: str | None = None, **more: str) -> None:
        self.add("circle", cx=x, cy=y, r=r, fill=COLORS[fill], stroke=COLORS[stroke] if stroke else None, **more)

    def row(self, name: str, note: str, *figures: str) -> float:
        """Write the words of a row of a forest plot; where its middle is."""
        left = [*((line, "ink", 13.0) for line in _wrapped(name, 34))]
        left += [(line, "soft", 11.5) for line in (_wrapped(note, 40) if note else ())]
        right = [(figures[0], "ink", 13.0)]
        right += [(line, "soft", 11.5) for part in figures[1:] if part for line in _wrapped(part, 24)]
        height = 16 * max(len(left), len(right), 2) + 8
        for x, lines in ((16, left), (_RIGHT + 12, right)):
            for place, (words, color, size) in enumerate(lines):
                self.text(x, self.down + 18 + 16 * place, words, size, color, bold=x != 16 and not place)
        self.down += height
        return self.down - height / 2 + 2

    def interval(self, span: Span, y: float, color: str) -> None:
        start, end = _x(span.start), _x(span.end)
        self.line(start, y, end, y, color, 2)
        for x, cut, side in ((start, span.cut_low, -1), (end, span.cut_high, 1)):
            if cut:
                self.add("path", d=f"M{x + 5 * side:.1f} {y:.1f}l{-8 * side} -5v10Z", fill=COLORS[color])

    def axis(self, frame: Frame, top: float) -> None:
        null = _x(frame.null.at)
        self.line(null, top, null, self.down + 4, "soft", stroke_dasharray="3")
        self.down += 4
        self.line(_LEFT, self.down, _RIGHT, self.down, "soft")
        for tick in frame.ticks:
            self.line(_x(tick.at), self.down, _x(tick.at), self.down + 5, "soft")
            self.text(_x(tick.at), self.down + 18, tick.label, 12, "soft", anchor="middle")
        self.text(null, self.down + 34, frame.null.label, 12, "soft", anchor="middle")
        self.text(null - 24, self.down + 52, f"← {frame.left}", 12, "soft", anchor="end")
        self.text(null + 24, self.down + 52, f"{frame.right} →", 12, "soft")
        self.down += 60

    def dot(self, x: float, y: float, r: float, level: int, count: int) -> None:
        """A circle of the map with its number, and the dots of its certainty."""
        color = "accent" if level else "flat"
        dashed = {} if level else {"stroke_dasharray": "3"}
        look = {"fill_opacity": f"{level / 10}", "stroke_width": f"{max(1, level)}"}
        self.circle(x, y, r, color, color, **look, **dashed)
        self.text(x, y + 4.5, str(count), 12, "ink", anchor="middle")
        for place in range(4 if level else 0):
            self.circle(x - 13.5 + 9 * place, y + r + 8, 3.2, color if place < level else "paper", color)

    def end(self, notes: Iterable[str]) -> bytes:
        """The whole as a file, with notes, source and address below."""
        for note in filter(None, notes):
            self.paragraph(note, "soft", 11.5)
        self.paragraph(f"Source: {NAME}, CC BY 4.0. {self.caption.address}", "ink", 11.5)
        height = round(self.down + 16)
        ElementTree.register_namespace("", _SVG)
        size = {"width": str(self.width), "height": str(height), "viewBox": f"0 0 {self.width} {height}"}
        fonts = {"font-family": "system-ui, sans-serif", "role": "img"}
        root = ElementTree.Element(f"{{{_SVG}}}svg", size | fonts)
        for tag, text in (("title", self.caption.title), ("desc", f"{self.caption.note} {self.caption.address}")):
            ElementTree.SubElement(root, f"{{{_SVG}}}{tag}").text = text
        ElementTree.SubElement(root, f"{{{_SVG}}}rect", {"width": "100%", "height": "100%", "fill": COLORS["paper"]})
        root.set("id", "dark")
        ElementTree.SubElement(root, f"{{{_SVG}}}style").text = self._themes()
        ElementTree.SubElement(root, f"{{{_SVG}}}g", {"id": "auto"})
        root.extend(self._marks)
        xml: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
        return xml + b"\n"

    def _themes(self) -> str:
        """The style by which a picture is dark at its address with #dark, and as the reader likes it at #auto.

        A program that does not know it shows the light colors, which stand at each mark.
        """
        used = {mark.get(name) for mark in self._marks for name in ("fill", "stroke")} | {COLORS["paper"]}
        rules = ":root:target{color-scheme:dark}:root:has(#auto:target){color-scheme:light dark}"
        for name, light in COLORS.items():
            if light in used:
                both = f"light-dark({light},{DARK[name]})"
                rules += f'[fill="{light}"]{{fill:{both}}}[stroke="{light}"]{{stroke:{both}}}'
        return rules


def _shortest(value: object) -> str:
    return f"{value:.1f}".removesuffix(".0") if isinstance(value, float) else str(value)


def title_of(drawing: bytes) -> str:
    """The title of a drawing of this module."""
    return ElementTree.fromstring(drawing).findtext(f"{{{_SVG}}}title") or ""  # noqa: S314 - our own


def files(charts: Iterable[tuple[str, tuple[bytes, bytes]]]) -> Iterator[tuple[str, bytes]]:
    """The files of some charts, by their names without an ending."""
    for name, (svg, table) in charts:
        yield f"{name}.svg", svg
        yield f"{name}.csv", table
