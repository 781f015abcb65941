"""Small newsrooms of several languages: what their readers type finds what they mean."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from searchsvc.engine import Engine
from searchsvc.search import SearchRequest

Write = Callable[..., Path]
Indexed = Callable[..., Engine]

ARTICLES = {
    "de": {
        "wahl": "Bundestagswahl: Die Parteien und ihre Kandidaten",
        "wahlen": "Wahlen in drei Ländern am Sonntag",
        "haus": "Häuser werden teurer, Wohnungen auch",
        "bmw": "Müller & Söhne baut ein Werk für 1,2 Mio. Euro",
        "lauf": "Gold über 10.000m für die Läuferin",
        "preis": "Strom kostet 3,5 Cent mehr",
        "umlaut": "Größere Straßen für München",
        "email": "Bund verschickt E-Mails an alle Haushalte",
        "generation": "Die Ü80 und die Rente",
        "metoo": "Debatte über #MeToo im Theater",
    },
    "en": {
        "defence": "Defence ministry criticised over neighbourhood centre",
        "defense": "Defense department criticized for a program of gray planes",
        "labour": "Labour honoured its promise, said the harbour pilots",
        "labor": "Labor unions favor the theater's color scheme",
        "programme": "A programme of grey films in the theatre",
        "jail": "Governor of the old jail retires",
        "analysed": "Aluminium from the tyre works analysed",
        "analyzed": "Aluminum prices analyzed, says the traveling exhibition",
        "travelling": "Travelling circus cancelled for want of a licence",
        "covid": "New Covid-19 wards are full",
        "rock": "Rock 'n' roll lives",
        "race": "Farah wins over 10,000m",
        "usb": "A USB 3.0 stick for every pupil",
        "roses": "Guns N' Roses split",
        "euro": "A ticket for 1,234.50 euros",
    },
    "es": {
        "eeuu": "EE. UU. y la Unión Europea",
        "lideres": "Los líderes se reúnen",
        "imagenes": "Las imágenes del día",
    },
    "pt": {
        "eleicoes": "Eleições em outubro",
        "pre": "Conversas pré-nações",
    },
    "ca": {"escola": "El col·legi i l'escola"},
    "fr": {
        "economie": "L'économie ralentit, dit l'Insee",
        "etat": "Secrétaire d'État : une première ministre",
        "jusqu": "Le musée est ouvert jusqu'ici chaque été",
        "quil": "Ce qu'il faut savoir de la grève",
        "presidente": "Élections : le premier tour",
        "sncf": "Air & Espace : un salon au Bourget",
        "prix": "Un budget de 1,2 million d'euros",
        "chaussure": "La course de 10 000 m à Paris",
        "ete": "LES PRIX DE L'ETE AUGMENTENT",
    },
    "tr": {
        "ankara": "Ankara'da kar yağışı bekleniyor",
        "istanbul": "İstanbul'un trafiği yoğun",
        "kuran": "Kur'an kursları açıldı",
        "isik": "Işıklar söndü, şehir karanlıkta",
        "secim": "Seçimlerin sonuçları açıklandı",
        "ve": "Ahmet & Mehmet dükkânı açtı",
        "para": "Bütçe 1,2 milyar lira",
        "kosu": "10.000m koşusunda altın madalya",
    },
}


@pytest.mark.parametrize(
    ("language", "query", "first"),
    [
        ("en", "neighborhood center", "defence"),
        ("en", "honored", "labour"),
        ("en", "harbor", "labour"),
        ("en", "favour", "labor"),
        ("en", "colour", "labor"),
        ("en", "canceled", "travelling"),
        ("en", "license", "travelling"),
        ("en", "gaol", "jail"),
        ("en", "covid -19", "covid"),
        ("en", "rock n roll", "rock"),
        ("en", "10000m", "race"),
        ("en", "10 000m", "race"),
        ("en", "rock'n'roll", "rock"),
        ("en", "Rock’n’Roll", "rock"),
        ("en", "rock & roll", "rock"),
        ("en", "rock and roll", "rock"),
        ("en", "guns'n'roses", "roses"),
        ("en", "guns and roses", "roses"),
        ("en", "usb3", "usb"),
        ("en", "USB 3", "usb"),
        ("en", "1234.5 euros", "euro"),
        ("de", "bundestagswahl", "wahl"),
        ("de", "Häusern", "haus"),
        ("de", "Haus", "haus"),
        ("de", "Müller und Söhne", "bmw"),
        ("de", "Müller & Söhne", "bmw"),
        ("de", "10000m", "lauf"),
        ("de", "10.000 m", "lauf"),
        ("de", "3,5", "preis"),
        ("de", "strasse", "umlaut"),
        ("de", "muenchen münchen", "umlaut"),
        ("de", "email", "email"),
        ("de", "me too", "metoo"),
        ("fr", "économie", "economie"),
        ("fr", "economie", "economie"),
        ("fr", "l'économie", "economie"),
        ("fr", "l’Insee", "economie"),
        ("fr", "État", "etat"),
        ("fr", "secrétaire d’état", "etat"),
        ("fr", "ici", "jusqu"),
        ("fr", "grèves", "quil"),
        ("fr", "air et espace", "sncf"),
        ("fr", "1,2 million", "prix"),
        ("fr", "10000m", "chaussure"),
        ("fr", "premier tour", "presidente"),
        ("fr", "élection", "presidente"),
        ("es", "EEUU", "eeuu"),
        ("es", "EE.UU.", "eeuu"),
        ("es", "ee uu", "eeuu"),
        ("es", "líder", "lideres"),
        ("es", "imagen", "imagenes"),
        ("pt", "eleição", "eleicoes"),
        ("pt", "nação", "pre"),
        ("ca", "collegi", "escola"),
        ("ca", "col·legi", "escola"),
        ("tr", "Ankara", "ankara"),
        ("tr", "ankara'da", "ankara"),
        ("tr", "istanbul", "istanbul"),
        ("tr", "İSTANBUL", "istanbul"),
        ("tr", "kur'an", "kuran"),
        ("tr", "ışık", "isik"),
        ("tr", "seçim", "secim"),
        ("tr", "ahmet ve mehmet", "ve"),
        ("tr", "10000m", "kosu"),
    ],
)
def test_readers_find_what_they_mean(
    write: Write, indexed: Indexed, language: str, query: str, first: str
) -> None:
    for name, title in ARTICLES[language].items():
        write(name, title=title)
    result = indexed(language=language).search(SearchRequest(query))
    assert result.hits and result.hits[0].id == first, [hit.title for hit in result.hits]
    assert result.corrected is None


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("defence", "defence defense"),
        ("defense", "defense defence"),
        ("criticized", "defense defence"),
        ("criticised", "defence defense"),
        ("labour", "labour labor"),
        ("labor", "labor labour"),
        ("theatre", "programme labor"),
        ("theater", "labor programme"),
        ("grey", "programme defense"),
        ("gray", "defense programme"),
        ("analyzed", "analyzed analysed"),
        ("analysed", "analysed analyzed"),
        ("aluminum", "analyzed analysed"),
        ("traveling", "analyzed travelling"),
    ],
)
def test_british_and_american_spellings_find_each_other_the_one_typed_first(
    write: Write, indexed: Indexed, query: str, found: str
) -> None:
    for name, title in ARTICLES["en"].items():
        write(name, title=title)
    assert [hit.id for hit in indexed().search(SearchRequest(query)).hits] == found.split()


@pytest.mark.parametrize(
    ("language", "query", "first"),
    [
        ("en", "10,00", "race"),
        ("en", "1,234.5", "euro"),
        ("en", "usb3.", "usb"),
        ("en", "guns'n'r", "roses"),
        ("de", "10.00", "lauf"),
        ("fr", "10 00", "chaussure"),
    ],
)
def test_what_is_being_typed_is_found_and_marked(
    write: Write, indexed: Indexed, language: str, query: str, first: str
) -> None:
    for name, title in ARTICLES[language].items():
        write(name, title=title)
    hit = indexed(language=language).search(SearchRequest(query, typing=True)).hits[0]
    assert hit.id == first
    assert hit.highlights and hit.highlights.title and "<mark>" in hit.highlights.title


@pytest.mark.parametrize(
    ("language", "query", "second"),
    [("fr", "été", "ete"), ("fr", "première", "presidente"), ("de", "wahl", "wahlen")],
)
def test_other_forms_are_found_too(
    write: Write, indexed: Indexed, language: str, query: str, second: str
) -> None:
    for name, title in ARTICLES[language].items():
        write(name, title=title)
    hits = indexed(language=language).search(SearchRequest(query)).hits
    assert second in [hit.id for hit in hits]


NAMES = {
    "harry": ("Prince Harry is back in court", {"heat": 90000}),
    "harris": ("Kamala Harris sworn in", {"heat": 1}),
    "oval": ("A new desk in the Oval Office", {"heat": 90000}),
    "officer": ("Officer praised for bravery", {"heat": 1}),
    "davies": ("Davies leads the team", {"heat": 90000}),
    "davis": ("Davis signs for two years", {"heat": 1}),
    "marie": ("Marie wins the race", {"heat": 90000}),
    "mary": ("Mary opens a shop", {"heat": 1}),
    "success": ("Success at last for the team", {"heat": 90000}),
    "succession": ("Succession returns for a last season", {"heat": 1}),
    "prices": ("House prices: white paper published today", {"heat": 90000}),
    "white": ("White House announces a visit", {"heat": 1}),
}


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("harris", "harris"),
        ("harry", "harry"),
        ("officer", "officer"),
        ("office", "oval"),
        ("davis", "davis"),
        ("davies", "davies"),
        ("mary", "mary"),
        ("marie", "marie"),
        ("succession", "succession"),
        ("success", "success"),
        ("white house", "white"),
    ],
)
def test_what_was_typed_is_ahead_of_what_is_hotter(
    write: Write, indexed: Indexed, query: str, first: str
) -> None:
    for name, (title, values) in NAMES.items():
        write(name, title=title, **values)
    hits = indexed().search(SearchRequest(query, explain=True)).hits
    assert hits[0].id == first
    for hit in hits:
        assert hit.explain
        fields = sum(term.bm25 * term.boost for term in hit.explain.fields)
        text = fields + 1000 * hit.explain.title_is_query
        assert hit.explain.text == pytest.approx(text, rel=1e-4)
        assert hit.score == pytest.approx(hit.explain.text * hit.explain.prior, rel=1e-4)


def test_names_that_running_text_shows_have_no_other_forms(write: Write, indexed: Indexed) -> None:
    """Learned at publish, night by night as by a full build; plurals stay together."""
    for number in range(4):
        write(f"harris{number}", title=f"Vote {number}", excerpt=f"And then Harris spoke {number}")
        write(f"harry{number}", title=f"Court {number}", excerpt=f"And then Harry won {number}")
        write(
            f"us{number}",
            title=f"Poll {number}",
            excerpt=f"For most Americans an American {number}",
        )
    engine = indexed()
    for query, names in (("harris", "harris"), ("Harris's", "harris"), ("harry", "harry")):
        result = engine.search(SearchRequest(query))
        assert {hit.id for hit in result.hits} == {f"{names}{number}" for number in range(4)}
        marks = [hit.highlights.excerpt for hit in result.hits if hit.highlights]
        assert all("<mark>" in mark for mark in marks)
    write("title", title="Americans travel")
    assert indexed().search(SearchRequest("american")).total == 5
    for number in range(2, 4):
        write(f"harris{number}", title=f"Vote {number}", excerpt="Nobody spoke")
    assert indexed().search(SearchRequest("harry")).total == 4
    first = {hit.id for hit in indexed().search(SearchRequest("harris")).hits}
    assert first == {hit.id for hit in indexed(full=True).search(SearchRequest("harris")).hits}
