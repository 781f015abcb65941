"""British spellings find American ones, and no other words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchsvc.analysis import stemmer
from searchsvc.analysis.british import american


@pytest.mark.parametrize(
    "pair",
    """centre/center centres/centers centred/centered defence/defense defences/defense
    offence/offense licence/license licences/licensed practised/practiced labour/labor
    labourers/laborers colour/color colourful/colorful favourite/favorite neighbours/neighbors
    behaviour/behavior harbour/harbor criticised/criticized criticise/criticizing
    organisation/organization organisers/organizers realise/realize recognisable/recognizable
    analyse/analyze paralysed/paralyzed travelled/traveled travellers/travelers
    cancelled/canceled modelling/modeling labelled/labeled marvellous/marvelous
    counsellor/counselor medallists/medalists enrolment/enrollment fulfil/fulfill
    instalments/installments skilful/skillful catalogue/catalog catalogues/cataloging
    dialogue/dialog programme/program programmes/programs theatre/theater fibre/fiber
    kilometres/kilometers metre/meters litres/liter grey/gray ageing/aging judgement/judgment
    jewellery/jewelry aeroplane/airplanes anaemia/anemia haemorrhage/hemorrhage
    paediatric/pediatric oestrogen/estrogen foetus/fetus manoeuvres/maneuver
    sceptical/skeptical sulphur/sulfur moustache/mustache mould/mold plough/plow
    enquiry/inquiry tumours/tumor epicentre/epicenter trialled/trialing gruelling/grueling
    chillies/chili tsars/czar leapt/leaped spilt/spilled liquorice/licorice molluscs/mollusk
    aeons/eon carburettors/carburetor yoghurt/yogurt whisky/whiskey pyjamas/pajamas
    archaeology/archeology""".split(),
)
def test_both_spellings_share_a_stem(pair: str) -> None:
    british, american_spelling = pair.split("/")
    stem = stemmer("en")
    assert stem(british) == stem(american_spelling)


@pytest.mark.parametrize(
    "word",
    """advise advertised arise comprises compromise crisis devise disguise enterprise exercise
    expertise franchise improvise iris merchandise noise otherwise paradise poise praise precise
    premises prize prise promised raise revised rise sunrise supervised surprise televised tennis
    wise hour four tour contour pour your court harcourt massacre acre ogre mediocre macabre
    fence science vogue league rogue called killing controlled install basis analysis tyre cheque
    storey adviser citizen seize size dance hilled mills""".split(),
)
def test_other_words_stay_as_they_are(word: str) -> None:
    assert american(word) == word


@given(st.from_regex(r"[a-z]{1,12}", fullmatch=True))
def test_an_american_spelling_is_left_alone(word: str) -> None:
    assert american(american(word)) == american(word)
