"""Function words: the commonest words of a language, which say little by themselves."""

from __future__ import annotations

from functools import cache

from whoosh.lang.stopwords import stoplists

from searchsvc.analysis.token_forms import terms_of

_OWN = {
    "ar": "من في على إلى عن أن إن هذا هذه ذلك التي الذي كان كانت قد لا ما لم لن هو هي مع كل بعد قبل"
    " بين أو ثم حتى عند و أي كما",
    "bg": "и в на с за от по до не да се е са като че но или това който която ще при след към със",
    "ca": "el la els les un una uns unes de del dels a al als i o en amb per que no es ha han és"
    " són com més però seva seu ser va aquest aquesta des fins entre sobre",
    "cs": "a i v ve na s se z ze do k ke o od po pro za u je jsou by byl byla bylo že který která"
    " které to ten ta ale jako jak aby si si nebo až už při podle před",
    "el": "ο η το οι τα του της των τον την τις τους και να σε με για από στο στη στην στον στις"
    " στα που θα δεν ως είναι ήταν μια ένα ένας αλλά ή κατά μετά",
    "et": "ja on ei et see oli ka kui aga või ning oma mis kes nii välja seda selle kuid siis veel",
    "eu": "eta da du ez bat dira zen ere izan dute baina edo beste hau hori zuen egin den dela",
    "fa": "و در به از که این آن را با است برای تا یک بر هم نیز شد شده بود خود یا اما هر ها می ما",
    "ga": "agus an na ar i is a le go do de sé sí bhí tá ag ní ach nó seo sin mar ó faoi um",
    "hi": "और का की के को में से है हैं था थी थे पर यह वह एक ने भी तो ही या कि जो इस उस लिए नहीं",
    "hy": "և է են որ մի ու այս այդ այն ի իր եւ են էր չի համար հետ բայց կամ",
    "id": "dan di ke dari yang untuk pada dengan ini itu adalah tidak dalam akan oleh juga atau"
    " sebagai bisa ada telah karena para",
    "lt": "ir į iš su kad už dėl bet ar yra buvo tai kaip ne po nuo prie per jo jos ant iki apie",
    "ne": "र को मा छ का की ले हो पनि भने यो त्यो एक गरेको लागि छन् बाट थियो",
    "pl": "a i o u w z we ze na do od po za dla nie się to jest są był była było być że jak ale lub"
    " oraz który która które przez przy przed pod nad co czy tym tego ten ta już tak",
    "ro": "și în de la cu pe din pentru o un a ai ale al care că nu se este sunt a fost mai dar sau"
    " prin după ca lui ei cel cea",
    "sr": "и у на је да се за од са о не су а као који која које из по али или до",
    "uk": "і й в у на з із до за що не та це як від про по для але або який яка які був була є",
    "yi": "און די דער דאס איז אין פון צו א אן מיט אז נישט וואס ער זי",
}


@cache
def function_words(language: str) -> frozenset[str]:
    """A language's function words, folded; none for a language that has no list."""
    listed = stoplists.get(language) or _OWN.get(language, "").split()
    return frozenset(part for word in listed for part in terms_of(word, language).parts)
