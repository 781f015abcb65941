"""Random articles for the tests, and what an index of them must hold, by brute force."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st

from searchsvc.analysis import BREAK, words
from searchsvc.articles.article import Article, Image, Provider
from searchsvc.articles.cleaning import clean_text
from searchsvc.index import Generation, GenerationWriter
from searchsvc.index.merge_policy import MergePolicy
from searchsvc.index.segment import SegmentData
from searchsvc.index.segment_builder import SegmentBuilder

quick = settings(
    max_examples=60, deadline=None, phases=(Phase.explicit, Phase.generate, Phase.shrink)
)
several = settings(quick, max_examples=30, suppress_health_check=list(HealthCheck))
"""For tests that write folders."""

WEIGHTS = (2.0, 2.0, 1.0, 0.3)
NOW = datetime(2021, 1, 1, tzinfo=UTC).timestamp()

WORDS = [
    *("news", "News,", "running", "ran", "runs", "covid-19", "A.I.", "U.S.", "C++", ".NET", "5G"),
    *(
        "285,000",
        "e-mail",
        "email",
        "naïve",
        "naive",
        "Microsoft\u2019s",
        "东京大学",
        "東京",
        "the",
    ),
    *("...", "iphone12", "q-q", "हिन्दी", "straße", "AT&T", "(well)", "c#", "½", "Ω", "J. R. R."),
    *("well-well-known", "10 000", "l'économie", "Ankara'da", "&", "#MeToo", "'s", "é", "👍🏽"),
]
_texts = st.lists(st.sampled_from(WORDS), max_size=8).map(" ".join) | st.text(
    st.characters(exclude_categories=["Cs", "Co"]), max_size=12
).map(clean_text)
_labels = st.sampled_from(["AI", "ai", "Ai", "Tech & Science", "straße", "STRASSE", "bbc.co.uk"])
_dates = st.datetimes(
    min_value=datetime(1, 1, 2), max_value=datetime(9999, 12, 30), timezones=st.just(UTC)
).map(lambda moment: moment.replace(microsecond=0))
_options = st.none() | _labels
_links = st.sampled_from(["https://a.example/", "/b", "https://news.example/a"])

articles: st.SearchStrategy[Article] = st.builds(
    Article,
    id=st.sampled_from([f"2020/{name}" for name in ("a", "b", "c", "d", "é", "f/g", "h")]),
    title=_texts,
    excerpt=_texts,
    body=st.just("") | _texts,
    url=st.none() | _links,
    amp_url=st.none() | st.just("/amp"),
    published_at=st.none() | _dates,
    provider=st.builds(Provider, _options, _options).map(
        lambda provider: provider if provider.name or provider.domain else None
    ),
    category=_options,
    type=_options,
    topics=st.lists(_labels | _texts.filter(bool), max_size=4, unique_by=str.casefold).map(tuple),
    quality=st.none() | st.integers(-1, 900),
    heat=st.none() | st.integers(-1, 900),
    image=st.none() | st.just(Image("https://cdn.example/a.jpg", 1200, None, "A picture")),
    related=st.lists(_links, max_size=2).map(tuple),
    other_urls=st.lists(_links, max_size=2).map(tuple),
)
collections = st.lists(articles, max_size=7, unique_by=lambda article: article.id)
languages = st.sampled_from(["en", "en", "fr", "de", "tr", "fa", "none"])


@dataclass(frozen=True)
class Night:
    """What changes between two generations; ids are added anew after they were deleted."""

    added: list[Article]
    deleted: list[str]
    rated: list[tuple[str, int | None, int | None]]


_some_ids = st.sampled_from(["2020/a", "2020/b", "2020/é"])
_ratings = st.none() | st.integers(0, 9)
nights = st.lists(
    st.builds(
        Night,
        collections,
        st.lists(_some_ids, max_size=2),
        st.lists(st.tuples(_some_ids, _ratings, _ratings), max_size=2),
    ),
    min_size=1,
    max_size=4,
)
policies = st.sampled_from([MergePolicy(), MergePolicy(2), MergePolicy(1, 0.0)])


def texts_of(article: Article) -> tuple[str, str, str, str]:
    return article.title, BREAK.join(article.topics), article.excerpt, article.body


def occurrences(article: Article, language: str) -> dict[str, list[int]]:
    """For each word its positions: the number of the field << 14 | the place there."""
    found = defaultdict(list)
    for field, text in enumerate(texts_of(article)):
        for word in words(text, language):
            for offset, term in word.terms.indexed:
                place = word.position + offset
                found[term].append(field << 14 | (place if place <= 16_381 else 16_383))
    return {term: positions[:255] for term, positions in found.items()}


def lengths(article: Article, language: str) -> list[int]:
    return [
        sum(1 for word in words(text, language) for _ in word.terms.indexed)
        for text in texts_of(article)
    ]


def segment_of(added: Iterable[Article], language: str = "en") -> SegmentData:
    builder = SegmentBuilder(language)
    for article in added:
        builder.add(article)
    return builder.build()


def generation(
    folder: Path,
    night: Night,
    carried: Path | None = None,
    *,
    language: str = "en",
    policy: MergePolicy | None = None,
    weights: tuple[float, ...] = WEIGHTS,
    memory_mb: int = 512,
) -> Path:
    """Writes a generation and returns its folder."""
    folder.mkdir()
    writer = GenerationWriter(
        folder, language, weights, carried, memory_mb=memory_mb, policy=policy
    )
    for article_id in [*night.deleted, *(article.id for article in night.added)]:
        writer.delete(article_id)
    for article_id, quality, heat in night.rated:
        writer.rate(article_id, quality, heat)
    for article in night.added:
        writer.add(article)
    writer.finish(NOW, {"language": language}, lambda written: None)
    return folder


def built(folder: Path, added: Sequence[Article], **options: object) -> Generation:
    """A generation of some articles, opened."""
    return Generation(generation(folder, Night(list(added), [], []), **options))  # type: ignore[arg-type]


def after(history: Sequence[Night]) -> dict[str, Article]:
    """The articles that are there in the end, with their ratings."""
    present: dict[str, Article] = {}
    for night in history:
        for article_id in [*night.deleted, *(article.id for article in night.added)]:
            present.pop(article_id, None)
        for article_id, quality, heat in night.rated:
            if article_id in present:
                present[article_id] = replace(present[article_id], quality=quality, heat=heat)
        present |= {article.id: article for article in night.added}
    return present


def history_on_disk(
    root: Path, history: Sequence[Night], policy: MergePolicy | None = None, language: str = "en"
) -> Path:
    """The folder of the last of several generations."""
    carried: Path | None = None
    for number, night in enumerate(history):
        carried = generation(root / str(number), night, carried, policy=policy, language=language)
    assert carried is not None
    return carried
