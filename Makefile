# Three commands: make serve, make quick, make test. The rest are their parts.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: serve quick test test-cluster test-world setup check lint typecheck build golden bench bench-api bench-relevance bench-scale lock released clean

serve: setup
	$(BIN)/kb serve

# After each edit, in a minute or so: no test that is slow, see tests/conftest.py.
quick: setup typecheck
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/pytest --quiet -m "not slow"

# Everything, with as many tests at once as there are processors.
test: setup lint typecheck check
	$(BIN)/pytest --numprocesses auto --dist worksteal --ignore tests/cluster
	$(MAKE) test-cluster

# Search on three nodes of OpenSearch, which Maven fetches the first time; needs a JDK of version 21 or newer.
test-cluster: setup
	$(BIN)/pytest tests/cluster

# What takes half an hour or fetches packages: nodes killed and frozen again and again under load, more clients of the API,
# the wheel from scratch on each Python.
test-world: test-cluster
	$(BIN)/pytest tests/cluster tests/http/test_world.py tests/test_package.py -m world -s

setup: $(VENV)/.ready

# The lock holds every package with its hashes; where it has not changed, nothing is fetched.
$(VENV)/.ready: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed, this is " + sys.version.split()[0] + ": run make with PYTHON=python3.11, say")'
	@echo "Setting up $(VENV): the first time takes about a minute"
	@$(PYTHON) -m venv --clear $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --no-index -e .
	@touch $@

check: setup
	$(BIN)/kb check

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/bandit --quiet --recursive --severity-level high kb benchmarks
	$(BIN)/zizmor --offline --quiet --min-severity medium .

typecheck: setup
	$(BIN)/mypy

build: setup
	$(BIN)/kb build

# Rewrites the files that hold expected texts: read the difference before you commit it.
golden: setup
	$(BIN)/pytest --quiet tests/bad tests/golden tests/unit/api/test_contract.py tests/unit/api/test_worked_queries.py tests/unit/check/test_explain.py --rewrite-expected

# CPU of a build and of an edit; CPU of a check of hostile files; Lighthouse's scores of the site that was built last.
bench: setup
	$(BIN)/python benchmarks/build_speed.py
	$(BIN)/python benchmarks/edit_speed.py
	$(BIN)/python benchmarks/bounded_work.py
	$(BIN)/python benchmarks/lighthouse.py

# How well the search ranks beside FTS5, tantivy and bm25s (pip install tantivy bm25s snowballstemmer numpy): on public
# collections, where their folder is at hand, and on the half of our judged queries that nobody tunes with.
bench-relevance: setup
	$(BIN)/python benchmarks/search_relevance.py

# How the search grows: the embedded engine beside SQLite FTS5 and tantivy (pip install tantivy), then three nodes of
# OpenSearch. It takes hours; with QUICK=1 some minutes.
bench-scale: setup
	$(BIN)/python benchmarks/search_scale.py $(if $(QUICK),--quick)
	$(BIN)/python benchmarks/cluster_scale.py $(if $(QUICK),--quick)

# CPU of an answer of the API beside that of other servers, where they are installed; of attacks; of the costliest queries.
bench-api: setup
	$(BIN)/python benchmarks/api_speed.py
	$(BIN)/python benchmarks/api_speed.py --attacks
	$(BIN)/python benchmarks/api_speed.py --costly
	$(BIN)/python benchmarks/api_speed.py --memory

# Needs uv; writes hashes and no package index.
lock:
	uv pip compile --universal --python-version 3.11 --extra dev --generate-hashes \
	  --no-emit-index-url --no-emit-find-links --no-annotate --custom-compile-command "make lock" \
	  --output-file requirements.lock pyproject.toml

# What is there now is what was released: from then on the schema and the data only grow.
released: setup
	cp graphql/schema.graphql graphql/released.graphql
	$(BIN)/pytest --quiet tests/unit/export/test_data_grows.py --rewrite-expected

clean:
	rm -rf $(VENV) .kb output .mypy_cache .pytest_cache .ruff_cache
