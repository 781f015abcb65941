"""English words whose stems are not left to Snowball.

It joins words of different meanings (unit and united, animal and anime) and leaves plurals
alone that are formed in other ways (crises, women, GPUs). Both lists come from the stems of two
large collections of news, read by eye.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from searchsvc.analysis.british import OTHERS, american

_FALSE_FRIENDS = """
accession accessions
according accordingly
activist activists activism
affection affections affectionate affectionately
aide aides
analogu analogue analogues analog analogs
animal animals
anime
audition auditions auditioned auditioning
authority authorities
authorize authorizes authorized authorizing authorization authorizations
binge binges binged binging bingeing
boeing boeings
capitalism capitalist capitalists
caste castes
celebrity celebrities
civilization civilizations
coloniz colonize colonizes colonized colonizing colonization colonizer colonizers
conservation conservationist conservationists
contention contentions
conversation conversations conversational
coronation coronations
coroner coroners
correspondent correspondents
coupe coupes
customer customers
defendant defendants
deposition depositions
designate designates designated designating designation designations
digital digitally
diversion diversions
divisive
edition editions
elevator elevators
emergence
engineer engineers engineered engineering
excellent excellently excellence
exclusion exclusions
executive executives
expedition expeditions
experiment experiments experimented experimenting experimental experimentally experimentation
    experimenter experimenters
extremist extremists extremism
fertilizer fertilizers
finale finales
formation formations
fortunate fortunately
goods
grande
heroine heroines
hospitality
housing
identical identically
important importantly importance
initiative initiatives
integrity
internal internally internals
invasive
journalist journalists journalistic journalism
liberation liberate liberates liberated liberating
litre liter liters litres
marketing marketer marketers
mars
maximiz maximize maximizes maximized maximizing maximization
memorial memorials
mobilize mobilizes mobilized mobilizing mobilization
momentous
monetiz monetize monetizes monetized monetizing monetization
morale
nationalist nationalists nationalistic nationalism
nominal nominally
objection objections objectionable
objective objectives objectively
optimal optimally
optimism optimist optimists optimistic optimistically
optimiz optimize optimizes optimized optimizing optimization optimizations optimizer optimizers
organiz organization organizations organizational organize organizes organized organizing
    organizer organizers
patroniz patronize patronizes patronized patronizing
personality personalities
physics
polite politely politeness
positive positives positively positivity
providence
racketeer racketeers racketeering
rational rationally rationality rationale rationales
rationaliz rationalize rationalizes rationalized rationalizing rationalization rationalizations
refinance refinances refinanced refinancing
relativity
severance
severe severely severest severity
simone
socialist socialists socialism
subsidiz subsidize subsidizes subsidized subsidizing subsidization
terminal terminals
titanic
united unite unites uniting
universal universally universality
utilize utilizes utilized utilizing utilization
wilderness
willful willfully
"""
"""Families on a line each, the stem first, that Snowball joins with another."""

_PLURALS = """
airman/airmen alumnus/alumni analysis/analyses anchorman/anchormen axis/axes bacterium/bacteria
batsman/batsmen bus/buses businessman/businessmen businesswoman/businesswomen cameraman/cameramen
chairman/chairmen child/children clergyman/clergymen congressman/congressmen
congresswoman/congresswomen consortium/consortia councilman/councilmen crisis/crises
criterion/criteria diagnosis/diagnoses emphasis/emphases fireman/firemen fisherman/fishermen
foot/feet foreman/foremen freshman/freshmen fungus/fungi gas/gases gentleman/gentlemen
goose/geese gunman/gunmen half/halves horseman/horsemen hypothesis/hypotheses index/indices
knife/knives layman/laymen lens/lenses life/lives lineman/linemen loaf/loaves man/men
memorandum/memoranda
millennium/millennia mouse/mice nucleus/nuclei oasis/oases parenthesis/parentheses
phenomenon/phenomena policeman/policemen policewoman/policewomen quiz/quizzes referendum/referenda
salesman/salesmen scarf/scarves seaman/seamen serviceman/servicemen shelf/shelves
spectrum/spectra spokesman/spokesmen spokeswoman/spokeswomen sportsman/sportsmen
sportswoman/sportswomen statesman/statesmen stimulus/stimuli stuntman/stuntmen synopsis/synopses
thesis/theses thief/thieves tooth/teeth tradesman/tradesmen wife/wives wolf/wolves woman/women
workman/workmen
cd/cds dj/djs gm/gms mp/mps pc/pcs tv/tvs vc/vcs vp/vps
"""

_HYPHENATED = """
co-op e-bike e-book e-commerce e-learning e-mail e-sports health-care hi-fi hi-tech off-line on-line
sci-fi start-up t-shirt u-turn wi-fi x-ray
"""
"""Spelled in three ways everywhere, whether or not a text here does."""

_INITIALS = re.compile(r"(?!(?:this|thus|plus|chris|kris|cris|gris)$)([^\W\daeiouy]{2,}[aeiou]?)s")
"""GPUs, NGOs, NFTs: Snowball sees no vowel in them, and so no word that could be in the plural."""


def _families() -> Iterator[tuple[str, str]]:
    """Each word with the stem of its family."""
    family = ""
    for line in _FALSE_FRIENDS.splitlines():
        words = line.split()
        if words and not line.startswith(" "):
            family = words[0]
        yield from ((word, family) for word in words)


APART = dict(_families())
"""The stem of a word that Snowball would join with one of another meaning."""

SINGULARS = {
    plural: singular for pair in _PLURALS.split() for singular, plural in [pair.split("/")]
}
"""What to stem in place of an irregular plural."""


COMPOUNDS = {word.replace("-", ""): tuple(word.split("-")) for word in _HYPHENATED.split()}
"""Parts by the word written as one."""


_VARIANTS = {"a": "ey", "e": "ao", "i": "ey", "k": "c", "o": "ei", "u": "o"}
"""Second letters that words may have where their stem has another: oestrogen, sceptic, men, mice,
dying."""
_OTHERWISE = {right[:2]: word[:2] for word, right in OTHERS.items() if word[:2] != right[:2]}


def beginnings_of(stem: str) -> set[str]:
    """The first two letters that words with a stem of ASCII may have; of one letter, the stem."""
    if len(stem) < 2:
        return {stem} if stem else set()
    first, second = stem[0], stem[1]
    found = {first + other for other in second + _VARIANTS.get(second, "")}
    if first in "ei":
        found |= {"ae", "oe", "en"}
    if stem[:2] in _OTHERWISE:
        found.add(_OTHERWISE[stem[:2]])
    return found


def normal(word: str) -> str:
    """The word to be stemmed for this one: in American spelling, and in the singular."""
    return singular(word if word in APART or word in SINGULARS else american(word))


def singular(word: str) -> str:
    """The word to be stemmed for this one."""
    found = SINGULARS.get(word)
    if found is None and word[-1] == "s" and len(word) > 3:
        initials = _INITIALS.fullmatch(word)
        return initials[1] if initials else word
    return found or word
