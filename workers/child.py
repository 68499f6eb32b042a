"""`python -m workers.child PARENT COMMAND…`: becomes the command, and dies when its parent does.

A supervisor that is killed outright can't stop its children, so each arranges for its own end. Linux tells
a process of its parent's death (prctl PR_SET_PDEATHSIG, kept across exec); elsewhere this one stays to look.
"""

from __future__ import annotations

import ctypes
import os
import platform
import signal
import subprocess
import sys
from typing import Final

_PR_SET_PDEATHSIG: Final = 1
_LOOK_EVERY_S: Final = 1.0


def main(arguments: list[str]) -> int:
    """Run the command; its exit code where it does not replace us."""
    parent, command = int(arguments[0]), arguments[1:]
    if platform.system() == "Linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:  # it died before we could ask to be told
            return 1
        os.execvp(command[0], command)
    return _stay(parent, command)


def _stay(parent: int, command: list[str]) -> int:
    child = subprocess.Popen(command)
    signal.signal(signal.SIGTERM, lambda *_: child.terminate())
    while True:
        try:
            return child.wait(_LOOK_EVERY_S)
        except subprocess.TimeoutExpired:
            if os.getppid() != parent:
                child.terminate()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
