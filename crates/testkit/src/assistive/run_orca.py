"""Runs Orca without a speech engine. It then writes what it would say to its log, whose path is the only argument."""

import importlib.machinery
import importlib.util
import sys

loader = importlib.machinery.SourceFileLoader("orca_program", "/usr/bin/orca")
program = importlib.util.module_from_spec(importlib.util.spec_from_loader(loader.name, loader))
loader.exec_module(program)

from orca import speech  # noqa: E402

# Starting an engine takes long and fails, because the session bus of the tests starts no services.
speech.init = lambda: None
# The Orca of the user's own desktop is none of the test's.
program.otherOrcas = lambda: []

# Each line is written at once, so that the test need not wait for more.
program.open = lambda path, mode: open(path, mode, buffering=1)

sys.argv = ["orca", f"--debug-file={sys.argv[1]}"]
sys.exit(program.main())
