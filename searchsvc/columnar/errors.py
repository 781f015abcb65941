"""What can be wrong with the files of a segment."""


class SegmentDamaged(Exception):
    """A file of a segment is truncated, altered or of another format; the message names it."""

    def __init__(self, filename: str, reason: object) -> None:
        super().__init__(f"{filename}: {reason}")
        self.filename = filename


class SegmentFileMissing(SegmentDamaged, FileNotFoundError):
    """A file of a segment is not there.

    An OSError as well, since Whoosh answers one by reading the table of contents again: a writer
    may have replaced the segment between the two reads.
    """
