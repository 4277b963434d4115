"""Finds a Python that is new enough. Old Pythons read this file too (it is what tells them so): keep its syntax plain."""

import os
import subprocess
import sys

OLDEST = (3, 11)
NEW_ENOUGH = "import sys; sys.exit(sys.version_info < (%d, %d))" % OLDEST  # noqa: UP031
NAMES = ("python3.13", "python3.12", "python3.11", "python3.14", "python3")


def require():  # type: () -> None
    """Returns if this Python will do, goes on in another one of this machine if that does, or says what is missing."""
    if os.name == "nt":
        sys.exit("Rapport runs on Linux and macOS. On Windows, start it in WSL (https://learn.microsoft.com/windows/wsl).")
    if sys.version_info >= OLDEST:
        return
    for folder in os.environ.get("PATH", "").split(os.pathsep):
        for name in NAMES:
            other = os.path.join(folder, name)
            if os.access(other, os.X_OK) and is_new_enough(other):
                os.execv(other, [other] + sys.argv)
    sys.exit(
        "Rapport needs Python 3.11 or newer, and this is Python %d.%d. "  # noqa: UP031
        "Install one from https://www.python.org/downloads/ and run %s again."
        % (sys.version_info[0], sys.version_info[1], sys.argv[0])
    )


def is_new_enough(python):  # type: (str) -> bool
    """A name proves nothing: pyenv puts a python3.12 on PATH that only says that there is none."""
    with open(os.devnull, "w") as nowhere:
        return subprocess.call([python, "-c", NEW_ENOUGH], stderr=nowhere) == 0
