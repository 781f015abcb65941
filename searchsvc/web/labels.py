"""Values of categories and types as readers read them: `real_estate` is “Real estate”."""

from __future__ import annotations

import re

from searchsvc.web.languages import N_, Wording

_KNOWN = {
    "analysis": N_("Analysis"),
    "article": N_("Article"),
    "audio": N_("Audio"),
    "blog": N_("Blog"),
    "business": N_("Business"),
    "culture": N_("Culture"),
    "editorial": N_("Editorial"),
    "gallery": N_("Photo gallery"),
    "guide": N_("Guide"),
    "interview": N_("Interview"),
    "live": N_("Live"),
    "news": N_("News"),
    "obituary": N_("Obituary"),
    "opinion": N_("Opinion"),
    "podcast": N_("Podcast"),
    "politics": N_("Politics"),
    "profile": N_("Profile"),
    "review": N_("Review"),
    "science": N_("Science"),
    "sport": N_("Sport"),
    "technology": N_("Technology"),
    "video": N_("Video"),
    "world": N_("World"),
}
_NAMES = ("category", "type")


def label(field: str, value: str, wording: Wording) -> str:
    """A value of a field; only those of categories and types are keys and not names."""
    if field not in _NAMES:
        return value
    if known := _KNOWN.get(value.lower()):
        return wording.say(known)
    words = re.sub(r"[\s_-]+", " ", value).strip() or value
    return words[0].upper() + words[1:]
