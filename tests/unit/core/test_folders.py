"""A finished folder takes the place of the old one; an unfinished one never does."""

import signal
import subprocess
import sys

import pytest

from kb.folders import carried, replacing, restore


@pytest.fixture
def site(tmp_path):
    """A folder in use, with one page."""
    folder = tmp_path / "site"
    folder.mkdir()
    (folder / "index.html").write_text("old")
    return folder


def page(site):
    return (site / "index.html").read_text()


def test_a_finished_folder_takes_the_place_of_the_old_one(site):
    (site / "gone.html").write_text("old")
    with replacing(site) as new:
        (new / "index.html").write_text("new")
        assert page(site) == "old"
    assert page(site) == "new"
    assert [path.name for path in site.parent.iterdir()] == ["site"]
    assert [path.name for path in site.iterdir()] == ["index.html"]


def test_a_first_folder_is_made_with_the_folders_above_it(tmp_path):
    with replacing(tmp_path / "a" / "site") as new:
        (new / "index.html").write_text("new")
    assert page(tmp_path / "a" / "site") == "new"


def test_everyone_may_read_the_new_folder(site):
    with replacing(site) as new:
        (new / "index.html").write_text("new")
    assert site.stat().st_mode & 0o755 == 0o755


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt])
def test_an_error_leaves_the_old_folder_and_no_litter(site, error):
    def fail():
        with replacing(site) as new:
            (new / "index.html").write_text("half")
            raise error

    with pytest.raises(error):
        fail()
    assert page(site) == "old"
    assert [path.name for path in site.parent.iterdir()] == ["site"]


def test_a_process_killed_midway_leaves_the_old_folder(site):
    code = (
        "import sys, time; from pathlib import Path; from kb.folders import replacing\n"
        "with replacing(Path(sys.argv[1])) as new:\n"
        "    (new / 'index.html').write_text('half'); print('writing', flush=True); time.sleep(60)\n"
    )
    with subprocess.Popen([sys.executable, "-c", code, str(site)], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "writing\n"
        process.send_signal(signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL
    assert page(site) == "old"
    with replacing(site) as new:
        (new / "index.html").write_text("new")
    assert page(site) == "new"


def test_a_replacement_cut_short_between_its_two_renames_is_undone(site):
    site.rename(site.with_name(".site.old"))
    restore(site)
    assert page(site) == "old"


def test_restoring_what_is_whole_changes_nothing(site):
    restore(site)
    assert page(site) == "old"


def test_the_data_that_the_package_carries_is_found():
    assert carried("theme").is_dir()
    assert carried("schema.graphql").is_file()
