"""Releases of the evidence: bundles that are the same bytes on any day, and files that say how to cite them."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import zipfile
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kb.api import make_context
from kb.api.answers import answer
from kb.api.limits import admit
from kb.api.schema import SCHEMA
from kb.check import Checked, read
from kb.cli import main
from kb.export import FORMATS
from kb.export.deposit import repository_files
from kb.model import Release

BASE = Path(__file__).parent / "bad/_base"
DAY = "2026-12-01"
NAME = "burnout-kb-2026.12.zip"
pytestmark = pytest.mark.slow


def kb(*words: str) -> Result:
    return CliRunner().invoke(main, words)


def done(*words: str) -> str:
    result = kb(*words)
    assert result.exit_code == 0, result.output
    return result.output


def refused(*words: str) -> str:
    result = kb(*words)
    assert result.exit_code == 1, result.output
    return result.output


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder with the small content, its changes recorded, and no release yet."""
    shutil.copytree(BASE, tmp_path / "one/content")
    monkeypatch.chdir(tmp_path / "one")
    done("changes", "--record", "--today", "2026-11-22")
    return tmp_path / "one"


def edit(folder: Path, words: str) -> None:
    """Add words to an entry, which changes its text and no rating."""
    path = folder / "content/drivers/paperwork.md"
    path.write_text(path.read_text(encoding="utf-8") + words, encoding="utf-8")


def opened(path: Path) -> dict[str, bytes]:
    """The files of a bundle, below the folder that it holds."""
    with zipfile.ZipFile(path) as parts:
        return {name.partition("/")[2]: parts.read(name) for name in parts.namelist()}


def asked(content: Path, day: date) -> str | None:
    """What the API calls the release."""
    found = answer(admit(SCHEMA, "{ content { release } }", {})[0], make_context(read(content, day)), {})
    assert found.data
    release: str | None = found.data["content"]["release"]
    return release


