# Sourced: virtual environments with packages from PyPI, below .build, so that nothing else on the system is touched.

# environment DIRECTORY REQUIREMENT…: exactly these packages, installed anew only if they changed.
environment() {
    venv=$1
    shift
    wanted=$(printf '%s\n' "$@")
    if [ -x "$venv/bin/python" ] && [ "$(cat "$venv/installed" 2>/dev/null)" = "$wanted" ]; then return; fi
    say "installing from PyPI: $*"
    rm -rf "$venv"
    mkdir -p "$(dirname "$venv")"
    python3 -m venv "$venv" >"$venv.log" 2>&1 || die "python3 -m venv failed: $(tail -n 3 "$venv.log")"
    "$venv/bin/python" -m pip install --quiet --no-input --disable-pip-version-check --only-binary :all: "$@" \
        >>"$venv.log" 2>&1 || {
        tail -n 5 "$venv.log" >&2
        die "packages could not be installed: PyPI cannot be reached, or does not have them (above are pip's own words)"
    }
    # Last, so that an interrupted installation is done again.
    printf '%s\n' "$wanted" >"$venv/installed"
}
