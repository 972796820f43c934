#!/usr/bin/env bash
# Puts the program of this checkout into the desktop's menus, for this user: entry, icon, and the type of recordings.
set -euo pipefail
cd "$(dirname "$0")/.."

data=${XDG_DATA_HOME:-$HOME/.local/share}
mkdir -p "$data/applications" "$data/mime/packages" "$data/icons/hicolor/scalable/apps"
# A virtual environment is not on the desktop's path.
sed "s|^Exec=osimviz|Exec=\"$PWD/.venv/bin/osimviz\"|" packaging/osimviz.desktop >"$data/applications/osimviz.desktop"
cp packaging/osimviz.xml "$data/mime/packages/osimviz.xml"
cp resources/osimviz.svg "$data/icons/hicolor/scalable/apps/osimviz.svg"
for command in "update-mime-database $data/mime" "update-desktop-database $data/applications"; do
    # Without these commands a desktop reads the files when it starts.
    command -v "${command%% *}" >/dev/null && $command
done
echo "osimviz: in the menus; a double click on a recording opens it (remove with: rm $data/applications/osimviz.desktop)"
