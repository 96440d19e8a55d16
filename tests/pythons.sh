#!/usr/bin/env bash
# The fast tests and the demo on every Python the project runs on: `make test-pythons`. What is not on this machine is named,
# and fails nothing unless none at all is there. PYTHONS="3.12 3.13" takes only these, those of them that are there.
set -uo pipefail
cd "$(dirname "$0")/.."

find_python() {  # prints the path of pythonX.Y: on the PATH, or among pyenv's versions
    local candidate
    for candidate in "$(command -v "python$1")" "${PYENV_ROOT:-$HOME/.pyenv}"/versions/"$1".*/bin/python"$1" "$(uv python find --no-python-downloads "$1" 2>/dev/null)"; do
        if [ -n "$candidate" ] && "$candidate" -c "import sys; sys.exit('%d.%d' % sys.version_info[:2] != '$1')" 2>/dev/null; then
            printf '%s\n' "$candidate"
            return
        fi
    done
    return 1
}

# Of the tests that crawl whole sites in processes of their own the demo stands for all: they take longer than all others.
fast=(-m "not (wordpress or s3 or kill or chromium or scrapyd or recipes or container or fleet or slow)" --ignore=tests/test_crawl.py --ignore=tests/test_faults.py)

test_on() {  # the tests by the interpreters of the virtual environment $1, the rest are arguments for pytest
    local place=$1
    shift
    "$place/bin/pytest" -q -p no:cacheprovider "${fast[@]}" "$@" &&
        PATH="$PWD/$place/bin:$PATH" "$place/bin/python" -m tests.demo 2>"$place/demo.log" | diff tests/demo_expected.txt - ||
        { tail -20 "$place/demo.log" 2>/dev/null; return 1; }
}

ran=() absent=() failed=()
for version in ${PYTHONS:-3.10 3.11 3.12 3.13}; do
    if ! python=$(find_python "$version"); then
        absent+=("$version")
        continue
    fi
    place=build/python$version
    printf '== Python %s\n' "$version"
    if ! [ "$place/made" -nt requirements.txt ] || ! [ "$place/made" -nt requirements-dev.txt ] || ! [ "$place/made" -nt requirements-watch.txt ]; then
        rm -rf "$place"
        "$python" -m venv "$place" &&
            "$place/bin/pip" install --quiet --disable-pip-version-check -r requirements.txt -r requirements-dev.txt &&
            touch "$place/made" || { failed+=("$version: its packages could not be installed"); continue; }
    fi
    test_on "$place" "$@" && ran+=("$version") || failed+=("$version")
done
printf '\npassed on: %s\n' "${ran[*]:-none}"
[ ${#absent[@]} = 0 ] || printf 'not on this machine: %s\n' "${absent[*]}"
[ ${#failed[@]} = 0 ] || printf 'failed on: %s\n' "${failed[@]}"
[ ${#failed[@]} = 0 ] && { [ ${#ran[@]} -gt 0 ] || [ -n "${PYTHONS:-}" ]; }
