"""What a source may hold. Generous for a shop, tight for an accident."""

from __future__ import annotations

from typing import Final

_MB: Final = 1024 * 1024

TEXT_BYTES: Final = 20 * _MB
"""Of a file that is text through and through."""
FILE_BYTES: Final = 50 * _MB
"""Of a document that may hold pictures, or of a workbook."""
IN_ALL_BYTES: Final = 500 * _MB
IN_ALL_FILES: Final = 2000
IN_ALL_ITEMS: Final = 200_000
IN_ALL_S: Final = 1800.0
"""What one import reads."""
UNPACKED_BYTES: Final = 200 * _MB
"""Of DOCX and XLSX files, which are ZIP archives: a small one can unpack to gigabytes."""
UNPACKED_TIMES: Final = 200
"""How many times its size an archive may unpack to; text by text rarely passes 30."""
SMALL_BYTES: Final = 10 * _MB
"""What unpacks to no more than this may be packed as well as can be."""
MEMBERS: Final = 10_000
READ_S: Final = 60.0
"""For one file, in a process of its own."""
READ_MEMORY: Final = 1536 * _MB
ROWS: Final = 100_000
PAGES: Final = 2000
HEADER_ROWS: Final = 10
"""A table's header stands among so many: above it there may be a title or a note."""
COLUMNS: Final = 64
CELL_LINES: Final = 200
"""A cell of more lines has most likely a quote that nobody closed."""
QUESTION_CHARS: Final = 500
ANSWER_CHARS: Final = 4000
WORDINGS: Final = 50
CODES: Final = 20
FIELDS: Final = 60
FIELD_NAME_CHARS: Final = 60
PIECE_TOKENS: Final = 400
TITLE_TOKENS: Final = 96
"""Of the headings in front of a piece. Together within the 512 tokens that the bundled model reads."""
