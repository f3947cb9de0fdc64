# What a newcomer types. Each needs Python 3 and make alone; the rest is fetched.
.PHONY: demo test test-long check bench messages pictures

SYNCED := .venv/.synced
PYTHON := .venv/bin/python
CHROMIUM = ONEROOF_CHROMIUM="$$(tools/find-chromium)"
DOVECOT = ONEROOF_DOVECOT="$$(tools/find-dovecot)"

demo: $(SYNCED)
	.venv/bin/oneroof demo $${BRAND:+--brand "$$BRAND"}

test: $(SYNCED)
	$(CHROMIUM) && export ONEROOF_CHROMIUM && .venv/bin/pytest -n auto --dist loadgroup -m "not slow" --must-run browser

test-long: $(SYNCED)
	$(CHROMIUM) && $(DOVECOT) && export ONEROOF_CHROMIUM ONEROOF_DOVECOT && .venv/bin/pytest -n auto --dist loadgroup --must-run browser --must-run dovecot

check: $(SYNCED)
	.venv/bin/ruff format --check --quiet
	.venv/bin/ruff check --quiet
	.venv/bin/mypy
	.venv/bin/lint-imports
	ONEROOF_HOME=.cache/check-home $(PYTHON) -W ignore manage.py check
	ONEROOF_HOME=.cache/check-home $(PYTHON) -W ignore manage.py makemigrations --check --dry-run
	.venv/bin/pytest -q tests/test_docs.py tests/test_templates.py

bench: $(SYNCED)
	.venv/bin/oneroof bench all

# What is said is gathered into the catalogues of each language, which are compiled: decision 0175.
messages: $(SYNCED)
	$(PYTHON) -m oneroof.core.testing.catalogues

# The README's, from the demo; needs fonts for Japanese.
pictures: $(SYNCED)
	$(CHROMIUM) && export ONEROOF_CHROMIUM && $(PYTHON) tools/take_pictures.py

$(SYNCED): uv.lock pyproject.toml .python-version tools/find-uv
	UV="$$(tools/find-uv)" && "$$UV" sync --frozen
	touch $@
