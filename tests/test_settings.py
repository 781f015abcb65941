"""Settings: where a value comes from, what it takes, and what a mistake is told."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from searchsvc.errors import InvalidSettings
from searchsvc.settings import RETIRED, TABLE, Allowance, LoadedSettings, Settings, load, shown


@pytest.fixture(autouse=True)
def working_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(text: str, name: str = "searchsvc.yaml") -> Path:
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def loaded(text: str = "", environ: dict[str, str] | None = None, **flags: str) -> LoadedSettings:
    if text:
        write(text)
    return load(environ=environ or {}, flags=flags)


def mistake(text: str, **flags: str) -> str:
    with pytest.raises(InvalidSettings) as caught:
        loaded(text, **flags)
    return str(caught.value)


ORIGINS = ("https://a.example", "https://b.example")
DEFAULTS = {
    "corpus": "corpus",
    "index": "index",
    "engine": "embedded",
    "language": "en",
    "timezone": "UTC",
    "fields": None,
    "url_template": None,
    "boost_title": 2,
    "boost_topics": 2,
    "boost_excerpt": 1,
    "boost_body": 0.3,
    "index_body": True,
    "boost_exact": 0.1,
    "weight_quality": 0.08,
    "weight_heat": 0.12,
    "weight_freshness": 0.08,
    "half_life_days": 30,
    "max_rejects": "10%",
    "max_removals": "30%",
    "read_processes": 2,
    "build_memory_mb": 512,
    "keep_generations": 2,
    "time_budget_ms": 500,
    "answer_cache_mb": 64,
    "cache_seconds": 0,
    "queue_limit": 64,
    "access_log": True,
    "log_queries": False,
    "metrics_dir": None,
    "public_url": None,
    "cors_origins": [],
    "site_name": None,
    "home_url": None,
    "ui_language": None,
    "logo": None,
    "extra_css": None,
    "templates_dir": None,
    "font_src": [],
    "img_src": ["http:", "https:"],
    "synonyms": "synonyms.yaml",
    "curation": "curation.yaml",
    "opensearch_url": [],
    "opensearch_ca": None,
    "opensearch_index": "searchsvc",
    "opensearch_shards": 1,
    "opensearch_replicas": 1,
    "now": None,
}


def test_the_names_and_defaults_are_these() -> None:
    found = loaded()
    assert {name: shown(getattr(found.settings, name)) for name in TABLE} == DEFAULTS
    assert set(found.sources.values()) == {"default"}


def test_every_setting_has_help_and_says_what_it_takes() -> None:
    for setting in TABLE.values():
        assert setting.help
        assert setting.type.takes


def test_what_is_built_into_the_index_says_so_and_nothing_else_does() -> None:
    built_in = {name for name, setting in TABLE.items() if "next reindex" in setting.help}
    boosts = {"boost_title", "boost_topics", "boost_excerpt", "boost_body"}
    assert built_in == boosts | {"index_body"}


def test_flags_win_over_environment_over_file_over_default() -> None:
    def found(environ: dict[str, str], **flags: str) -> tuple[float, str]:
        result = load(environ=environ, flags=flags)
        return result.settings.half_life_days, result.sources["half_life_days"]

    environ = {"SEARCHSVC_HALF_LIFE_DAYS": "2"}
    assert found({}) == (30, "default")
    write("\nhalf_life_days: 1")
    assert found({}) == (1, "searchsvc.yaml:2")
    assert found(environ) == (2, "SEARCHSVC_HALF_LIFE_DAYS")
    assert found(environ, half_life_days="3") == (3, "--half-life-days")


def test_a_setting_without_a_value_has_its_default() -> None:
    assert loaded("half_life_days:\nindex: ''").settings.half_life_days == 30


def test_the_file_is_named_by_flag_else_variable_else_in_the_working_folder() -> None:
    write("keep_generations: 1")
    by_variable, by_flag = write("keep_generations: 2", "b.yaml"), write("keep_generations: 3", "c")
    environ = {"SEARCHSVC_CONFIG": str(by_variable)}
    assert load(environ={}).settings.keep_generations == 1
    assert load(environ=environ).settings.keep_generations == 2
    assert load(by_flag, environ=environ).settings.keep_generations == 3
    assert load(environ={"SEARCHSVC_CONFIG": ""}).settings.keep_generations == 1


@pytest.mark.parametrize("content", [None, b"\xff", b"index: [", b"index: a\n" * 200_000, b"- a"])
def test_a_file_that_cannot_be_read_is_told_by_name(content: bytes | None) -> None:
    if content is not None:
        Path("named.yaml").write_bytes(content)
    with pytest.raises(InvalidSettings, match=r"named\.yaml"):
        load(Path("named.yaml"), environ={})


def test_an_empty_file_changes_nothing() -> None:
    assert loaded("# nothing yet\n").settings.keep_generations == 2


def test_paths_in_a_file_are_relative_to_it_and_others_to_the_working_folder(
    working_folder: Path,
) -> None:
    file = write("corpus: articles\nsynonyms: /srv/synonyms.yaml\n", "site/searchsvc.yaml")
    site = working_folder / "site"
    found = load(file, environ={"SEARCHSVC_CURATION": "c.yaml"}, flags={"index": "i"}).settings
    assert found.corpus == site / "articles"
    assert found.synonyms == Path("/srv/synonyms.yaml")
    assert (found.curation, found.index) == (Path("c.yaml"), Path("i"))


def test_a_home_folder_is_expanded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/ada")
    assert loaded("index: ~/index").settings.index == Path("/home/ada/index")


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("boost_title", "4.5", 4.5),
        ("keep_generations", " 3 ", 3),
        ("answer_cache_mb", "0", 0),
        ("max_rejects", "25", Allowance(25, False)),
        ("max_rejects", "2.5%", Allowance(2.5, True)),
        ("language", "de", "de"),
        ("public_url", "https://search.example.com/", "https://search.example.com"),
        ("cors_origins", "https://a.example, https://b.example", ORIGINS),
        ("cors_origins", "*", ("*",)),
        ("now", "2020-05-20T12:00:00Z", datetime(2020, 5, 20, 12, tzinfo=UTC)),
        ("now", "", None),
    ],
)
def test_values_are_read_alike_from_everywhere(name: str, text: str, value: object) -> None:
    from_flag = loaded(**{name: text}).settings
    from_environment = loaded(environ={f"SEARCHSVC_{name.upper()}": text}).settings
    from_file = loaded(f"{name}: '{text}'").settings
    assert [getattr(s, name) for s in (from_flag, from_environment, from_file)] == [value] * 3


@pytest.mark.parametrize("name", ["opensearch_user", "opensearch_password", "opensearch_api_key"])
def test_secrets_are_no_settings_and_no_value_of_them_is_told(name: str) -> None:
    found = loaded(environ={f"SEARCHSVC_{name.upper()}": "hunter2"})
    assert "hunter2" not in repr(found)
    with pytest.raises(InvalidSettings) as told:
        loaded(f"{name}: hunter2")
    assert "environment alone" in str(told.value)
    assert "hunter2" not in str(told.value)


def test_nodes_are_named_by_urls_without_user_or_password() -> None:
    found = loaded("opensearch_url: [https://a:9200, https://b:9200]").settings
    assert found.opensearch_url == ("https://a:9200", "https://b:9200")
    with pytest.raises(InvalidSettings, match="without user or password") as told:
        loaded("opensearch_url: https://ada:hunter2@a:9200")
    assert "hunter2" not in str(told.value)


def test_origins_may_be_a_list() -> None:
    text = "cors_origins:\n  - https://a.example\n  - https://b.example\n"
    assert loaded(text).settings.cors_origins == ORIGINS


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("boost_title: -1", "boost_title takes a number from 0 to 100, got `-1`"),
        ("boost_title: nan", "boost_title takes a number from 0 to 100, got `nan`"),
        ("boost_title: inf", "boost_title takes a number from 0 to 100, got `inf`"),
        ("half_life_days: 0", "half_life_days takes a number from 0.01 to 100000, got `0`"),
        ("keep_generations: 0", "keep_generations takes a whole number from 1 to 100, got `0`"),
        ("keep_generations: 2.0", "keep_generations takes a whole number from 1 to 100, got `2.0`"),
        ("max_rejects: 101%", "max_rejects takes a whole number or a share such as 10%, got"),
        ("max_rejects: -1", "max_rejects takes a whole number or a share such as 10%, got `-1`"),
        ("max_rejects: nan%", "max_rejects takes a whole number or a share such as 10%, got"),
        ("language: english", "language takes one of ar, bg, bn, ca"),
        ("engine: solr", "engine takes one of embedded, opensearch, got `solr`"),
        ("public_url: search.example", "public_url takes an http or https URL, got"),
        ("public_url: https://a.example/?q=", "public_url takes an http or https URL, got"),
        ("public_url: javascript:x", "public_url takes an http or https URL, got"),
        ("public_url: https://новости.рф/", "public_url takes an http or https URL, got"),
        ("public_url: https://a.example;script-src", "public_url takes an http or https URL, got"),
        ("cors_origins: a.example", "cors_origins takes origins such as"),
        ("cors_origins: [[a]]", "cors_origins takes origins such as"),
        ("now: soon", "now takes a date-time such as 2020-05-20T12:00:00Z, got `soon`"),
        ("index: [a]", "index takes a path, got `a list`"),
        ("index: {a: b}", "index takes a path, got `a mapping`"),
        ("boots_title: 3", "no setting is called `boots_title`; did you mean `boost_title`?"),
        ("colour: red", "no setting is called `colour`; see `searchsvc settings`"),
    ],
)
def test_a_mistake_names_file_line_setting_value_and_what_it_takes(line: str, told: str) -> None:
    assert mistake(f"# remark\n{line}\n").startswith(f"searchsvc.yaml:2: {told}")


@pytest.mark.parametrize("name", RETIRED)
def test_a_retired_setting_is_ignored_with_a_warning(
    name: str, caplog: pytest.LogCaptureFixture
) -> None:
    found = loaded(f"keep_generations: 3\n{name}: /var/cache\n")
    assert (found.settings.keep_generations, name in found.sources) == (3, False)
    assert caplog.messages == [f"searchsvc.yaml:2: {name} is ignored: {RETIRED[name]}"]
    caplog.clear()
    Path("searchsvc.yaml").unlink()
    loaded(environ={f"SEARCHSVC_{name.upper()}": "/var/cache"})
    (told,) = caplog.messages
    assert told.startswith(f"SEARCHSVC_{name.upper()}: {name} is ignored")


def test_a_mistake_names_the_flag_or_the_variable() -> None:
    assert mistake("", keep_generations="many").startswith("--keep-generations: keep_generations")
    with pytest.raises(InvalidSettings, match="SEARCHSVC_INDX: no setting .* `index`"):
        loaded(environ={"SEARCHSVC_INDX": "i"})


def test_the_weights_sum_to_at_most_one() -> None:
    text = "weight_quality: .5\nweight_heat: .25\nweight_freshness: .25"
    assert loaded(text).settings.weights.quality == 0.5
    told = mistake(text, weight_heat="0.3")
    assert "sum to 1.05, at most 1 is allowed" in told
    assert "weight_quality from searchsvc.yaml:1, weight_heat from --weight-heat" in told


@pytest.mark.parametrize(
    ("text", "count", "of", "exceeded"),
    [
        ("10%", 10, 100, False),
        ("10%", 11, 100, True),
        ("10%", 1, 9, True),
        ("0%", 0, 0, False),
        ("0%", 1, 100, True),
        ("100%", 5, 5, False),
        ("3", 3, 3, False),
        ("3", 4, 1_000, True),
        ("0", 1, 1_000, True),
    ],
)
def test_an_allowance_is_a_number_or_a_share(
    text: str, count: int, of: int, exceeded: bool
) -> None:
    allowance = Allowance.parse(text)
    assert allowance.exceeded(count, of) is exceeded
    assert str(allowance) == text


def test_the_weights_of_text_fields_are_in_the_fields_order() -> None:
    assert Settings().field_weights == (2.0, 2.0, 1.0, 0.3)


def test_the_clock_runs_unless_it_is_fixed() -> None:
    assert loaded(now="2020-05-20T12:00:00Z").settings.clock() == 1_589_976_000
    before = datetime.now(UTC).timestamp()
    assert before <= loaded().settings.clock() <= datetime.now(UTC).timestamp()


@pytest.mark.parametrize("name", TABLE)
def test_settings_are_shown_as_they_may_be_written(name: str) -> None:
    text = shown(getattr(Settings(), name))
    written = " ".join(text) if isinstance(text, list) else str("" if text is None else text)
    assert getattr(loaded(**{name: written}).settings, name) == getattr(Settings(), name)


def test_fields_are_a_mapping_of_keys() -> None:
    for text in (
        "fields: {excerpt: [lead, dek], status: []}",
        "fields:\n  excerpt: lead, dek\n  status:",
    ):
        found = loaded(text).settings.fields
        assert shown(found) == {"excerpt": ["lead", "dek"], "status": []}
    environ = {"SEARCHSVC_FIELDS": "{excerpt: [lead]}"}
    assert shown(loaded("", environ).settings.fields) == {"excerpt": ["lead"]}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("fields: {titel: [a]}", "no field is called `titel`"),
        ("fields: {title: {a: b}}", "title"),
        ("fields: {title: [secured]}", "not a key for `title`"),
        ("fields: [a]", "got `a list`"),
        ("fields: lead", "lead"),
        ("url_template: https://a.example/", "got `https://a.example/`"),
        ("url_template: https://a.example/{pth}", "{path}"),
    ],
)
def test_fields_and_templates_that_cannot_be_are_told_with_their_line(text: str, said: str) -> None:
    reason = mistake("\n" + text)
    assert "searchsvc.yaml:2: " + text.split(":")[0] in reason
    assert said in reason


def test_files_of_the_page_are_relative_to_the_settings_file_and_addresses_are_not() -> None:
    write(
        "logo: brand/logo.svg\nextra_css: https://cdn.example/a.css\ntemplates_dir: ours\n",
        "etc/a.yaml",
    )
    settings = load(Path("etc/a.yaml"), environ={}).settings
    assert settings.logo == Path("etc/brand/logo.svg").absolute()
    assert settings.templates_dir == Path("etc/ours").absolute()
    assert settings.extra_css == "https://cdn.example/a.css"


@pytest.mark.parametrize(
    "value", ["https:", "data:", "cdn.example", "https://*.cdn.example/fonts/"]
)
def test_sources_of_a_policy(value: str) -> None:
    assert loaded(img_src=f"'self', {value}").settings.img_src == ("'self'", value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("img_src", "https:; script-src *"),
        ("font_src", "'unsafe-inline'"),
        ("logo", "https://a.example;script-src/x.svg"),
        ("home_url", "javascript:alert(1)"),
        ("home_url", "//evil.example"),
        ("home_url", "www.example.com"),
        ("site_name", "x" * 81),
        ("ui_language", "tlh"),
    ],
)
def test_what_the_page_cannot_be_given(name: str, value: str) -> None:
    assert name in mistake("", **{name: value})
