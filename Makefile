# Everything here sets up what it needs: Node packages in node_modules, and for the sandbox a Python virtual environment in .venv.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

STACK ?= prod
node_ready := node_modules/.ready
python_ready := .venv/.ready

.PHONY: help
help: ## This list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: sandbox
sandbox: $(node_ready) $(python_ready) ## Prove a stack on this machine: emulated AWS, real servers, killed and back (STACK=prod, ARGS="--json")
	@node --require tsx/cjs sandbox/main.ts --stack $(STACK) $(ARGS)

.PHONY: test
test: $(node_ready) $(python_ready) ## Type check, lint and every test
	@$(MAKE) --no-print-directory --jobs=2 --output-sync types lint
	@npx --no-install mocha 'tests/**/*.test.ts'

.PHONY: types
types: $(node_ready) ## Type check
	@npx --no-install tsc --project .

.PHONY: lint
lint: $(node_ready) ## ESLint and Prettier
	@npx --no-install eslint .
	@npx --no-install prettier --check --log-level warn .

.PHONY: bench
bench: $(node_ready) $(python_ready) ## Measure against the bare minimum, as ratios
	@node --require tsx/cjs bench/main.ts

.PHONY: clean
clean: ## Remove what was set up
	rm -rf node_modules .venv

$(node_ready): package-lock.json
	npm ci --ignore-scripts --no-audit --no-fund
	@touch $@

$(python_ready): sandbox/requirements.txt
	python3 -m venv .venv || { echo "python3 has no venv module; on Debian: apt-get install python3-venv" >&2; exit 1; }
	.venv/bin/pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@
