"""Words that say what kind of text a block is, by hand: function words of many languages, and words of page furniture.

Running text is a third function words in any language that has them; menus and lists of headlines are not. Furniture
(sharing, subscribing, legal lines) has its own few dozen words. Both lists are general knowledge of the languages, not
counted on pages. Letters are lowered where they are ASCII; compiled code holds the table (`curate.kernels.jit`).
"""

import numpy as np

FUNCTION = """
the of and to in is was for on that with as by at from be are this it an which were or but not have has had they you
we he she his her their its been will would can could there what when who if about into than then also these those our
my der die das und ist von den mit nicht auf für im dem des ein eine einer einen auch als sich wird sind war aber wie
oder hat bei nach zum zur vor über noch nur wenn dass daß aus werden kann sie er es ich wir ihr um durch so wurde le
la les des du et est en un une que qui dans pour pas sur au aux avec ce cette par plus ne se son sa ses il elle nous
vous ils mais ou sont été être comme leur leurs el los las de y que en un una por con para del al lo como más pero sus
se su este esta es son fue ha han no si sobre il di che e per non una sono con del della dei nel nella anche come più
ma gli ha è al alla questo questa si o os as em um uma do da dos das no na nos nas não com para por mais se foi ao
pela pelo seu sua são een het van en dat op te zijn met voor niet aan er ook als bij maar om uit wordt worden heeft
naar deze dit w na z do się nie jest że to i o za od po jak ale dla przez tego są był oraz и в не на что с по как это
из к для но от его за то же было был были она они мы вы och att det som på är av för med den till inte om ett har de
var jag kan men eller från så og er at til af på med det den som ikke har fra var vi kan ja on ei se että oli myös
mutta ve bir bu için ile de da olarak olan gibi daha çok ama ne yang dan di itu dengan untuk dari ini pada tidak dalam
akan juga adalah ke a je na v se že s o i do pro by si jako ale k po za az va și în cu din la pe este nu să care mai
και το να του η της με για την που είναι από των στο τα у та що не на до як за від це але про
""".split()  # noqa: SIM905
FURNITURE = """
copyright reserved subscribe subscription newsletter cookies cookie privacy login register signup signin logout share
tweet facebook twitter instagram whatsapp linkedin pinterest youtube telegram comments comment reply replies
advertisement advertisements sponsored related trending menu search contact terms sitemap follow email print
disclaimer feedback toggle navigation skip login cart checkout wishlist permalink kommentare kommentar anmelden
registrieren abonnieren impressum datenschutz anzeige teilen startseite drucken agb partager commentaires connexion
inscription confidentialité publicité accueil imprimer abonnez compartir comentarios suscríbete suscribirse publicidad
privacidad inicio imprimir registrarse condividi commenti abbonati pubblicità stampa accedi registrati compartilhar
comentários publicidade assine entrar комментарии подписаться поделиться реклама войти udostępnij komentarze zaloguj
reklama delen reacties
""".split()  # noqa: SIM905
IS_FUNCTION, IS_FURNITURE = 1, 2
_BITS = 12
_MASK = (1 << _BITS) - 1
START, FACTOR, MASK = np.uint64(0xCBF29CE484222325), np.uint64(0x100000001B3), np.int64(_MASK)


def _hash(word: str) -> int:
    key = int(START)
    for letter in word.encode():
        key = (key ^ letter) * int(FACTOR) % 2**64
    return key


def _table() -> tuple[np.ndarray, np.ndarray]:
    bits: dict[str, int] = {}
    for words, bit in ((FUNCTION, IS_FUNCTION), (FURNITURE, IS_FURNITURE)):
        for word in words:
            bits[word] = bits.get(word, 0) | bit
    keys, kinds = np.zeros(1 << _BITS, np.uint64), np.zeros(1 << _BITS, np.uint8)
    for word, kind in bits.items():
        place = (_hash(word) >> 20) & _MASK
        while kinds[place]:
            place = (place + 1) & _MASK
        keys[place], kinds[place] = _hash(word), kind
    return keys, kinds


KEYS, KINDS = _table()
