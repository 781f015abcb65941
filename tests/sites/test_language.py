"""The language of texts is guessed by their commonest words, and not where it is not clear."""

from __future__ import annotations

import pytest

from searchsvc.analysis import LANGUAGES
from searchsvc.sites import guess_language

TEXTS = {
    "en": "The council said that it would not be able to pay for the bridge, and the work on it"
    " will stop until there is a new plan for the town.",
    "de": "Der Stadtrat sagte, dass er die Brücke nicht bezahlen kann, und die Arbeit an ihr wird"
    " ruhen, bis es einen neuen Plan für die Stadt gibt.",
    "fr": "Le conseil a dit qu'il ne pouvait pas payer le pont, et que les travaux sur celui-ci"
    " seront arrêtés tant qu'il n'y a pas de plan pour la ville.",
    "es": "El consejo dijo que no podía pagar el puente y que las obras en él se pararán hasta que"
    " haya un plan nuevo para la ciudad.",
    "it": "Il consiglio ha detto che non può pagare il ponte e che i lavori si fermano finché non"
    " c'è un nuovo piano per la città e per i suoi abitanti.",
    "pt": "O conselho disse que não podia pagar a ponte e que as obras nela vão parar até que haja"
    " um novo plano para a cidade e para os seus moradores.",
    "nl": "De raad zei dat hij niet voor de brug kan betalen en dat het werk eraan stil ligt tot er"
    " een nieuw plan is voor de stad en haar inwoners.",
    "pl": "Rada powiedziała, że nie może zapłacić za most i że prace przy nim są wstrzymane, a to"
    " jest problem dla miasta, bo się na to nie zanosiło od lat.",
    "ru": "Совет сказал, что он не может заплатить за мост и что работы на нём будут стоять, пока"
    " не будет нового плана для города и для его жителей.",
    "ja": "町議会は橋の費用を払えないと述べ、新しい計画ができるまで工事は止まることになりました。",
    "zh": "市议会表示无法支付这座桥的费用，在新的城市规划出台之前，工程将暂停。",
    "ko": "시의회는 다리 비용을 낼 수 없으며 새로운"
    " 계획이 나올 때까지 공사가 중단된다고 밝혔습니다.",
    "ar": "قال المجلس إنه لا يمكن أن يدفع ثمن الجسر وإن العمل في هذا الجسر قد توقف حتى يكون هناك"
    " مخطط جديد من المدينة إلى كل السكان الذين هم في هذه المنطقة.",
    "he": "המועצה אמרה שהיא לא יכולה לשלם על הגשר ושהעבודה עליו תיעצר עד שתהיה תוכנית חדשה לעיר.",
    "tr": "Belediye meclisi köprü için para ödeyemediğini ve bu işin yeni bir plan olana kadar"
    " duracağını, ama daha sonra çok şey olacağını ve her gün için bir karar olduğunu söyledi.",
}


@pytest.mark.parametrize("code", TEXTS)
def test_a_language_is_known_by_one_sentence(code: str) -> None:
    assert code in LANGUAGES
    assert guess_language([TEXTS[code]]) == code


@pytest.mark.parametrize(
    "texts", [[], [""], ["Bayern Dortmund"], ["xq zv " * 200], ["1 2 3 " * 99]]
)
def test_what_says_nothing_is_not_guessed(texts: list[str]) -> None:
    assert guess_language(texts) is None


def test_most_of_what_is_written_counts() -> None:
    assert guess_language([TEXTS["en"]] + [TEXTS["de"]] * 3) == "de"
