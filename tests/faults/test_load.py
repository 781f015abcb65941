"""More requests than can be answered, and clients that dawdle: the service sheds, and goes on."""

from __future__ import annotations

from pathlib import Path

from benchmarks.soak import load
from benchmarks.soak.promises import broken

QUICK_TO_CLOSE = """
import sys
from searchsvc.cli import main
from searchsvc.web import server

server.SILENT_SECONDS = 2.0
if __name__ == "__main__":
    main(sys.argv[1:])
"""


def test_four_times_what_can_be_answered_then_500_connections_that_dawdle(tmp_path: Path) -> None:
    script = tmp_path / "quick_to_close.py"
    script.write_text(QUICK_TO_CLOSE)
    found = load.run(
        tmp_path / "site",
        articles=1_500,
        seconds=6.0,
        queue_limit=8,
        slow=500,
        silent_seconds=2.0,
        program=(str(script),),
        share=0.1,  # other tests run beside it
    )
    assert broken(found) == []
