"""What holds for all tests."""

import os

# A `make` that a test runs is one of its own, also where `make test` has started the tests: a make within a make takes
# over the other's options, and says which directory it enters and leaves.
for name in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS"):
    os.environ.pop(name, None)
