"""British spellings of English words, as American ones.

Rules for what is regular, with lists of the words they hold or do not hold for. A word that would
fall together with another one is left alone: tyre (tire), cheque (check), storey (story).
"""

from __future__ import annotations

import re


def _any(words: str) -> str:
    return "(?:" + "|".join(words.split()) + ")"


_OUR = _any(
    """arb ard arm behavi cand clam clang col demean endeav enam fav ferv flav glam harb hon hum lab
    misdemean neighb od parl ranc rig rum savi sav splend succ tum val vap vig"""
)
_RE = _any(
    """accout calib cent epicent fib goit lust meag mit och reconnoit sab scept sepulch somb
    spect theat (?:kilo|centi|milli|micro|nano)?(?:met|lit)"""
)
_LOGUE = _any("catal dial demag epil homol monol pedag prol synag travel")
_YSE = _any("(?:psycho|re)?anal breathal catal dial electrol hydrol paral")
_DOUBLED = _any(
    """apparel barrel bedevil bevel cancel carol channel chisel counsel cudgel dial drivel duel
    enamel equal fuel funnel gravel grovel gruel hovel imperil initial jewel kennel label
    level libel marshal marvel medal metal model nickel panel parcel pedal pencil pummel
    quarrel ravel revel rival shovel shrivel signal snivel spiral stencil swivel tassel tinsel
    total towel travel trial trowel tunnel unravel weasel yodel council"""
)
_NEVER_IZE = _any(
    """advert adv an appr ar cer chass chast chem circumc compr comprom conc den dem desp dev
    disenfranch el enfranch enterpr exc exerc exorc expert franch highr improv inc ir mant merchand
    metropol moonr mort parad pelv pen pr prec prem prom pract repr rev sunr superv surm surpr telev
    treat trell upr val"""
)
OTHERS = dict(
    pair.split("/")
    for pair in """advisor/adviser aeon/eon aeroplane/airplane ageing/aging aluminium/aluminum
    annexe/annex artefact/artifact axe/ax burnt/burned carburettor/carburetor
    chequered/checkered chilli/chili chillies/chilies cosier/cozier cosy/cozy
    donut/doughnut dreamt/dreamed furore/furor gaol/jail gaoled/jailed
    gaoler/jailer gaols/jails grey/gray greyer/grayer greyish/grayish
    jewellery/jewelry judgemental/judgmental leapt/leaped learnt/learned
    likeable/likable liquorice/licorice mollusc/mollusk moustache/mustache
    omelette/omelet plough/plow ploughed/plowed ploughing/plowing programme/program
    sizeable/sizable speciality/specialty spilt/spilled spoilt/spoiled
    tranquillity/tranquility tsar/czar whiskies/whiskeys whisky/whiskey
    woollen/woolen yoghurt/yogurt""".split()
)

_RULES = [
    (re.compile(pattern), american)
    for pattern, american in [
        (rf"^((?:dis|mis|multi|tri|un|water)?{_OUR}o)ur", r"\1r"),
        (rf"^({_RE})re(?=s?$)", r"\1er"),
        (rf"^({_RE})re(?=d$)", r"\1ere"),
        (r"^(cent|fib|theat)re(?=board|fold|glass|goer|piece)", r"\1er"),
        (r"^(cent|lust|met|reconnoit)r(?=ing$)", r"\1er"),
        (r"^(def|off|pret)ence", r"\1ense"),
        (r"^licence", "license"),
        (r"^practis(?=(?:e[sd]?|ing)$)", "practic"),
        (rf"^({_LOGUE}og)ue(?=s?$)", r"\1"),
        (rf"^({_LOGUE}og)u(?=(?:ed|ers?|ing)$)", r"\1"),
        (rf"^({_YSE}y)s(?=(?:e|ed|ers?|ing)$)", r"\1z"),
        (rf"^((?:re|out|un|mis)?{_DOUBLED})l(?=(?:ed|ings?|ers?|ors?|ists?|ous|ously)$)", r"\1"),
        (r"^(enrol|fulfil|instil|distil|appal|enthral|instal)(?=(?:s|ments?)?$)", r"\1l"),
        (r"^(ski|wi)(?=lful)", r"\1l"),
        (
            rf"^(?!(?:un|re|pre|over)?{_NEVER_IZE}is)(.+[^aeiouw]i)s"
            r"(?=(?:e[sd]?|ers?|ing|ingly|able|ations?|ational)$)",
            r"\1z",
        ),
        (r"^(.+)ae(?=mi(?:as?|cs?)$)", r"\1e"),
        (r"^(h|(?:ortho|encyclo)?p|an|gyn|pal|medi|f)ae(?=m|d|sth|co|o|val|c)", r"\1e"),
        (r"^caesar(?=[ei]an)", "cesar"),
        (r"^archaeo", "archeo"),
        (r"^[ao](?=etiolog|estro|esoph|edem)", ""),
        (r"^(c|hom)o(?=eliac|eo)", r"\1"),
        (r"^foet(?=us|al)", "fet"),
        (r"^(.+)rrhoea", r"\1rrhea"),
        (r"^manoeuv(?:er|re?)", "maneuver"),
        (r"^(judg|acknowledg)e(?=ments?$)", r"\1"),
        (r"^(sm|m)ou(?=ld)", r"\1o"),
        (r"^sceptic", "skeptic"),
        (r"^sulph", "sulf"),
        (r"^enquir", "inquir"),
        (r"^pyjama", "pajama"),
        (r"^(focus)s(?=ed|es|ing)|^(benefit)t(?=ed|ing)|^(worship)p(?=ed|er|ing)", r"\1\2\3"),
    ]
]
_HINT = re.compile(
    r"our|re[sdbfgp]?|ring$|ence|ctis|ogu[ei]|[iy]s[ei]|isa|ll|l(?:s|ments?)?$|ilful|[ao]e|dgem|mould|"
    r"scept|sulph|enq|pyj|ss[ei]|tt[ei]|pp[ei]"
)
"""What every word of a rule has somewhere."""
_ANY_RULE = re.compile("|".join(re.sub(r"\((?!\?)", "(?:", rule.pattern) for rule, _ in _RULES))


def american(word: str) -> str:
    """The American spelling of a word in small letters; most words are their own."""
    if _HINT.search(word) and _ANY_RULE.match(word):
        for pattern, replacement in _RULES:
            found, count = pattern.subn(replacement, word, count=1)
            if count:
                return found
    other = OTHERS.get(word)
    if other is None and word.endswith("s"):
        other = OTHERS.get(word[:-1])
        return f"{other}s" if other else word
    return other or word
