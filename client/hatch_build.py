"""Makes the package of the schema and the worked queries before the wheel is built."""

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class Generated(BuildHookInterface):  # type: ignore[type-arg]
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002
        # Of a query that is gone the generator would leave the module.
        shutil.rmtree(Path(self.root, "burnout_kb_client"), ignore_errors=True)
        subprocess.run([sys.executable, "-m", "ariadne_codegen"], cwd=self.root, check=True)
