"""For every test: one thread for each numerical library, so that nothing depends on the machine's cores."""

import os

# before numpy is imported for the first time: the libraries read these once
for library in ("OMP", "OPENBLAS", "MKL"):
    os.environ[f"{library}_NUM_THREADS"] = "1"
