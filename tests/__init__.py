"""Everything that shows what Kefu promises."""

import os

# As knowledge/embed.py has it: whichever test loads the engine first, its threads would spin for all that follow.
# Read when numpy is loaded, which the imports of tests/conftest.py do.
os.environ.setdefault("OMP_NUM_THREADS", "1")
