"""Flask and stock Whoosh."""

from benchmarks.apps.serving import create_app

app = create_app("whoosh", dict)
