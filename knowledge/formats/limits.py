"""What a file may hold. Generous for a shop, tight for an accident."""

from __future__ import annotations

from typing import Final

FILE_BYTES: Final = 20 * 1024 * 1024
UNPACKED_BYTES: Final = 200 * 1024 * 1024
"""Of an XLSX file, which is a ZIP archive: a small one can unpack to gigabytes."""
ROWS: Final = 100_000
QUESTION_CHARS: Final = 500
ANSWER_CHARS: Final = 4000
WORDINGS: Final = 50
PIECE_CHARS: Final = 400
"""Of a document: about 270 tokens, within the 512 that the bundled embedding model reads."""
