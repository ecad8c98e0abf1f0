"""The files of other projects that the page needs: which, in which version, and how to fetch them anew.

Run as ``python -m kb.serve.graphiql.vendor`` (needs npm). A file that is not the one written down here is refused.
"""

from __future__ import annotations

import gzip
import hashlib
import subprocess
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path

STATIC = Path(__file__).parent / "static"


@dataclass(frozen=True)
class Vendored:
    """A file of an npm package, kept gzipped; ``sha256`` is that of the file as published."""

    package: str
    version: str
    path: str
    sha256: str

    @property
    def name(self) -> str:
        """Its name in an address: the version is in it, so that it never changes."""
        stem, _, rest = Path(self.path).name.partition(".")
        return f"{stem}-{self.version}.{rest}"


_FILES = """
react 18.3.1 umd/react.production.min.js d949f1c3687aedadcedac85261865f29b17cd273997e7f6b2bfc53b2f9d4c4dd
react-dom 18.3.1 umd/react-dom.production.min.js 35f4f974f4b2bcd44da73963347f8952e341f83909e4498227d4e26b98f66f0d
graphiql 3.8.3 graphiql.min.js 22faab94067b695e5f7959619fbe686ebcc8955002a0c97d986bcbba4ad4bc2c
graphiql 3.8.3 graphiql.min.css b1868247f8e0502cd869e581f5f3cb55b334862e7f51b1d6cbace11059b9adc2
"""
VENDORED = tuple(Vendored(*line.split()) for line in _FILES.strip().splitlines())


def fetch() -> None:
    """Write every file and its license into static/. Raises ValueError where one is not as expected."""
    with tempfile.TemporaryDirectory() as folder:
        for file in VENDORED:
            specifier = f"{file.package}@{file.version}"
            command = ["npm", "pack", "--silent", specifier]
            done = subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True)  # noqa: S603
            with tarfile.open(Path(folder) / done.stdout.split()[-1]) as archive:
                data = _member(archive, file.path)
                license_text = _member(archive, "LICENSE")
            found = hashlib.sha256(data).hexdigest()
            if found != file.sha256:
                raise ValueError(f"{file.path} of {specifier} has the SHA-256 {found}, not {file.sha256}")
            (STATIC / f"{file.name}.gz").write_bytes(gzip.compress(data, 9, mtime=0))
            (STATIC / f"LICENSE-{file.package}").write_bytes(license_text)


def _member(archive: tarfile.TarFile, path: str) -> bytes:
    opened = archive.extractfile(f"package/{path}")
    if opened is None:
        raise ValueError(f"{path} is not a file")
    return opened.read()


if __name__ == "__main__":
    fetch()
