"""What a full build costs, against stock Pelican (and Hugo, where it is on the PATH) on the same texts, in one run.

    python benchmarks/build_speed.py [--entries 1000] [--rounds 3]

The content is that of content/ with copies of its interventions, studies and instruments, until there are as many
entries as asked for. The product reads, checks and grades it, and writes pages, feeds, exports and the search index.
The peers get the same bodies, with a title, a date, a category and the summary in front. CPU seconds are those of all
processes, user and system; the least of the rounds counts.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from datetime import date
from itertools import count
from pathlib import Path

CONTENT = Path("content")
COPIED = ("interventions", "studies", "instruments")
DAY = "2026-11-22"

PRODUCT = f"""
import sys
from datetime import date
from pathlib import Path
from kb.rules import read
from kb.site import build_site
content, output = map(Path, sys.argv[1:])
build_site(read(content, date.fromisoformat("{DAY}")), content, output)
"""
SEARCH = f"""
import sys
from datetime import date
from pathlib import Path
from kb.rules import read
from kb.site.finder import index_site
content, output = map(Path, sys.argv[1:])
index_site(output, read(content, date.fromisoformat("{DAY}")))
"""
READING = f"""
import sys
from datetime import date
from pathlib import Path
from kb.rules import read
read(Path(sys.argv[1]), date.fromisoformat("{DAY}"))
"""
HUGO_LAYOUTS = {
    "baseof.html": '<!doctype html><title>{{ .Title }}</title>{{ block "main" . }}{{ end }}',
    "single.html": '{{ define "main" }}<h1>{{ .Title }}</h1>{{ .Content }}{{ end }}',
    "list.html": '{{ define "main" }}{{range .Pages }}<a href="{{ .RelPermalink }}">{{ .Title }}</a>{{ end }}{{ end }}',
}


def generate(folder: Path, entries: int) -> Path:
    """A content folder with so many entries."""
    shutil.copytree(CONTENT, folder)
    originals = sorted(path for kind in COPIED for path in (folder / kind).glob("*.md"))
    missing = entries - sum(1 for _ in folder.rglob("*.md"))
    for number in count(2):
        for path in originals:
            if missing <= 0:
                return folder
            text = path.read_text(encoding="utf-8")
            path.with_name(f"{path.stem}-copy-{number}.md").write_text(_varied(text, number), encoding="utf-8")
            missing -= 1
    raise AssertionError


def _varied(text: str, number: int) -> str:
    """The text with words of its own in every paragraph, so that nothing remembered of one copy serves another."""
    return re.sub(r"^(?!summary:)(.*[a-z\])]\.)$", rf"\1 Copy {number}.", text, flags=re.M)


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


def cpu(command: Sequence[str | Path], rounds: int, fresh: Path | None = None) -> float:
    """CPU seconds of a command and its children, the least of some rounds; ``fresh`` is removed before each."""
    spent = []
    for _ in range(rounds):
        if fresh:
            shutil.rmtree(fresh, ignore_errors=True)
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        done = subprocess.run(
            command, capture_output=True, text=True, check=False, env={**os.environ, "LC_ALL": "C.UTF-8"}
        )
        if done.returncode:
            raise SystemExit(f"{command[0]} failed:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        spent.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return min(spent)


def main() -> None:
    parser = argparse.ArgumentParser(description="What a full build costs, against stock Pelican and Hugo.")
    parser.add_argument("--entries", type=int, default=1000, help="how many entries to build")
    parser.add_argument("--rounds", type=int, default=3, help="how often to measure each")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        content, output = generate(work / "content", given.entries), work / "output"
        python = sys.executable
        ours = cpu([python, "-c", PRODUCT, content, output], given.rounds, output)
        parts = {
            "reading, checks, grades": cpu([python, "-c", READING, content], given.rounds),
            "these and the search index": cpu([python, "-c", SEARCH, content, output], given.rounds),
        }
        simple = plain(content, work / "pelican", pelican_head)
        pelican = Path(python).with_name("pelican")
        # Settings of its own, lest it find those of this project.
        (work / "peer.py").write_text('THEME = "simple"\nTIMEZONE = "UTC"\n', encoding="utf-8")
        options = ["--settings", work / "peer.py", "--output", work / "pelican-output"]
        peer = cpu([pelican, simple, *options], given.rounds, work / "pelican-output")
        pages = {
            "this product": sum(1 for _ in output.rglob("index.html")),
            "Pelican": sum(1 for _ in (work / "pelican-output").rglob("*.html")),
        }
        print(f"{given.entries} entries, {date.today()}")
        print(f"{'builder':<34}{'CPU s':>8}{'ratio':>8}{'pages':>8}")
        print(f"{'this product':<34}{ours:>8.2f}{ours / peer:>8.2f}{pages['this product']:>8}")
        for part, spent in parts.items():
            print(f"  {part:<32}{spent:>8.2f}{spent / peer:>8.2f}")
        without = ours - parts["these and the search index"] + parts["reading, checks, grades"]
        print(f"{'this product without its search':<34}{without:>8.2f}{without / peer:>8.2f}{pages['this product']:>8}")
        print(f"{'Pelican, theme simple':<34}{peer:>8.2f}{1:>8.2f}{pages['Pelican']:>8}")
        if hugo := shutil.which("hugo"):
            site = work / "hugo"
            plain(content, site / "content", hugo_head)
            layouts = site / "layouts/_default"
            layouts.mkdir(parents=True)
            for layout, text in HUGO_LAYOUTS.items():
                (layouts / layout).write_text(text, encoding="utf-8")
            (site / "hugo.toml").write_text('baseURL = "/"\ntitle = "peer"\n', encoding="utf-8")
            fast = cpu([hugo, "--source", site, "--quiet"], given.rounds)
            print(f"{'Hugo':<34}{fast:>8.2f}{fast / peer:>8.2f}")
        else:
            print("Hugo: skipped, it is not on the PATH")


if __name__ == "__main__":
    main()
