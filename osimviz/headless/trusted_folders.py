"""The trusted folders, listed and revoked from the command line."""

import sys
from pathlib import Path

from osimviz.headless.terminal import say
from osimviz.options import UsageError
from osimviz.trust import TrustStore


def list_folders() -> int:
    """Print the trusted folders, one a line; return the exit status."""
    folders = TrustStore().folders()
    if not folders:
        say("osimviz: no folder is trusted.")
    sys.stdout.write("".join(f"{folder}\n" for folder in folders))
    return 0


def revoke_folder(folder: Path) -> int:
    """Trust a folder no more; return the exit status.

    Raises
    ------
    UsageError
        If it was not trusted, or the list cannot be written.
    """
    store = TrustStore()
    if folder not in store.folders() and folder.resolve() not in store.folders():
        raise UsageError(f"{folder} is not trusted", "osimviz --trusted-folders lists those that are.")
    try:
        store.revoke(folder)
    except OSError as error:
        raise UsageError(f"the list of trusted folders cannot be written: {error.strerror or error}") from error
    return 0
