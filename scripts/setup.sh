#!/bin/sh
# Makes .venv what `make run` or `make test` needs; argument: run or test. Says nothing when all is there.
set -eu
cd "$(dirname "$0")/.."
want=${1:-run}

say() { printf '%s\n' "$*" >&2; }
stop() { say "$*"; exit 1; }

# ---- Debian's packages -------------------------------------------------------------------------------------------

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

may_install() {
    command -v apt-get >/dev/null && { [ "$(id -u)" = 0 ] || sudo -n true 2>/dev/null; }
}

# Debian starts the service of a package it installs unless this file says no. Ours to remove only if we made it.
guard=/usr/sbin/policy-rc.d
guarded=
hold_services() {
    [ -e "$guard" ] && return
    printf '#!/bin/sh\nexit 101\n' | as_root tee "$guard" >/dev/null && as_root chmod 755 "$guard" && guarded=yes
}
free_services() {
    [ -z "$guarded" ] || { as_root rm -f "$guard"; guarded=; }
}

disable_services() { # those of packages that were not here before us shall not start with the machine either
    [ -d /run/systemd/system ] || return 0
    for package in "$@"; do
        case $package in rabbitmq-server | postgresql | pgbouncer | redis-server) as_root systemctl --quiet disable "$package" 2>/dev/null || : ;; esac
    done
}

install_packages() { # installs these Debian packages, or says how somebody who may can do it
    may_install || stop "Missing: $*
Install them and run this again:
    sudo apt-get install --no-install-recommends $*"
    say "Installing Debian's packages $* ..."
    log=$(mktemp)
    trap 'free_services; rm -f "$log"' EXIT
    trap 'exit 130' INT TERM
    hold_services
    {
        as_root apt-get -q update &&
            as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o Dpkg::Use-Pty=0 install --no-install-recommends "$@"
    } >"$log" 2>&1 </dev/null || {
        tail -n 20 "$log" >&2
        stop "These could not be installed: $*. The lines above say why."
    }
    disable_services "$@"
    free_services
}

missing_for_tests() {
    [ -x /usr/lib/rabbitmq/bin/rabbitmq-server ] || command -v rabbitmq-server >/dev/null || echo rabbitmq-server
    ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || command -v initdb >/dev/null || echo postgresql
    command -v pgbouncer >/dev/null || [ -x /usr/sbin/pgbouncer ] || echo pgbouncer
    command -v redis-server >/dev/null || echo redis-server
    command -v curl >/dev/null || echo curl
    command -v pdftotext >/dev/null || echo poppler-utils
    command -v ip >/dev/null || [ -x /usr/sbin/ip ] || echo iproute2 # cables of the fault suite
    ls /usr/lib/*/libatomic.so.1 >/dev/null 2>&1 || echo libatomic1 # what drives the browser is linked with it
    [ -d /usr/share/fonts/opentype/noto ] || echo fonts-noto-cjk
}

# The shell is Chromium without windows: a page costs the tests a third of it. Where it cannot be had, chromium does.
setup_browser() {
    command -v chromium-headless-shell >/dev/null && return
    if command -v chromium >/dev/null; then # not worth stopping for, nor trying each time
        [ -e .venv/.for-test ] || ! may_install || (install_packages chromium-headless-shell) || say "Chromium itself, then."
    elif apt-cache show chromium-headless-shell >/dev/null 2>&1; then
        install_packages chromium-headless-shell
    else
        install_packages chromium
    fi
}

# ---- Python ------------------------------------------------------------------------------------------------------

find_python() {
    for each in "${PYTHON:-python3}" python3 python3.13 python3.12 python3.11; do
        if "$each" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            command -v "$each"
            return
        fi
    done
}

make_venv() {
    python=$(find_python)
    if [ -z "$python" ]; then
        install_packages python3 python3-venv
        python=$(find_python)
    fi
    [ -n "$python" ] || stop "Hecha needs Python 3.11 or newer; PYTHON=/path/to/python3 make $want names one."
    # Debian keeps what a virtual environment needs in a package of its own.
    "$python" -c 'import ensurepip' 2>/dev/null || install_packages python3-venv
    "$python" -m venv --clear .venv || stop "The virtual environment .venv could not be made with $python."
}

usable_venv() { # a half-made or moved one is made again from nothing
    [ "$(cat .venv/.home 2>/dev/null || pwd)" = "$(pwd)" ] && .venv/bin/python -m pip --version >/dev/null 2>&1
}

pip_install() {
    .venv/bin/python -m pip install --quiet --quiet --disable-pip-version-check --no-input "$@" ||
        stop "The packages could not be installed; the lines above say why. What was fetched is kept: run make $want again."
}

# A stamp says for which locks and in which folder this was done. What tests need is enough to run, too.
setup_python() {
    lock=$1 stamp=.venv/.for-$want
    made="$(cat requirements.lock requirements-test.lock pyproject.toml scripts/setup.sh | cksum) $(pwd)"
    [ "$(cat "$stamp" 2>/dev/null)" = "$made" ] && .venv/bin/python -c '' 2>/dev/null && return
    usable_venv || make_venv
    pwd >.venv/.home
    say "Installing the Python packages of $lock (once, about a minute) ..."
    pip_install --require-hashes -r "$lock"
    pip_install --no-deps --no-build-isolation -e .
    printf '%s\n' "$made" | tee .venv/.for-run >"$stamp"
}

case $want in
run)
    setup_python requirements.lock
    ;;
test)
    missing=$(missing_for_tests)
    [ -z "$missing" ] || install_packages $missing
    setup_browser
    setup_python requirements-test.lock
    ;;
*) stop "usage: scripts/setup.sh run|test" ;;
esac
