"""Settings of Pelican: `pelican --fatal errors`, typed here, builds the site of content/ into output/.

They stand in kb/site/settings.py, so that `kb build` and an installed package build the same site. Entries are read and
checked by the plugin kb.site.plugin; Pelican's own readers, feeds and archives are off.
"""

import os
from pathlib import Path

from kb.site.settings import pelican_settings

ROOT = Path(__file__).parent

SITE_URL = os.environ.get("KB_SITE_URL", "")

globals().update(pelican_settings(ROOT / "content", ROOT / "output", today=None, site_url=SITE_URL))
