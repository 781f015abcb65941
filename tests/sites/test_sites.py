"""A site of every generator, written as its generator has it: looked at, indexed, asked."""

from __future__ import annotations

import json
import shutil
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from searchsvc.cli import main
from searchsvc.engine import Engine, open_engine
from searchsvc.publish.check import check_corpus
from searchsvc.search import SearchRequest
from searchsvc.settings import Settings, load
from searchsvc.sites.generators import generator_of
from searchsvc.web import create_app
from tests.conftest import ROOT
from tests.serving import serving

SITES = ROOT / "tests" / "articles" / "sites"
CORPORA = {
    "hugo": "content",
    "jekyll": "_posts",
    "eleventy": "src/posts",
    "astro": "src/content",
    "zola": "content",
    "pelican": "content",
}
LINKS = [
    ("hugo", "breakwater", "https://harbour.example/posts/lighthouse-reopens/"),
    ("hugo", "gangway", "https://harbour.example/posts/ferry-strike/"),
    ("hugo", "spinnakers", "https://harbour.example/sport/regatta-2021/"),
    ("hugo", "printed since", "https://harbour.example/about/"),
    ("jekyll", "hairpin", "https://valley.example/news/weather/2021/02/03/snow-closes-pass/"),
    ("jekyll", "apiary", "https://valley.example/news/2021/02/10/school-gets-bees/"),
    ("eleventy", "windmill", "https://meadow.example/2021/hay-harvest/"),
    ("eleventy", "clover", "https://meadow.example/farming/second-cut/"),
    ("astro", "cheered", "https://orbit.example/blog/first-light/"),
    ("astro", "umbilical", "https://orbit.example/blog/launch-window/"),
    ("zola", "Hubschrauber", "https://alpenblick.example/nachrichten/lawine/"),
    ("zola", "Sitzung", "https://alpenblick.example/nachrichten/seilbahn/"),
    ("pelican", "fromagers", "https://phare.example/articles/2020/marche-couvert.html"),
    ("pelican", "viaduc", "https://phare.example/articles/2020/tramway-gare.html"),
    ("ghost", "sourdough", "/bakery-midnight/"),
    ("ghost", "printers", "/about/"),
    ("hugo", "Marit Dahl", "https://harbour.example/posts/lighthouse-reopens/"),
    ("hugo", "Jonas Weber", "https://harbour.example/posts/ferry-strike/"),
    ("zola", "Lena Huber", "https://alpenblick.example/nachrichten/lawine/"),
    ("pelican", "Paul Petit", "https://phare.example/articles/2020/marche-couvert.html"),
    ("wordpress", "bodegas", "https://laguna.example/2021/03/lonja-atun/"),
    ("wordpress", "redacción", "https://laguna.example/quienes-somos/"),
]
KEPT_BACK = [
    ("hugo", "lawyers"),
    ("hugo", "cutter"),
    ("jekyll", "rumour"),
    ("jekyll", "quarry"),
    ("eleventy", "subscribing"),
    ("eleventy", "unfinished"),
    ("astro", "review"),
    ("zola", "Entwurf"),
    ("pelican", "publier"),
    ("pelican", "cachée"),
    ("ghost", "deficit"),
    ("ghost", "secret"),
    ("wordpress", "borrador"),
]
LANGUAGES = {
    **{"hugo": "en", "jekyll": "en", "eleventy": "en", "astro": "en", "zola": "de"},
    **{"pelican": "fr", "ghost": "en", "wordpress": "es"},
}


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Settings]]:
    """Each site after `searchsvc init` and `searchsvc reindex` in its folder."""
    found = {}
    for name in LANGUAGES:
        folder = tmp_path_factory.mktemp("sites") / name
        shutil.copytree(SITES / name, folder)
        with pytest.MonkeyPatch.context() as patch:
            patch.chdir(folder)
            for command in ("init", "reindex"):
                done = CliRunner().invoke(main, [command])
                assert done.exit_code == 0, done.output
            found[name] = load().settings
    yield found


@pytest.fixture(scope="module")
def engines(started: dict[str, Settings]) -> Iterator[dict[str, Engine]]:
    opened = {name: open_engine(settings) for name, settings in started.items()}
    yield opened
    for engine in opened.values():
        engine.close()


@pytest.mark.parametrize(("site", "words", "link"), LINKS)
def test_words_of_a_body_are_found_with_the_right_link(
    engines: dict[str, Engine], site: str, words: str, link: str
) -> None:
    hits = engines[site].search(SearchRequest(words)).hits
    assert [hit.article.url for hit in hits] == [link]


@pytest.mark.parametrize(("site", "words"), KEPT_BACK)
def test_drafts_and_what_has_expired_stay_out(
    engines: dict[str, Engine], site: str, words: str
) -> None:
    assert engines[site].search(SearchRequest(f'"{words}"')).total == 0


