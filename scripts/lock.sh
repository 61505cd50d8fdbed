#!/bin/sh
# Writes requirements.lock and requirements-test.lock: every package with its hashes, for every platform, no addresses in them.
set -eu
cd "$(dirname "$0")/.."
uv=.venv/bin/uv
[ -x "$uv" ] || uv=uv
compile() { "$uv" pip compile --quiet --generate-hashes --universal --no-header --no-annotate --python-version 3.11 "$@" pyproject.toml; }
compile --extra build -o requirements.lock
compile --extra build --extra test -c requirements.lock -o requirements-test.lock
