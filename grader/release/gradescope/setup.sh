#!/usr/bin/env bash
# Gradescope runs this once, while it builds the image: an environment for the grader alone.
set -euo pipefail

root="${AUTOGRADER_ROOT:-/autograder}"
wheels="$root/source/wheels"

is_new_enough() {
  command -v "$1" >/dev/null && "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))'
}

find_python() {
  local candidate
  for candidate in python3.13 python3.12 python3.11 python3; do
    if is_new_enough "$candidate"; then
      echo "$candidate"
      return
    fi
  done
  return 1
}

if ! python="$(find_python)"; then
  apt-get update
  apt-get install --yes python3.11 python3.11-venv
  python=python3.11
fi

# Debian and Ubuntu have venv in a package of its own.
if ! "$python" -c 'import ensurepip' 2>/dev/null; then
  apt-get update
  apt-get install --yes "$python-venv"
fi

"$python" -m venv "$root/venv"
# Wheels of the dependencies that lie beside the grader's make this work without a network.
install=("$root/venv/bin/python" -m pip install --quiet --find-links "$wheels")
"${install[@]}" --no-index "$wheels"/backprop_grader-*.whl 2>/dev/null ||
  "${install[@]}" "$wheels"/backprop_grader-*.whl
# What the course needs beyond the grader.
if [[ -s "$root/source/requirements.txt" ]]; then
  "${install[@]}" --requirement "$root/source/requirements.txt"
fi
"$root/venv/bin/grade" --version
