"""`pictor export`, and how what it made is imported again.

The folder: `pictor-export.json` (format and counts), `originals/`, `metadata.jsonl` (an image a line, as the API gives
it, with `file`), `collections.jsonl`, `SHA256SUMS` (for `sha256sum -c`).
"""

MANIFEST = "pictor-export.json"
METADATA = "metadata.jsonl"
COLLECTIONS = "collections.jsonl"
CHECKSUMS = "SHA256SUMS"
FORMAT = 1
