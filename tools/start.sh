#!/usr/bin/env bash
# Starts the program with the given arguments; without a display, headless and with a picture of the end instead.
set -euo pipefail

python="$(dirname "$0")/../.venv/bin/python"
program="$(dirname "$0")/../main.py"

has_option() {
    local wanted=$1 argument
    shift
    for argument in "$@"; do
        [[ $argument == "$wanted" || $argument == "$wanted"=* ]] && return 0
    done
    return 1
}

free_picture_name() {
    local name=osimviz.png n=1
    while [ -e "$name" ]; do
        n=$((n + 1))
        name=osimviz-$n.png
    done
    echo "$name"
}

if [ -z "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then
    asks_only=no
    for option in --headless --help -h --version; do
        has_option "$option" "$@" && asks_only=yes
    done
    if [ $asks_only = no ]; then
        # As the window does, which walks when nothing is asked for; the whole example would take a minute.
        [ $# -gt 0 ] || set -- --controller reflex --steps 150
        set -- "$@" --headless
        if has_option --screenshot "$@"; then
            echo "osimviz: no display (DISPLAY is not set), so this run is headless."
        else
            picture=$(free_picture_name)
            set -- "$@" --screenshot "$picture"
            echo "osimviz: no display (DISPLAY is not set), so this run is headless; its picture goes to $PWD/$picture."
        fi
    fi
fi
exec "$python" "$program" "$@"
