"""What git says is doubted: hostile commits, names, settings and programs change no check and no comparison."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from kb import git
from kb.check import check
from kb.check.staged import published, staged
from kb.cli import main
from kb.diff.revisions import opened

pytestmark = pytest.mark.slow

WORKLOAD, ABOUT = "drivers/workload.md", "pages/about.md"
Git = Callable[..., str]


def run(where: Path, *words: str | bytes, given: bytes = b"", **more: str) -> str:
    """What git prints in a folder, without the settings of whoever runs the tests."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    people = {f"GIT_{who}_{what}": "ada@example.org" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    environment = {**kept, **people, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", **more}
    given_words = ("git", "-c", "protocol.file.allow=always", *words)
    done = subprocess.run(given_words, cwd=where, env=environment, input=given, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.decode(errors="replace").strip()


@pytest.fixture
def root(content: Callable[..., Path]) -> Path:
    """The small content in a repository of its own, committed once."""
    folder = content()
    run(folder.parent, "init", "--quiet", "--initial-branch=main")
    run(folder.parent, "add", "--all")
    run(folder.parent, "commit", "--quiet", "--message=Start", "--date=2026-10-01T12:00")
    return folder


def change(root: Path, name: str, message: bytes = b"Change", day: str = "2026-10-02T12:00") -> None:
    """Commit a change of one file."""
    with (root / name).open("a") as file:
        file.write("\n")
    run(root, "add", "--all")
    run(root, "commit", "--quiet", "--allow-empty-message", "-F", "-", f"--date={day}", given=message)


def test_a_name_of_any_bytes_that_is_staged_is_checked(root: Path) -> None:
    (root / "pages/a\nb.md").write_text("x")
    (Path(os.fsdecode(os.fsencode(root) + b"/pages/\xff.md"))).write_text("x")
    run(root, "add", "--all")
    done = CliRunner().invoke(main, ["check", "--content", str(root), "--staged", "--today", "2026-11-22"])
    assert done.exit_code == 1
    assert "content/pages/a\\nb.md:1: KB101" in done.output
    assert "content/pages/\\udcff.md:1: KB101" in done.output


def test_a_shallow_clone_says_how_to_get_the_revision_that_it_lacks(root: Path, tmp_path: Path) -> None:
    change(root, WORKLOAD)
    run(tmp_path, "clone", "--quiet", "--depth=1", f"file://{root.parent}", "shallow")
    for words in (["check", "--base", "HEAD^1"], ["diff", "HEAD^1"]):
        done = CliRunner().invoke(main, [*words, "--content", str(tmp_path / "shallow/content")])
        assert done.exit_code == 2
        assert "git fetch --unshallow" in done.output


@pytest.fixture
def fake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Puts a program of the name git before the true one."""

    def put(script: str) -> None:
        (tmp_path / "bin").mkdir()
        (tmp_path / "bin/git").write_text(f"#!/bin/sh\n{script}\n")
        (tmp_path / "bin/git").chmod(0o755)
        monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:{os.environ['PATH']}")

    return put


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("sleep 600", "gave no answer within"),
        ("sleep 600 & sleep 600", "gave no answer within"),
        ("exec yes", "writes more than"),
        ("exec yes >&2", "writes more than"),
        ("exit 3", "it ended with status 3"),
        ("printf '\\033[31mred\\n' >&2; exit 1", "git failed: [31mred"),
        ("echo nonsense", "is not in a git work tree"),
        ("kill -9 $$", "ended with status -9"),
    ],
)
def test_a_git_that_hangs_floods_or_fails_is_ended_and_told(
    root: Path,
    fake: Callable[[str], None],
    monkeypatch: pytest.MonkeyPatch,
    script: str,
    said: str,
) -> None:
    fake(script)
    monkeypatch.setattr(git, "SECONDS", 0.3)
    monkeypatch.setattr(git, "MOST_BYTES", 1_000_000)
    words = ["--content", str(root), "--today", "2026-11-22"]
    done = CliRunner().invoke(main, ["check", *words])
    assert done.exit_code == 0, done.output
    assert "Could not check whether a published page was lost" in done.output
    for command in (["check", "--staged"], ["check", "--base", "HEAD"], ["diff", "HEAD"]):
        done = CliRunner().invoke(main, [*command, *words])
        assert done.exit_code == 2, done.output
        assert said in done.output


def test_settings_of_a_repository_run_no_program_and_change_nothing(root: Path, tmp_path: Path) -> None:
    change(root, WORKLOAD)
    (root / ABOUT).write_text((root / ABOUT).read_text() + "\nMore.\n")
    run(root, "add", "--all")
    with staged(root) as state:
        paths = [path.relative_to(state.content).as_posix() for path in state.changed]
    evil = tmp_path / "evil"
    evil.write_text(f"#!/bin/sh\ntouch {tmp_path}/ran\ncat\n")
    evil.chmod(0o755)
    names = "core.fsmonitor core.pager core.editor core.askPass core.sshCommand diff.external diff.evil.textconv"
    names += " diff.evil.command filter.evil.clean filter.evil.smudge filter.evil.process gpg.program alias.log"
    for name in (*names.split(), "alias.rev-parse", "pager.log", "credential.helper", "uploadpack.packObjectsHook"):
        run(root, "config", name, f"!{evil}" if name.startswith(("alias", "credential")) else str(evil))
    for setting in (
        *("log.showSignature=true", "log.showRoot=false", "log.follow=true", "log.date=raw", "log.decorate=full"),
        *("color.ui=always", "core.quotePath=true", "diff.renames=copies", "i18n.logOutputEncoding=UTF-16"),
        *("format.pretty=%G? evil", "log.diffMerges=on", "diff.noprefix=true", "diff.relative=true"),
        *("core.autocrlf=true", "log.abbrevCommit=true", "diff.ignoreSubmodules=all", "log.mailmap=true"),
    ):
        run(root, "config", *setting.split("=", 1))
    (root.parent / ".git/info").mkdir(exist_ok=True)
    (root.parent / ".git/info/attributes").write_text("* diff=evil filter=evil export-ignore export-subst\n")
    hooks = root.parent / ".git/hooks"
    hooks.mkdir(exist_ok=True)
    for name in ("post-checkout", "post-index-change", "fsmonitor-watchman", "reference-transaction"):
        (hooks / name).write_text(evil.read_text())
        (hooks / name).chmod(0o755)
    with staged(root) as state:
        assert [path.relative_to(state.content).as_posix() for path in state.changed] == paths == [ABOUT]
        assert (state.content / ABOUT).read_text().endswith("More.\n")
    with published(root, "HEAD") as folder:
        assert [path.name for path in folder.rglob("*.md")] == ["about.md"]
    with opened("HEAD", root) as folder:
        assert (folder / WORKLOAD).read_bytes() == (root / WORKLOAD).read_bytes()
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("name", ["GIT_DIR", "GIT_WORK_TREE", "GIT_COMMON_DIR", "GIT_OBJECT_DIRECTORY"])
def test_variables_that_name_another_repository_are_passed_over(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    run(tmp_path, "init", "--quiet", "other")
    monkeypatch.setenv(name, str(tmp_path / "other/.git"))
    with opened("HEAD", root) as folder:
        assert len(check(folder, date(2026, 11, 22)).problems) == 0


@pytest.mark.parametrize("name", ["GIT_EXTERNAL_DIFF", "GIT_PAGER", "GIT_GLOB_PATHSPECS", "GIT_ICASE_PATHSPECS"])
def test_variables_that_change_what_git_does_are_passed_over(
    root: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(name, "1")
    with opened("HEAD", root) as folder:
        assert (folder / WORKLOAD).read_bytes() == (root / WORKLOAD).read_bytes()


def test_a_repository_of_somebody_else_is_told_and_not_read(root: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("only the superuser can give files away")
    for path in (root.parent, root.parent / ".git"):
        os.chown(path, 65534, 65534)
    done = CliRunner().invoke(main, ["diff", "HEAD", "--content", str(root)])
    assert done.exit_code == 2
    assert "safe.directory" in done.output


def test_before_the_first_commit_no_page_can_be_lost(content: Callable[..., Path]) -> None:
    folder = content()
    run(folder.parent, "init", "--quiet")
    done = CliRunner().invoke(main, ["check", "--content", str(folder), "--today", "2026-11-22"])
    assert done.exit_code == 0
    assert "Could not check" not in done.output


def test_before_the_first_commit_what_is_staged_is_checked(content: Callable[..., Path]) -> None:
    folder = content()
    run(folder.parent, "init", "--quiet")
    (folder / "pages/new.md").write_text("nothing\n")
    run(folder.parent, "add", "--all")
    done = CliRunner().invoke(main, ["check", "--content", str(folder), "--staged", "--today", "2026-11-22"])
    assert done.exit_code == 1
    assert "content/pages/new.md:1: KB102" in done.output


@pytest.mark.parametrize("where", ["top", "subfolder", "worktree", "submodule"])
def test_a_content_folder_may_lie_anywhere_in_a_repository(root: Path, tmp_path: Path, where: str) -> None:
    if where == "top":
        folder = root
        (root.parent / ".git").rename(tmp_path / "gone")
        run(root, "init", "--quiet")
    elif where == "subfolder":
        folder = root.parent / "a [b]/content"
        folder.parent.mkdir()
        root.rename(folder)
    elif where == "worktree":
        run(root, "worktree", "add", "--quiet", "--detach", str(tmp_path / "tree"))
        folder = tmp_path / "tree/content"
    else:
        run(tmp_path, "init", "--quiet", "super")
        run(tmp_path / "super", "submodule", "--quiet", "add", f"file://{root.parent}", "sub")
        folder = tmp_path / "super/sub/content"
    run(folder, "add", "--all", ".")
    run(folder, "commit", "--quiet", "--allow-empty", "--message=Moved")
    assert check(folder, date(2026, 11, 22)).problems == ()  # nor is .git taken for content
    page = folder / ABOUT
    page.write_text(page.read_text().replace("reviewed: 2026-11-01", "reviewed: soon"))
    run(folder, "add", "--all", ".")
    page.unlink()
    words = ["--content", str(folder), "--today", "2026-11-22"]
    done = CliRunner().invoke(main, ["check", "--staged", *words])
    assert "content/pages/about.md:5: KB103" in done.output
    done = CliRunner().invoke(main, ["check", *words])
    assert "content/pages/about.md:1: KB210" in done.output
    assert "deleted" in CliRunner().invoke(main, ["diff", "HEAD", *words]).output


def test_a_work_tree_that_lies_elsewhere_is_not_taken_for_this_one(root: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    run(root, "config", "core.worktree", str(tmp_path / "elsewhere"))
    assert CliRunner().invoke(main, ["check", "--staged", "--content", str(root)]).exit_code == 2


def test_a_file_in_conflict_is_named(root: Path) -> None:
    run(root, "branch", "other")
    for branch, words in (("main", "One."), ("other", "Two.")):
        run(root, "checkout", "--quiet", branch)
        (root / ABOUT).write_text(words)
        run(root, "commit", "--quiet", "--all", "--message=x")
    subprocess.run(["git", "merge", "--quiet", "main"], cwd=root, capture_output=True, check=False)
    done = CliRunner().invoke(main, ["check", "--staged", "--content", str(root)])
    assert done.exit_code == 2
    assert "'pages/about.md' is in conflict" in done.output


def test_a_file_that_is_only_meant_to_be_added_is_not_staged(root: Path) -> None:
    (root / "pages/new.md").write_text("nothing\n")
    run(root, "add", "--intent-to-add", "--all")
    with staged(root) as state:
        assert state.changed == ()
        assert not (state.content / "pages/new.md").exists()


def test_a_link_of_a_commit_is_a_link_again_and_nothing_is_written_through_it(root: Path, tmp_path: Path) -> None:
    """A tree may be forged to hold a link and a folder of one name."""
    (root / "pages/out").symlink_to(tmp_path)
    (root / "pages/other.md").symlink_to("about.md")
    run(root, "add", "--all")
    lines = run(root.parent, "ls-tree", run(root, "write-tree", "--prefix=content/pages/"))
    about = run(root, "rev-parse", "HEAD:content/pages/about.md")
    evil = run(root, "mktree", given=f"100644 blob {about}\tevil.md\n".encode())
    forged = run(root, "mktree", given=f"{lines}\n040000 tree {evil}\tout\n".encode())
    pages = run(root, "mktree", given=f"040000 tree {forged}\tpages\n".encode())
    tree = run(root, "mktree", given=f"040000 tree {pages}\tcontent\n".encode())
    made = run(root, "commit-tree", tree, "-m", "Forged")
    with pytest.raises(git.GitError, match="cannot be written"), opened(made, root):
        pass
    assert not (tmp_path / "evil.md").exists()
    with staged(root) as state:
        assert (state.content / "pages/other.md").is_symlink()
        assert (state.content / "pages/other.md").read_text() == (root / ABOUT).read_text()


@pytest.mark.parametrize("name", [b"..", b"../x.md", b"../../x.md", b"/tmp/x.md", b".git"])
def test_names_that_lead_out_of_a_folder_are_passed_over(root: Path, name: bytes) -> None:
    about = bytes.fromhex(run(root, "rev-parse", "HEAD:content/pages/about.md"))
    words = ("hash-object", "-t", "tree", "-w", "--stdin", "--literally")
    pages = run(root, *words, given=b"100644 %s\0%s100644 x.md\0%s" % (name, about, about))
    content = run(root, *words, given=b"40000 pages\0" + bytes.fromhex(pages))
    top = run(root, *words, given=b"40000 content\0" + bytes.fromhex(content))
    with opened(run(root, "commit-tree", top, "-m", "Forged"), root) as folder:
        written = {path.relative_to(folder.parent).as_posix() for path in folder.parent.rglob("*") if path.is_file()}
    assert written - {"content/pages/.git", "content/pages/tmp/x.md"} == {"content/pages/x.md"}


def test_no_revision_is_taken_for_an_option(root: Path, tmp_path: Path) -> None:
    for name in ("--output=x", "-h", f"--output={tmp_path}/x...HEAD", "HEAD...--all", "...", "\n", "HEAD:content"):
        done = CliRunner().invoke(main, ["diff", "--content", str(root), "--", name])
        assert done.exit_code == (0 if name == "..." else 2), name
    assert not (tmp_path / "x").exists()


def test_git_is_run_in_one_module(project: Path) -> None:
    texts = {path: path.read_text(encoding="utf-8") for path in (project / "kb").rglob("*.py")}
    assert [path.name for path, text in texts.items() if '"git"' in text] == ["git.py"]
