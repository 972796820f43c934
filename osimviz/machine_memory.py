"""How much memory a run may take on this machine where nobody says it."""

import os

#: What users count in: 10⁹ bytes.
GB = 10**9
#: What a run gets where the user names no limit.
DEFAULT_GB = 8.0
#: The part of the machine's memory that it gets where that is less.
_SHARE = 0.75


def default_limit_gb() -> float:
    """Return the limit where the user names none: 8 GB, or three quarters of the machine's memory if that is less."""
    try:
        machine = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, OSError, ValueError):
        return DEFAULT_GB
    return min(DEFAULT_GB, round(_SHARE * machine / GB, 1)) if machine > 0 else DEFAULT_GB
