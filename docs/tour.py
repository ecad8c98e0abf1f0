"""Takes the pictures of the README's tour from the built site.

    kb build && python docs/tour.py [--site FOLDER]

Needs Debian's chromium. It writes docs/tour/*.webp.
"""

from __future__ import annotations

import argparse
import base64
import functools
import http.server
import shutil
import sys
import threading
from pathlib import Path
from typing import NamedTuple

from playwright.sync_api import Browser, sync_playwright

FOLDER = Path(__file__).parent / "tour"
SIZE = {"width": 1000, "height": 620}
QUALITY = 0.72
_AS_WEBP = """async ([png, quality]) => {
  const image = new Image();
  image.src = `data:image/png;base64,${png}`;
  await image.decode();
  const canvas = Object.assign(document.createElement("canvas"), {width: image.width, height: image.height});
  canvas.getContext("2d").drawImage(image, 0, 0);
  return canvas.toDataURL("image/webp", quality).split(",")[1];
}"""


class Stop(NamedTuple):
    """A picture of the tour."""

    name: str
    path: str
    """The page, below the site's root."""
    show: str = ""
    """What is scrolled to the top, as a selector; empty for the beginning of the page."""


TOUR = (
    Stop("problems", "drivers/workload/index.html"),
    Stop("card", "interventions/physician-peer-coaching/index.html"),
    Stop("plot", "interventions/physician-peer-coaching/index.html", "#section-headline"),
    Stop("compare", "compare/index.html?driver=workload", "main form"),
    Stop("map", "gap-map/index.html", "main figure, main table"),
    Stop("measure", "measure/index.html"),
)


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        pass


def take(browser: Browser, address: str, stop: Stop) -> bytes:
    """The picture of a stop as WebP, which the browser itself makes."""
    context = browser.new_context(viewport=SIZE, color_scheme="light", reduced_motion="reduce")
    page = context.new_page()
    page.goto(f"{address}/{stop.path}", wait_until="load")
    if stop.show:
        page.locator(stop.show).first.evaluate("part => scrollTo(0, part.getBoundingClientRect().top + scrollY - 24)")
    png = base64.b64encode(page.screenshot()).decode()
    page.goto("about:blank")
    packed: str = page.evaluate(_AS_WEBP, [png, QUALITY])
    context.close()
    return base64.b64decode(packed)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("--site", type=Path, default=Path("output"), help="the folder of the built site")
    site = parser.parse_args().site
    program = shutil.which("chromium")
    if not program:
        sys.exit("chromium is not installed: apt-get install chromium")
    if not (site / "index.html").is_file():
        sys.exit(f"{site} holds no site: run kb build, or name its folder with --site")
    FOLDER.mkdir(exist_ok=True)
    handler = functools.partial(_Quiet, directory=site)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server, sync_playwright() as playwright:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        for stop in TOUR:
            data = take(browser, f"http://127.0.0.1:{server.server_port}", stop)
            (FOLDER / f"{stop.name}.webp").write_bytes(data)
            print(f"docs/tour/{stop.name}.webp: {len(data) / 1000:.0f} KB")
        browser.close()
        server.shutdown()
    return 0


if __name__ == "__main__":
    sys.exit(main())
