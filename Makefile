# Hecha's commands. `make run` and `make test` set up what is missing; the second time they find it there.
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory
BIN := .venv/bin

# Python shall keep what it has compiled: without that each part that the tests start compiles everything anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help run test test-both lint types style holes directions lock

help: ## Say what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: ## Set up what is missing and start everything at http://127.0.0.1:8040; Ctrl-C stops it
	@scripts/setup.sh run
	@exec $(BIN)/hecha up --open

test: ## Set up what is missing, RabbitMQ, Redis and PostgreSQL included, and run every check
	@scripts/setup.sh test
	@$(MAKE) lint
	@$(BIN)/pytest -n 2 --dist loadfile --no-loadscope-reorder

test-both: ## The same with every test on both databases: twice as long, for a release
	@$(MAKE) lint
	@$(BIN)/pytest -n 2 --dist loadfile --no-loadscope-reorder --both

lint: ## The checks that need no test: style, holes, types, import directions
	@$(MAKE) -j 2 types style holes directions

types:
	@$(BIN)/mypy

style:
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check

holes:
	@$(BIN)/bandit -q -c pyproject.toml -r storage broker access cases web contacts requesters responders supervisors reform administrators deploy sample

directions:
	@$(BIN)/lint-imports --no-cache --no-logo

lock: ## Write the three lock files anew from pyproject.toml (needs `.venv/bin/pip install uv`)
	@scripts/lock.sh
