"""What a parameter takes, in the language of the page: an API's errors are in English."""

from __future__ import annotations

import re

from searchsvc.web.languages import N_, Wording

_PATTERNS = (
    (r"a whole number from (?P<low>\d+) to (?P<high>\d+)(?: at this size)?",
     N_("a whole number from %(low)s to %(high)s")),
    (r"one of (?P<names>[\w, ]+)", N_("one of %(names)s")),
    (r"a date such as (?P<example>[\d-]+)", N_("a date such as %(example)s")),
    (r"true or false", N_("true or false")),
    (r"one value: .*", N_("one value only")),
    (r"at most (?P<most>\d+) parameters", N_("at most %(most)s of them")),
)  # fmt: skip
_OTHER = N_("another value")


def fitting(takes: str, wording: Wording) -> str:
    """`takes` of a ParameterError, for readers."""
    for pattern, message in _PATTERNS:
        if found := re.fullmatch(pattern, takes, re.DOTALL):
            values = found.groupdict()
            return wording.say(message, **values) if values else wording.say(message)
    return takes if wording.language == "en" else wording.say(_OTHER)