def test_the_language_is_told_by_the_texts(started: dict[str, Settings]) -> None:
    assert {name: settings.language for name, settings in started.items()} == LANGUAGES


def test_the_page_has_the_name_of_the_site_and_leads_there(started: dict[str, Settings]) -> None:
    names = {name: settings.site_name for name, settings in started.items()}
    assert names == {
        **{"hugo": "The Harbour Gazette", "jekyll": "Valley Courier", "eleventy": "Meadow Post"},
        **{"zola": "Alpenblick", "pelican": "Le Phare"},
        **dict.fromkeys(("astro", "ghost", "wordpress")),
    }
    assert started["jekyll"].home_url == "https://valley.example"
    assert started["ghost"].home_url is None


def test_time_zones_are_those_of_the_site(started: dict[str, Settings]) -> None:
    assert str(started["pelican"].timezone) == "Europe/Paris"
    assert str(started["jekyll"].timezone) == "Europe/Vienna"


def test_what_decorates_an_article_is_read(engines: dict[str, Engine]) -> None:
    def article(site: str, words: str) -> Any:
        (hit,) = engines[site].search(SearchRequest(words)).hits
        return hit.article

    lighthouse = article("hugo", "breakwater")
    assert (lighthouse.category, lighthouse.topics) == ("News", ("Heritage", "Tourism"))
    assert lighthouse.image.url == "https://harbour.example/posts/lighthouse-reopens/tower.jpg"
    assert article("jekyll", "hairpin").topics == ("snow", "roads", "weather")
    assert article("jekyll", "hairpin").image.url == "https://valley.example/assets/images/pass.jpg"
    assert article("astro", "cheered").published_at.isoformat().startswith("2022-07-08")
    assert article("zola", "Hubschrauber").published_at.isoformat().startswith("2022-01-15")
    assert article("pelican", "fromagers").topics == ("commerce", "travaux")
    assert article("eleventy", "windmill").topics == ("farming",)


@pytest.mark.parametrize(("site", "corpus"), CORPORA.items())
def test_a_site_is_indexed_without_a_setting(tmp_path: Path, site: str, corpus: str) -> None:
    settings = replace(Settings(), corpus=SITES / site / corpus, index=tmp_path / "index")
    found = check_corpus(settings)
    assert not found.has_faults
    assert found.warnings == ()
    assert found.counts.articles == len({link for name, _, link in LINKS if name == site})


@pytest.mark.parametrize(
    ("permalinks", "template"),
    [
        ('posts = "/:year/:month/:slug/"', "https://n.example/{year}/{month}/{slug}/"),
        ('pages = "/:slug/"\nposts = "/:section/:year/:title/"', None),
        ('[permalinks.page]\nposts = "/:section/:day/:filename"', None),
        ('about = "/:slug/"', "https://n.example/{path}/"),
        ('posts = "/:monthname/:slug/"', "https://n.example/{path}/"),
        ("posts = 3", "https://n.example/{path}/"),
        ('"/" = "/:slug/"', "https://n.example/{path}/"),
        ('"/" = "/:slug/"\n"/posts/" = "/:year/:slug/"', "https://n.example/{year}/{slug}/"),
    ],
)
def test_links_of_hugos_largest_section_have_the_form_that_it_has(
    tmp_path: Path, permalinks: str, template: str | None
) -> None:
    (tmp_path / "hugo.toml").write_text(
        f'baseURL = "https://n.example/"\n[permalinks]\n{permalinks}\n'
    )
    for name in ("posts/a", "posts/b", "about/c"):
        file = tmp_path / "content" / f"{name}.md"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("---\ntitle: A\n---\n")
    found = generator_of(tmp_path)
    assert found is not None and found.url_template is not None
    if template is None:
        assert found.url_template.startswith("https://n.example/{folder}/")
    else:
        assert found.url_template == template


def test_the_folder_of_a_jekyll_site_is_a_corpus_too(tmp_path: Path) -> None:
    settings = replace(Settings(), corpus=SITES / "jekyll", index=tmp_path / "index")
    found = check_corpus(settings)
    assert [one.path for one in found.rejects] == ["index.md"]
    assert found.counts.articles == 3


@pytest.mark.parametrize("site", ["hugo", "ghost"])
def test_a_service_answers_over_http(started: dict[str, Settings], site: str) -> None:
    _, words, link = next(one for one in LINKS if one[0] == site)
    with serving(create_app(started[site])) as url:
        with urllib.request.urlopen(f"{url}/search?q={words}") as response:
            (hit,) = json.loads(response.read())["results"]
    assert hit["url"] == link
