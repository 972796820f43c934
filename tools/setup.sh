#!/usr/bin/env bash
# Makes the project ready to run: system packages that are missing, .venv, the project and what it depends on.
#
# Usage: tools/setup.sh run|test      `test` adds what the tests need.
#        tools/setup.sh torch         .venv-torch: PyTorch and what else controller files may need, on top of .venv
# Environment: PYTHON                 the interpreter the virtual environment is made from (python3)
#              SYSTEM_PACKAGES=ready  the system libraries are there: install none, ask for none
#              BOUNDS=lowest          take the oldest version of each dependency that pyproject.toml allows
set -euo pipefail
cd "$(dirname "$0")/.."

use=${1:?usage: tools/setup.sh run|test|torch}
python=${PYTHON:-python3}
venv=.venv
torch_venv=.venv-torch
# PyPI's torch for Linux brings 4 GB of CUDA and does not import without; PyTorch's own index has one that does.
torch_index=https://download.pytorch.org/whl/cpu

fail() {
    echo "osimviz: error: $1" >&2
    exit 1
}

# Names of installed packages, and the names they provide: libglib2.0-0 is libglib2.0-0t64 on newer releases.
installed_packages() {
    dpkg-query --show --showformat '${db:Status-Status} ${Package}, ${Provides}\n' |
        sed -n 's/^installed //p' | tr ',' '\n' | awk '{ print $1 }'
}

wanted_packages() {
    awk -v use="$use" '$1 == "run" || $1 == use { print $2 }' tools/debian-packages.txt
    # Debian splits the standard library: without this package `python3 -m venv` fails.
    if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
        "$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])'
    fi
}

install_packages() {
    local packages command sudo=()
    packages=$(wanted_packages | tr '\n' ' ')
    if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
        fail "system libraries are installed for you on Debian and Ubuntu only. Install your system's packages for ${packages% }, then add SYSTEM_PACKAGES=ready to the make command."
    fi
    packages=$(wanted_packages | grep -vxFf <(installed_packages) | tr '\n' ' ') || return 0
    command="apt-get install --yes --no-install-recommends ${packages% }"
    if [ "$(id -u)" -ne 0 ]; then
        # Without a terminal sudo could not ask for a password.
        if ! command -v sudo >/dev/null || { ! [ -t 0 ] && ! sudo --non-interactive true 2>/dev/null; }; then
            fail "system packages are missing and only root may install them. As root, run: $command"
        fi
        sudo=(sudo)
    fi
    echo "osimviz: installing system packages: ${packages% }"
    "${sudo[@]}" apt-get update --quiet=2 ||
        fail "apt-get update failed (see above). Check the network and /etc/apt/sources.list, then run make again."
    # shellcheck disable=SC2086  # one word for each package
    "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive $command --quiet=2 >/dev/null ||
        fail "a system package could not be installed (see above). As root, run: $command"
}

install_project() {
    local extras="" quiet=() bounds=()
    [ "$use" = test ] && extras="[test]"
    [ -t 1 ] || quiet=(--quiet) # a log needs no progress bars
    if ! "$venv/bin/python" -c '' 2>/dev/null; then
        "$python" -m venv --clear "$venv"
    fi
    if [ "${BOUNDS:-}" = lowest ]; then
        "$venv/bin/python" tools/lowest_bounds.py >"$venv/lowest-bounds.txt"
        bounds=(--constraint "$venv/lowest-bounds.txt")
    fi
    echo "osimviz: installing the project and its dependencies into $venv (1.3 GB, some minutes the first time)"
    "$venv/bin/python" -m pip install "${quiet[@]}" --disable-pip-version-check --use-pep517 "${bounds[@]}" --editable ".$extras" ||
        fail "pip could not install the project (see above). Check the network, then run make again."
}

# PyTorch sees everything that is in .venv, and .venv nothing of PyTorch.
install_torch() {
    local quiet=() index=()
    [ -t 1 ] || quiet=(--quiet)
    "$venv/bin/python" -m venv --clear "$torch_venv"
    "$venv/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))' \
        >"$("$torch_venv/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/below.pth"
    if "$python" -c 'import sys, urllib.request; urllib.request.urlopen(sys.argv[1], timeout=5)' \
        "$torch_index/torch/" 2>/dev/null; then
        index=(--extra-index-url "$torch_index")
    fi
    echo "osimviz: installing PyTorch and what else controller files may need into $torch_venv (1 GB; where only PyPI is reached, 5 GB)"
    "$torch_venv/bin/python" -m pip install "${quiet[@]}" --disable-pip-version-check --use-pep517 "${index[@]}" \
        torch==2.13.0 --editable ".[torch,sb3,onnx,joblib,optimise,test-torch]" ||
        fail "pip could not install PyTorch (see above). Check the network, then run make again."
}

command -v "$python" >/dev/null || fail "there is no $python. Install Python 3.11, or name it: make PYTHON=/path/to/python3.11"
"$python" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' ||
    fail "$("$python" --version) is not supported. Install Python 3.11, 3.12 or 3.13 and name it: make PYTHON=python3.11"
if [ "$use" = torch ]; then
    install_torch
    exit
fi
[ "${SYSTEM_PACKAGES:-}" = ready ] || install_packages
install_project
