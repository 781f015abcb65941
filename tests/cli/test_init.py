"""`searchsvc init` looks, asks nothing, writes a settings file and says what comes next."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from searchsvc.cli import main
from searchsvc.settings import load, shown
from tests.articles.files import put


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def init(*arguments: str) -> Result:
    return CliRunner().invoke(main, [*arguments] if "init" in arguments else ["init", *arguments])


ARTICLE = "---\ntitle: The bridge\nlead: It is the end of the road for it\nlayout: post\n---\n"
ENGLISH = "The council said that it would not be able to pay for the bridge and that it will stop."


def test_it_writes_a_file_that_is_right_and_tells_the_next_command(folder: Path) -> None:
    put(folder, "articles/a.md", ARTICLE + ENGLISH)
    done = init()
    assert done.exit_code == 0
    text = (folder / "searchsvc.yaml").read_text()
    assert done.stdout == text
    assert "next:  searchsvc reindex && searchsvc serve" in done.stderr
    settings = load(environ={}).settings
    assert settings.corpus == folder / "articles"
    assert settings.language == "en"
    assert "#   excerpt  lead 1" in text.replace("   lead", "  lead")
    assert "not read" in text and "layout 1" in text
    assert "advice: 1 of 1 articles have no date" in done.stderr
    assert "advice: 1 of 1 articles have no link" in done.stderr


def test_a_file_that_is_there_is_left_alone_without_force(folder: Path) -> None:
    put(folder, "articles/a.md", ARTICLE)
    put(folder, "searchsvc.yaml", "language: de\n")
    done = init()
    assert (done.exit_code, done.stdout) == (1, "")
    assert "searchsvc.yaml is there already; --force" in done.stderr
    assert (folder / "searchsvc.yaml").read_text() == "language: de\n"
    assert init("--force").exit_code == 0
    assert "corpus: articles" in (folder / "searchsvc.yaml").read_text()


def test_the_corpus_and_the_file_may_be_named(folder: Path) -> None:
    put(folder, "deep/my news/a.md", ARTICLE)
    (folder / "etc").mkdir()
    done = init("--config", "etc/site.yaml", "init", "deep/my news")
    assert done.exit_code == 0
    assert "next:  searchsvc --config etc/site.yaml reindex" in done.stderr
    assert load(folder / "etc" / "site.yaml", environ={}).settings.corpus.resolve() == (
        folder / "deep" / "my news"
    )


def test_a_site_may_be_named_by_its_folder(folder: Path) -> None:
    put(folder, "site/hugo.toml", 'baseURL = "https://a.example/"\ncontentDir = "pages"\n')
    put(folder, "site/pages/a.md", ARTICLE)
    assert init("site").exit_code == 0
    settings = load(environ={}).settings
    assert settings.corpus == folder / "site" / "pages"
    assert shown(settings.url_template) == "https://a.example/{path}/"


def test_a_folder_without_articles_says_so(folder: Path) -> None:
    done = init()
    assert done.exit_code == 0
    assert "no live article was found" in done.stderr
    assert "# language: en" in done.stdout
    assert load(environ={}).settings.corpus == folder


def test_a_folder_that_is_not_there_is_a_wrong_use(folder: Path) -> None:
    assert init("nowhere").exit_code == 2
    assert not (folder / "searchsvc.yaml").exists()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("hugo.toml", "baseURL = [broken"),
        ("hugo.toml", 'baseURL = "https://a.example/{x}\\n# x"'),
        ("hugo.toml", "baseURL = \"https://a.example/\\n'\\nmax_rejects: 100%\\nx: '\""),
        (
            "hugo.toml",
            "baseURL = 'javascript:alert(1)'\nlanguageCode = 'xx'\ntimeZone = 'no/where'",
        ),
        ("hugo.toml", "baseURL = 7\ncontentDir = 9"),
        ("config.yaml", "baseURL: https://a.example\ncontentDir: ../../etc\n"),
        ("config.toml", "base_url = 'https://a.example'\n" + "a = " + "[" * 5_000),
        ("_config.yml", "url: [a]\npermalink: {a: b}\n"),
        (".eleventy.js", "input: '../..'"),
        ("astro.config.mjs", "site: 'https://a.example/\\\"', base: '{{x}}'"),
        (
            "pelicanconf.py",
            "SITEURL = 'x y'\nARTICLE_URL = '{lang}/{slug}'\nimport os; os._exit(9)",
        ),
        ("export.xml", "http://wordpress.org/export/ and nothing more"),
        ("export.json", '{"posts_tags": 1}'),
    ],
)
def test_whatever_a_generator_has_been_told_the_file_can_be_read(
    folder: Path, name: str, content: str
) -> None:
    put(folder, name, content)
    (folder / "_posts").mkdir()
    put(folder, "content/a.md", ARTICLE)
    done = init()
    assert "Traceback" not in done.stderr and not isinstance(done.exception, ValueError)
    assert done.exit_code == 0, done.stderr
    assert set(load(environ={}).sources.values()) <= {"default"} | {
        f"searchsvc.yaml:{line}" for line in range(1, 40)
    }
