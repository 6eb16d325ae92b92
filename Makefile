# `make` alone lists what there is. Needs Python 3.11 or newer with pip; everything else comes with it.

PYTHON ?= python3
TEST_PROCESSES ?= 2
VENV := .venv
VENV_PYTHON := $(VENV)/bin/python
INSTALLED := $(VENV)/requirements.installed

# Values for `make check` only: it looks at the code with production's settings and connects to nothing.
CHECK_ENVIRONMENT = ENV_FILE= APP_URL=https://countersign.example \
	SECRET_KEY="$$($(VENV_PYTHON) -c 'import secrets; print(secrets.token_urlsafe(64))')" \
	FIELD_KEYS="check:$$($(VENV_PYTHON) -c 'import base64, os; print(base64.urlsafe_b64encode(os.urandom(32)).decode())')" \
	SLACK_CLIENT_ID=1.1 SLACK_CLIENT_SECRET=check SLACK_SIGNING_SECRET=check \
	SLACK_APP_VARIANT=marketplace OPERATOR_NAME=check SUPPORT_EMAIL=help@countersign.example EMAIL_URL=smtp://mail.countersign.example \
	DATABASE_URL=postgresql://check:check@127.0.0.1:9/check DATABASE_POOL_SIZE=0

.DEFAULT_GOAL := help
.PHONY: help run test check bench

help:  ## list the commands
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/make \1\t\2/p' $(firstword $(MAKEFILE_LIST))
	@printf 'make … PYTHON=python3.12 chooses the interpreter.\n'

run: $(INSTALLED)  ## start Countersign beside a local Slack; Ctrl-C stops everything
	@$(VENV_PYTHON) -m slackapp.local

test: $(INSTALLED)  ## run the tests on an embedded PostgreSQL, or on DATABASE_URL
	@$(VENV_PYTHON) -m pytest -n $(TEST_PROCESSES) --dist loadfile $(PYTEST_ARGS)

check: $(INSTALLED)  ## format, lint, types, import contracts, migrations, production settings
	$(VENV_PYTHON) -m ruff format --check .
	$(VENV_PYTHON) -m ruff check .
	@echo mypy; $(CHECK_ENVIRONMENT) $(VENV_PYTHON) -m mypy
	$(VENV_PYTHON) -c 'from importlinter.cli import lint_imports_command as lint; lint()'
	@echo makemigrations --check; $(CHECK_ENVIRONMENT) $(VENV_PYTHON) -W ignore::RuntimeWarning manage.py makemigrations --check --dry-run
	@echo check --deploy; $(CHECK_ENVIRONMENT) $(VENV_PYTHON) manage.py check --deploy --fail-level WARNING

bench: $(INSTALLED)  ## measure answer times and what tenants cost; BENCH=authorise for one of them
	@test -f benchmarks/__main__.py || { echo 'There is no benchmark yet: benchmarks/__main__.py is missing.'; exit 1; }
	@$(VENV_PYTHON) -m benchmarks $(BENCH)

$(INSTALLED): requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Countersign needs Python 3.11 or newer. Choose one: make run PYTHON=python3.12"; exit 1; }
	@# Debian ships venv without its pip; the outer pip can install into it
	@$(PYTHON) -m venv $(VENV) >/dev/null 2>&1 || $(PYTHON) -m venv --without-pip $(VENV)
	@echo "Installing requirements.txt into $(VENV); the first time takes a minute or two."
	@if $(VENV_PYTHON) -m pip --version >/dev/null 2>&1; \
		then pip="$(VENV_PYTHON) -m pip"; else pip="$(PYTHON) -m pip --python $(VENV_PYTHON)"; fi; \
		$$pip install --quiet --disable-pip-version-check --requirement requirements.txt
	@touch $@