def test_a_bundle_is_the_same_bytes_in_another_folder_on_another_day(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of the real content, which has more of everything that could be in another order."""
    folder = tmp_path / "one"
    shutil.copytree(project / "content", folder / "content")
    monkeypatch.chdir(folder)
    (folder / "content/releases.jsonl").unlink(missing_ok=True)
    kb("changes", "--record", "--today", "2030-01-01")
    done("release", "--record", "--today", "2030-01-01")
    name = "burnout-kb-2030.01.zip"
    other = tmp_path / "another place"
    shutil.copytree(folder, other)
    for path in other.rglob("*"):
        os.utime(path, (1, 1))
    made = []
    for where, epoch, zone, seed in ((folder, "1795910400", "UTC", "1"), (other, "1893456000", "Asia/Tokyo", "2")):
        more = {
            "SOURCE_DATE_EPOCH": epoch,
            "TZ": zone,
            "PYTHONHASHSEED": seed,
            "KB_SITE_URL": f"https://{seed}.example",
        }
        command = [sys.executable, "-m", "kb.cli", "release", "2030.01"]
        subprocess.run(command, cwd=where, env={**os.environ, **more}, check=True, capture_output=True)
        made.append((where / "dist" / name).read_bytes())
        told = (where / f"dist/{name}.sha256").read_text(encoding="utf-8")
        assert told == f"{hashlib.sha256(made[-1]).hexdigest()}  {name}\n"
    one, two = (opened(where / "dist" / name) for where in (folder, other))
    assert [path for path in one.keys() | two.keys() if one.get(path) != two.get(path)] == []
    assert made[0] == made[1]
    assert str(tmp_path).encode() not in b"".join(one.values())


def test_a_bundle_holds_everything_with_a_checksum_and_can_be_built_again(folder: Path, tmp_path: Path) -> None:
    done("release", "--record", "--today", DAY, "--doi", "10.5281/zenodo.1234567")
    done("release")
    files = opened(folder / "dist" / NAME)
    sums = dict(reversed(line.split("  ")) for line in files.pop("SHA256SUMS").decode().splitlines())
    assert sums == {path: hashlib.sha256(data).hexdigest() for path, data in files.items()}
    knowledge = read(folder / "content", date.fromisoformat(DAY))
    for make in FORMATS.values():
        assert {f"data/{path}": data for path, data in make(knowledge).items()}.items() <= files.items()
    assert files["schema/schema.graphql"] == files["site/data/api/schema.graphql"]
    assert json.loads(files["site/data/v1/index.json"])["release"] == "2026.12"
    assert "10.5281/zenodo.1234567" in files["site/downloads/index.html"].decode()
    assert "https://doi.org/10.5281/zenodo.1234567" in files["README.md"].decode()
    assert "kb release 2026.12" in files["README.md"].decode()
    crate = json.loads(files["ro-crate-metadata.json"])["@graph"]
    named = {part["@id"] for part in next(part for part in crate if part["@id"] == "./")["hasPart"]}
    assert {path for path in named if not path.endswith("/")} <= {*files, "SHA256SUMS"}
    assert {path for path in files if path.startswith("data/")} <= named
    package = json.loads(files["data/datapackage.json"])
    hashes = {f"data/{part['path']}": part["hash"] for part in package["resources"]}
    assert "data/findings.csv" in hashes
    assert {path: f"sha256:{sums[path]}" for path in hashes} == hashes

    for path, data in files.items():
        if path.startswith("content/"):
            (tmp_path / "again" / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / "again" / path).write_bytes(data)
    again = tmp_path / "again"
    words = ("--content", str(again / "content"), "--output", str(again / "output"), "--index", str(again / "index"))
    done("build", *words, "--today", DAY)
    built = {path.relative_to(again / "output").as_posix(): path for path in (again / "output").rglob("*.html")}
    assert built
    assert {path: files[f"site/{path}"] for path in built} == {path: file.read_bytes() for path, file in built.items()}


def test_content_is_a_release_until_it_is_edited(folder: Path) -> None:
    """Undoing an edit brings it back."""
    content, later = folder / "content", date(2027, 1, 5)
    assert asked(content, later) is None
    assert "kb release --record" in refused("release")
    done("release", "--record", "--today", DAY)
    assert asked(content, later) == "2026.12"
    kept = (content / "drivers/paperwork.md").read_bytes()
    edit(folder, "\nMore words.\n")
    assert asked(content, later) is None
    assert "changed since release 2026.12" in refused("release")
    (content / "drivers/paperwork.md").write_bytes(kept)
    assert "is release 2026.12, not 2026.11" in refused("release", "2026.11")


def test_a_later_release_tells_what_changed_since_the_one_before(folder: Path) -> None:
    done("release", "--record", "--today", DAY)
    assert "is release 2026.12 already" in refused("release", "--record", "--today", "2026-12-02")
    path = folder / "content/drivers/paperwork.md"
    (folder / "content/drivers/forms.md").write_bytes(path.read_bytes().replace(b"title: ", b"title: Forms and "))
    assert "run kb changes --record first" in refused("release", "--record", "--today", "2026-12-09")
    done("changes", "--record", "--today", "2026-12-09")
    assert "2026.12.2" in done("release", "--record", "--today", "2026-12-09")
    edit(folder, "\nMore words.\n")
    assert "after 2026-12-08" in refused("release", "--record", "--today", "2026-12-08")
    assert "2027.01" in done("release", "--record", "--today", "2027-01-02")
    done("release", "2027.01")
    files = opened(folder / "dist/burnout-kb-2027.01.zip")
    assert "Since release 2026.12.2 of December 9, 2026." in files["CHANGES.md"].decode()
    assert "Nothing moved." in files["CHANGES.md"].decode()
    page = files["site/downloads/index.html"].decode()
    assert page.index("2027.01</th>") < page.index("2026.12.2</th>") < page.index("2026.12</th>")
    assert "1 entry added." in page
    assert (folder / "dist/CHANGES.md").read_bytes() == files["CHANGES.md"]
    lines = (folder / "content/releases.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["name"] for line in lines] == ["2026.12", "2026.12.2", "2027.01"]


def test_a_bundle_is_never_overwritten_by_another(folder: Path) -> None:
    done("release", "--record", "--today", DAY)
    done("release")
    done("release")  # the same bytes
    (folder / "dist" / NAME).write_bytes(b"other")
    assert "a release never changes" in refused("release")
    assert (folder / "dist" / NAME).read_bytes() == b"other"


def test_the_repository_says_how_to_cite_its_last_release(project: Path, real: Checked) -> None:
    last = real.knowledge.releases[-1] if real.knowledge.releases else None
    for name, data in repository_files(last).items():
        assert (project / name).read_bytes() == data, f"run kb release --record; {name} is not what it writes"


@pytest.mark.parametrize("release", [None, Release("2026.12", date(2026, 12, 1), "a" * 64, "10.5281/zenodo.1")])
def test_the_citation_fits_the_schema_of_its_format(release: Release | None, tmp_path: Path) -> None:
    """check-jsonschema brings the schema with it."""
    path = tmp_path / "CITATION.cff"
    path.write_bytes(repository_files(release)[path.name])
    words = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.citation-file-format", str(path)]
    found = subprocess.run(words, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stdout
