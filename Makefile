# ScaleUp: `make` lists what there is.
.DEFAULT_GOAL := help
.PHONY: help run test check bench faults clean environment environment-dev

PY := .venv/bin/python
PIP := $(PY) -m pip install --quiet --disable-pip-version-check --no-input
ARGS :=

help: ## List these targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{ printf "  make %-8s %s\n", $$1, $$2 }'

run: environment ## Run everything on this machine (PORT=8000 DATA_DIR=.data DEMO=1)
	@exec $(PY) manage.py launch

test: environment-dev ## Run the tests on real servers (ARGS="programs -x" narrows them)
	@$(PY) -m pytest -n 2 --dist worksteal $(ARGS)

check: environment-dev ## Check style, types, layers, migrations and production settings, as CI does
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
	@.venv/bin/djangofmt --check templates
	@.venv/bin/lint-imports --no-logo
	@$(PY) -m mypy
	@$(PY) -W ignore::RuntimeWarning manage.py makemigrations --check --dry-run
	@ENVIRONMENT=production ALLOWED_HOSTS=scaleup.example.org \
		SECRET_KEY="$$($(PY) -c 'import secrets; print(secrets.token_urlsafe(64))')" \
		$(PY) manage.py check --deploy --fail-level WARNING
	@$(PY) -m pytest -q scaleup/tests/test_house_rules.py

bench: environment-dev ## Measure pages and scoring at 100, 10,000 and 100,000 programs
	@$(PY) -m bench.run $(ARGS)

faults: environment-dev ## Kill every part at random and count saves and mails that were lost (ARGS=saves, ARGS=mails)
	@$(PY) -m bench.faults $(ARGS)

clean: ## Remove the virtual environment and caches (never the data)
	@rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache

environment: .venv/bin/python
	@cmp -s requirements.txt .venv/installed.txt || { \
		echo "Installing packages into .venv (once, about half a minute)."; \
		$(PIP) -r requirements.txt && cp requirements.txt .venv/installed.txt; }

environment-dev: .venv/bin/python
	@cat requirements.txt requirements-dev.txt | cmp -s - .venv/installed-dev.txt || { \
		echo "Installing packages for tests into .venv (once, about a minute)."; \
		$(PIP) -r requirements-dev.txt && cp requirements.txt .venv/installed.txt && \
		cat requirements.txt requirements-dev.txt > .venv/installed-dev.txt; }

# The first Python on the path that is new enough; PYTHON=… names another.
.venv/bin/python:
	@for python in $(PYTHON) python3 python3.14 python3.13 python3.12 python3.11; do \
		if "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
			"$$python" -m venv --clear .venv >/dev/null && exit 0; \
			rm -rf .venv; \
			echo "This Python cannot make virtual environments (Debian: apt-get install python3-venv)."; exit 1; \
		fi; \
	done; \
	echo "ScaleUp needs Python 3.11 or newer; here python3 is $$(python3 --version 2>/dev/null || echo missing)."; exit 1
