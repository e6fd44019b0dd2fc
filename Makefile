# Two commands are enough: `make demo` and `make test`. They need python3 (3.11+, with venv) and make.
PYTHON ?= python3
VENV := .venv
ifeq ($(OS),Windows_NT)
BIN := $(VENV)/Scripts
else
BIN := $(VENV)/bin
endif
RUN := $(BIN)/python
# Editable, so that a change is seen at once; the stamp makes a second call quick.
STAMP := $(VENV)/.installed

.PHONY: demo test lint types mypy pyright unit examples supply sbom docs site release-check clean chaos fuzz forge mutate bench lock

$(STAMP): pyproject.toml requirements-dev.lock
	$(PYTHON) -m venv $(VENV)
	$(RUN) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	$(RUN) -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	$(RUN) -c "import pathlib; pathlib.Path('$(STAMP)').touch()"

demo: $(STAMP)
	$(BIN)/gov-connect demo

test: lint types unit examples supply

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports

types: mypy pyright

mypy: $(STAMP)
	$(BIN)/mypy

pyright: $(STAMP)
	$(BIN)/basedpyright --level error

# A process for each core, a few at most: each starts servers and databases of its own.
unit: $(STAMP)
	$(RUN) -m pytest --numprocesses auto --maxprocesses 4 --dist worksteal

# Licences stop the build; vulnerabilities too, where a database of them can be asked.
supply: $(STAMP)
	$(RUN) tools/supply.py licences
	$(RUN) tools/supply.py audit

sbom: $(STAMP)
	$(RUN) tools/supply.py sbom

# The site, the examples with a framework and the distributions: in an environment of their own.
DOCS := .venv-docs
DOCS_BIN := $(DOCS)/$(notdir $(BIN))
DOCS_STAMP := $(DOCS)/.installed

$(DOCS_STAMP): pyproject.toml requirements-docs.lock
	$(PYTHON) -m venv $(DOCS)
	$(DOCS_BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-docs.lock
	$(DOCS_BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	$(DOCS_BIN)/python -c "import pathlib; pathlib.Path('$(DOCS_STAMP)').touch()"

docs: site
	GOV_CONNECT_EXAMPLES=1 $(DOCS_BIN)/python -m pytest tests/documents

# Those that need a framework, which the other checks do without; there a missing one is a failure, not a skip.
examples: $(DOCS_STAMP)
	GOV_CONNECT_EXAMPLES=1 $(DOCS_BIN)/python -m pytest tests/documents/test_examples.py -m framework

# The pages and their links, without the code in them. The diagrams want npm, once.
site: $(DOCS_STAMP)
	$(DOCS_BIN)/python tools/site.py mermaid
	$(DOCS_BIN)/python tools/reference.py
	NO_MKDOCS_2_WARNING=1 $(DOCS_BIN)/mkdocs build --strict --quiet
	$(DOCS_BIN)/python tools/site.py check

# What is published: built, judged, and installed into empty environments, with each extra alone.
release-check: $(DOCS_STAMP)
	$(DOCS_BIN)/python tools/release.py

# Long campaigns; `make test` holds a smoke run of each of them. A tenth of it: `make chaos CHAOS="--part 10"`.
chaos: $(STAMP)
	$(RUN) tools/chaos.py --all $(CHAOS)

fuzz: $(STAMP)
	$(RUN) fuzz/run.py --pure --inputs 1000000
	$(RUN) fuzz/run.py
	$(RUN) fuzz/properties.py --examples 2000

forge: $(STAMP)
	$(RUN) tests/signing/campaign.py --xml 50000 --cms 50000 --pdf 20000

mutate: $(STAMP)
	$(RUN) tools/mutate.py

bench: $(STAMP)
	$(RUN) benchmarks/run.py --into benchmarks/latest.json
	$(RUN) tools/bench_table.py

# Wants uv in $(PYTHON); the lock holds hashes, serves every supported Python, and names no address.
lock:
	$(PYTHON) -m uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
		--extra all \
		--output-file requirements-dev.lock pyproject.toml requirements-dev.in
	$(PYTHON) -m uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
		--extra cli --extra mocks --extra contract-tests --extra fast \
		--output-file requirements-docs.lock pyproject.toml requirements-docs.in

clean:
	$(PYTHON) -c "import shutil; [shutil.rmtree(p, ignore_errors=True) for p in ('$(VENV)', '$(DOCS)', 'build', 'dist')]"
