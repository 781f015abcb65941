"""What the analysis has to know of each language, by ISO 639-1 code."""

from __future__ import annotations

NO_LANGUAGE = "none"

LANGUAGES = {
    "ar": "arabic", "ca": "catalan", "cs": "czech", "da": "danish", "de": "german",
    "el": "greek", "en": "english", "es": "spanish", "et": "estonian", "eu": "basque",
    "fa": "persian", "fi": "finnish", "fr": "french", "ga": "irish", "hi": "hindi",
    "hu": "hungarian", "hy": "armenian", "id": "indonesian", "it": "italian",
    "lt": "lithuanian", "ne": "nepali", "nl": "dutch", "no": "norwegian", "pl": "polish",
    "pt": "portuguese", "ro": "romanian", "ru": "russian", "sr": "serbian", "sv": "swedish",
    "ta": "tamil", "tr": "turkish", "yi": "yiddish",
} | dict.fromkeys(
    "bg bn he hr ja km ko lo lv ms my sk sl th uk ur vi zh".split() + [NO_LANGUAGE], ""
)  # fmt: skip
"""The languages an index may have, each with the name of its Snowball stemmer, if it has one."""

AND = {
    "ca": "i", "cs": "a", "da": "og", "de": "und", "el": "και", "es": "y", "et": "ja",
    "eu": "eta", "fa": "و", "fi": "ja", "fr": "et", "ga": "agus", "hi": "और", "hr": "i",
    "hu": "es", "id": "dan", "it": "e", "lt": "ir", "lv": "un", "ms": "dan", "ne": "र",
    "nl": "en", "no": "og", "pl": "i", "pt": "e", "ro": "si", "ru": "и", "sk": "a",
    "sl": "in", "sr": "и", "sv": "och", "tr": "ve", "uk": "і", "ur": "اور", "vi": "va",
    "yi": "און",
}  # fmt: skip
"""What `&` is read as, folded; `and` in all other languages."""

COMMA_DECIMALS = frozenset(
    "bg ca cs da de el es et eu fi fr hr hu hy id it lt lv nl no pl pt ro ru sk sl sr sv tr uk vi"
    .split()
)  # fmt: skip
"""Languages that write 1.234,5 or 1 234,5 for what English writes 1,234.5."""

ELISIONS = {
    language: frozenset(elided.split())
    for language, elided in {
        "ca": "l d m n s t",
        "fr": "l d j m n s t c qu jusqu lorsqu puisqu quoiqu",
        "ga": "b d m",
        "it": "l d c m t s v n un gl dell all dall nell sull coll quell quest bell sant dov com"
        " anch senz tutt",
        "pt": "d",
    }.items()
}
"""Words that lose their vowel before another: l'économie, dell'arte."""

SUFFIXES = {
    "ca": "hi ho l ls m n ns s t us".split(),
    "da": "e en er erne et".split(),
    "et": None, "fi": None, "pl": None, "tr": None,
}  # fmt: skip
"""Languages that put an ending behind an apostrophe, and the endings, if not any: Ankara'da."""

LEXICAL = {"tr": frozenset(["kur"])}
"""What stands before an apostrophe that is part of a word: Kur'an."""
