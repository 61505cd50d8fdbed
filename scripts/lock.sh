#!/bin/sh
# Writes the lock files, also that of a department's agent: every package with its hashes, for every platform, no addresses in them.
set -eu
cd "$(dirname "$0")/.."
uv=.venv/bin/uv
[ -x "$uv" ] || uv=uv
compile() { "$uv" pip compile --quiet --generate-hashes --universal --no-header --no-annotate --python-version 3.11 "$@"; }
compile --extra build -o requirements.lock pyproject.toml
compile --extra build --extra test -c requirements.lock -o requirements-test.lock pyproject.toml
compile --extra build --extra test --extra bench -c requirements-test.lock -o requirements-bench.lock pyproject.toml
compile -c requirements.lock -o deploy/agent/requirements.lock deploy/agent/pyproject.toml
