"""Settings of Pelican: `pelican --fatal errors`, typed here, builds the site of content/ into output/.

`kb build` uses the same. Pages are made by the plugin from checked entries, so Pelican's own readers, feeds and
archives are off.
"""

import os

from jinja2 import StrictUndefined

from kb.export.identity import NAME
from kb.folders import data_file
from kb.grading import statements
from kb.view import figures
from kb.view.parts import comparison, day, outcome_label

SITENAME = NAME
# The site's own address, for sitemap, feeds and citations. All links are relative, so pages work below any path, and
# opened as files.
SITEURL = os.environ.get("KB_SITE_URL", "").rstrip("/")
RELATIVE_URLS = True
PATH = "content"
OUTPUT_PATH = "output"
THEME = str(data_file("theme"))
PLUGINS = ["kb.site.plugin"]

# A name that is not there, or a text that is not escaped, is a mistake in a template.
JINJA_ENVIRONMENT = {"autoescape": True, "undefined": StrictUndefined, "trim_blocks": True, "lstrip_blocks": True}
JINJA_FILTERS = {
    "better": figures.better,
    "beyond": figures.beyond,
    "certainty": statements.certainty,
    "count_of": figures.count,
    "day": day,
    "number": figures.number,
    "outcome_label": outcome_label,
    "rounded": figures.rounded,
    "scale_range": figures.scale_range,
    "summary": statements.summary,
    "verdict": statements.verdict,
}
JINJA_GLOBALS = {"comparison": comparison}
DEFAULT_LANG = "en"
# The names of months are English on every machine.
LOCALE = ["C"]
TIMEZONE = "UTC"

# The plugin writes the files, and removes none but its own.
DELETE_OUTPUT_DIRECTORY = False
THEME_STATIC_PATHS = []
STATIC_PATHS = []
ARTICLE_PATHS = []
PAGE_PATHS = []
DIRECT_TEMPLATES = []
TAG_SAVE_AS = CATEGORY_SAVE_AS = AUTHOR_SAVE_AS = ""
FEED_ALL_ATOM = CATEGORY_FEED_ATOM = TRANSLATION_FEED_ATOM = AUTHOR_FEED_ATOM = AUTHOR_FEED_RSS = None
