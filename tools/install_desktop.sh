#!/usr/bin/env bash
# Puts the program of this checkout into the desktop's menus, for this user: entry, icon, and the type of recordings.
#
# Usage: tools/install_desktop.sh [remove]
set -euo pipefail
cd "$(dirname "$0")/.."

data=${XDG_DATA_HOME:-$HOME/.local/share}
entry=$data/applications/osimviz.desktop
types=$data/mime/packages/osimviz.xml
icon=$data/icons/hicolor/scalable/apps/osimviz.svg

# Without these commands a desktop reads the files when it starts.
tell_desktop() {
    if command -v update-mime-database >/dev/null; then update-mime-database "$data/mime"; fi
    if command -v update-desktop-database >/dev/null; then update-desktop-database "$data/applications"; fi
}

if [ "${1:-}" = remove ]; then
    rm -f "$entry" "$types" "$icon"
    if [ -d "$data/mime/packages" ] && [ -d "$data/applications" ]; then tell_desktop; fi
    echo "osimviz: no longer in the menus"
    exit
fi
mkdir -p "${entry%/*}" "${types%/*}" "${icon%/*}"
# A virtual environment is not on the desktop's path.
sed "s|^Exec=osimviz|Exec=\"$PWD/.venv/bin/osimviz\"|" packaging/osimviz.desktop >"$entry"
cp packaging/osimviz.xml "$types"
cp resources/osimviz.svg "$icon"
tell_desktop
echo "osimviz: in the menus; a double click on a recording opens it (make desktop-remove takes it out again)"
