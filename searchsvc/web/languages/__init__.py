"""The page's own words: a language's catalogue, dates, numbers and direction.

In goes a language's code, out comes a `Wording`. Messages are English; `catalogues/<code>.po` has
them in another language. `python -m searchsvc.web.languages.build`, which alone needs Babel, makes
what is read at run time: `.mo` files, `calendars.json` and the box's `static/strings/<code>.json`.
"""

from __future__ import annotations

from searchsvc.web.languages.wording import N_, Wording, wording_of

__all__ = ["N_", "Wording", "wording_of"]
