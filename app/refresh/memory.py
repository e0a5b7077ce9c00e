"""Keep freed memory in the process: deciding frees and takes the same arrays thousands of times."""

import ctypes
import sys

M_TRIM_THRESHOLD = -1
M_MMAP_THRESHOLD = -3
"""Numbers of glibc's `mallopt`, from malloc.h."""

LARGEST_KEPT_BYTES = 2**25
"""Of one array: the most that glibc takes as a threshold."""

KEPT_BYTES = 2**28
"""Of all that is free at the heap's end: far above what a decision takes."""


def keep_freed_memory() -> bool:
    """Ask the C library to keep what is freed; say whether it does.

    By default it gives blocks of some hundred kilobytes back to the system at once and takes them
    anew for the next array: 359 page faults a decision, a fifth of its time. Only glibc can be
    asked; elsewhere nothing changes.
    """
    if not sys.platform.startswith("linux"):
        return False
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is None:
        return False
    taken = [
        mallopt(M_MMAP_THRESHOLD, LARGEST_KEPT_BYTES),
        mallopt(M_TRIM_THRESHOLD, KEPT_BYTES),
    ]
    return all(taken)
