"""What a full build costs, against stock Pelican (and Hugo, where it is on the PATH) on the same texts, in one run.

    python benchmarks/build_speed.py [--entries 1000] [--rounds 3]

The content is that of content/ with copies of its interventions, studies and instruments, until there are as many
entries as asked for. The product reads, checks and grades it, and writes pages, feeds, exports and the search index.
The peers get the same bodies, with a title, a date, a category and the summary in front. CPU seconds are those of all
processes, user and system; the least of the rounds counts. Where the disk is busy, TMPDIR=/dev/shm keeps it out.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import count
from pathlib import Path

from measuring import cpu, print_table

CONTENT = Path("content")
COPIED = ("interventions", "studies", "instruments")
DAY = "2026-11-22"

READING = f"""
import sys
from datetime import date
from pathlib import Path
from kb.check import read
content = Path(sys.argv[1])
knowledge = read(content, date.fromisoformat("{DAY}"))
"""
PAGES = f"""
{READING}
from kb.folders import publish
from kb.site import HOLDS, build_site, plugin
plugin.search_files = lambda *_: {{}}
publish(build_site(knowledge, content), Path(sys.argv[2]), HOLDS)
"""
WHOLE = f"""
{READING}
from kb.folders import publish
from kb.site import HOLDS, build_site
publish(build_site(knowledge, content), Path(sys.argv[2]), HOLDS)
"""
HUGO_LAYOUTS = {
    "baseof.html": '<!doctype html><title>{{ .Title }}</title>{{ block "main" . }}{{ end }}',
    "single.html": '{{ define "main" }}<h1>{{ .Title }}</h1>{{ .Content }}{{ end }}',
    "list.html": '{{ define "main" }}{{range .Pages }}<a href="{{ .RelPermalink }}">{{ .Title }}</a>{{ end }}{{ end }}',
}


def generate(folder: Path, entries: int) -> Path:
    """A content folder with so many entries, in which the checks find nothing to warn of."""
    shutil.copytree(CONTENT, folder)
    originals = sorted(path for kind in COPIED for path in (folder / kind).glob("*.md"))
    records = folder / "references.bib"
    found = records.read_text(encoding="utf-8").split("\n@")
    works = {text.partition("{")[2].partition(",")[0]: f"\n@{text}" for text in found}
    missing = entries - sum(1 for _ in folder.rglob("*.md"))
    with records.open("a", encoding="utf-8") as bibliography:
        for number in count(2):
            for path in originals:
                if missing <= 0:
                    return folder
                text, key = _copied(path.read_text(encoding="utf-8"), number)
                path.with_name(f"{path.stem}-copy-{number}.md").write_text(text, encoding="utf-8")
                bibliography.write(_work(works[key], key, number) if key else "")
                missing -= 1
    raise AssertionError


def _copied(text: str, number: int) -> tuple[str, str]:
    """An entry as another, and the key of the work that it is about, empty where it is about none.

    Title, abbreviation, work and the words of every paragraph are its own, so that nothing remembered of one copy
    serves another.
    """
    text = re.sub(r"^(?!summary:)(.*[a-z\])]\.)$", rf"\1 Copy {number}.", text, flags=re.M)
    text = re.sub(r"^((?:title|abbreviation): .*?)([^\w]*)$", rf"\g<1>{number}\2", text, flags=re.M)
    work = re.search(r"^reference: (.*)$", text, re.M)
    if not work:
        return text, ""
    cited = rf"(^reference: |\[@|; @|source: ){re.escape(work[1])}(?![\w-])"
    return re.sub(cited, rf"\g<0>-copy-{number}", text, flags=re.M), work[1]


def _work(record: str, key: str, number: int) -> str:
    """The record of a work as that of another."""
    record = record.replace(f"{{{key},", f"{{{key}-copy-{number},", 1)
    record = re.sub(r"^  listed = .*\n", "", record, flags=re.M)  # no list of a source holds it
    record = re.sub(r"^(  (?:title|shorttitle) = {.*)},$", rf"\1 {number}}},", record, flags=re.M)
    return re.sub(r"^(  (?:doi|url|pmid|pmcid|isbn) = {.*)},$", rf"\g<1>{number}}},", record, flags=re.M)


def plain(content: Path, folder: Path, head: Callable[[str, str, str], str]) -> Path:
    """The same bodies behind a front matter that a peer can read."""
    for path in sorted(content.rglob("*.md")):
        _, front, body = path.read_text(encoding="utf-8").split("---\n", 2)
        fields = dict(line.split(": ", 1) for line in front.splitlines() if line.startswith(("title: ", "summary: ")))
        target = folder / path.relative_to(content)
        target.parent.mkdir(parents=True, exist_ok=True)
        title = f"{fields['title'].strip(chr(34) + chr(39))} {path.stem}"
        target.write_text(head(title, path.parent.name, fields["summary"]) + body, encoding="utf-8")
    return folder


def pelican_head(title: str, category: str, summary: str) -> str:
    return f"Title: {title}\nDate: {DAY}\nCategory: {category}\nSummary: {summary}\n\n"


def hugo_head(title: str, category: str, summary: str) -> str:
    return json.dumps({"title": title, "date": DAY, "categories": [category], "description": summary}) + "\n\n"


@dataclass(frozen=True)
class Builder:
    """A command to be measured."""

    name: str
    command: Sequence[str | Path]
    output: Path | None = None
    """The folder that it fills."""

    def run(self) -> float:
        """CPU seconds of the command and its children.

        What the last run left is moved aside: for minutes after a removal, ext4 searches long for a free inode.
        """
        if self.output and self.output.exists():
            self.output.rename(tempfile.mkdtemp(dir=self.output.parent))
        before = cpu()
        environment = {**os.environ, "LC_ALL": "C.UTF-8"}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed package, as a peer's is, has been compiled
        done = subprocess.run(self.command, capture_output=True, text=True, check=False, env=environment)
        if done.returncode:
            raise SystemExit(f"{self.name} failed:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
        return cpu() - before

    @property
    def pages(self) -> int:
        """How many pages it wrote."""
        return sum(1 for _ in self.output.rglob("*.html")) if self.output else 0


def ours(content: Path, work: Path) -> list[Builder]:
    """This product and parts of it."""
    return [
        Builder("this product", [sys.executable, "-c", PAGES, content, work / "pages"], work / "pages"),
        Builder("  of this reading, checks, grades", [sys.executable, "-c", READING, content]),
        Builder(
            "this product with the browser's index", [sys.executable, "-c", WHOLE, content, work / "all"], work / "all"
        ),
    ]


def pelican(content: Path, work: Path) -> Builder:
    """Stock Pelican with its theme simple, and settings of its own, lest it find those of this project."""
    source, output = plain(content, work / "pelican", pelican_head), work / "pelican-output"
    (work / "peer.py").write_text('THEME = "simple"\nTIMEZONE = "UTC"\n', encoding="utf-8")
    program = Path(sys.executable).with_name("pelican")
    return Builder("Pelican", [program, source, "--settings", work / "peer.py", "--output", output], output)


def hugo(program: str, content: Path, site: Path) -> Builder:
    """Hugo with a theme of three lines."""
    plain(content, site / "content", hugo_head)
    layouts = site / "layouts/_default"
    layouts.mkdir(parents=True)
    for layout, text in HUGO_LAYOUTS.items():
        (layouts / layout).write_text(text, encoding="utf-8")
    (site / "hugo.toml").write_text('baseURL = "/"\ntitle = "peer"\n', encoding="utf-8")
    output = site / "public"
    return Builder("Hugo", [program, "--source", site, "--destination", output, "--quiet"], output)


def main() -> None:
    parser = argparse.ArgumentParser(description="What a full build costs, against stock Pelican and Hugo.")
    parser.add_argument("--entries", type=int, default=1000, help="how many entries to build")
    parser.add_argument("--rounds", type=int, default=3, help="how often to measure each")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        content = generate(work / "content", given.entries)
        peers = [pelican(content, work)]
        if program := shutil.which("hugo"):
            peers.append(hugo(program, content, work / "hugo"))
        builders = [*ours(content, work), *peers]
        # One after the other in every round, so that a busy minute of the machine falls on all of them.
        rounds = [[builder.run() for builder in builders] for _ in range(given.rounds)]
        least = {builder.name: min(spent) for builder, spent in zip(builders, zip(*rounds, strict=True), strict=True)}
        print(f"{given.entries} entries, {date.today()}; the last columns are ratios")
        rows = [
            [builder.name, builder.pages or None, least[builder.name]]
            + [least[builder.name] / least[peer.name] for peer in peers]
            for builder in builders
        ]
        print_table(("builder", "pages", "CPU s", *(f"to {peer.name}" for peer in peers)), rows)
        if not program:
            print("Hugo: skipped, it is not on the PATH")


if __name__ == "__main__":
    main()
