"""Templates that carry words of the text, in all the wikis we could think of, and which of their arguments show.

Everything else is dropped: boxes, notices, footnotes, bars of links, and what says "main article" or "see also", which
is a link and no prose. Names are compared in lower case, underscores as spaces.
"""

# By what shows. Arguments without a name count from 1; `quotes` are blocks of their own, `cited`
# only where they stand alone on a line: authors put them inside sentences as well.
_NAMES = {
    "first": """
        nowrap|nobr|nobreak|incise|ling|le|ألمانية|إنجليزية|فرنسية|إيطالية|إسبانية|روسية|تركية|يونانية|لاتينية
        |nobold|noitalic|nowr|small|smaller|big|large|larger|resize|italic|bold|em
        |strong|s|u|overline
        |underline|math|mvar|tmath|abbr|abbrlink|tooltip|hover|sic|not a typo|as written|linktext|dfn
        |visible anchor|vanchor
        |ipa|ipa-all|ipaslink|ipalink|angbr|angbr ipa|angle bracket|sup|sub|su|keypress|key press|key|zh-full
        |link-interwiki|нп|нп1|нп2|нп3|нп4|нп5|не переведено|не переведено 2|не переведено 3
        |не переведено 5|iw|仮リンク
        |internal link helper|內部連結|内链|enlace|redlink|formatnum|num|nts|number|nombre|nb
        |nombr|fmtn|число
        |szám|fmt|format number|esd|ta|nsbsp|sans-serif|serif|font|code|inline code|tt|mono|var|kbd|samp|smallcaps|sc
        |smallcaps all|petites capitales|pc|versalete|unicode|centrer|center|align left|align right|flatlist|plainlist
        |notatypo|proper name|nbr|clarify span|citation needed span|cns|dubious span|chem2|latin|polytonic
        |grc|heb|hebrew
        |arabic|ar|chinese|greek|jarabic|persian|r-lang|rtl|ltr|bidi|nastaliq|nq|he-n|unicode he|large font|initiale
        |dropcap|ruby|ruby-ja|flag|flagcountry|flagu|flagathlete|yes|no|won|nom|draw|partial|okay|good
        |equation box 1|larger font|span|bq|не перекладено
        |nowrap begin|fett|kursiv|kapitälchen|overbar
        |bibleverse
        |bibelvers|bibelstelle|no break|music note
        |script|sclass|ushs|hms|uss|ss|sms
        """,
    "second": """
        lang|langx|langue|native name|lang2|llang
        |foreign|foreign language|rtl-lang|cizojazyčně|vjazyce2|jazyk|w języku|w-języku|lj
        |font color|fontcolor|fontcolour|color|colour|numblk|wikt-lang|idioma|языки|taal|text in taal|lang-fa2|colorize
        |textcolor|bg color|background color|background""",
    "last": "tsl|transl|transliteration|translit|romanization|sort|script/slavonic|color box|ipa-cell",
    "quotes": """
        quote|quotation|blockquote|block quote|cquote|rquote|quote box|quotebox|centered pull quote|bquote|poemquote
        |poem quote|verse translation|quote frame|qb|text quote|citation bloc|cita conocido
        |cita destacada|цитата2|verse
        |cytat2|zitat2|blockcitat|citatboks|quote2|引用|quote1|alıntı|trích dẫn|اقتباس|نقل قول|citation longue
        |başlıksız alıntı|konu alıntısı|hadith|ayah|διάλογος|აბრევიატურა|ציטוט""",
    "cited": """
        citation|cita|citazione|citação|citacao|citat|cytat|citát|citaat|idézet|zitat|цитата|цитат|citation étrangère
        |citado|kutipan|sitaatti|sitat|citaĵo""",
    "marks": '"|guil|« »|guillemets|“|dq|quote inline|cytat wers|zitat-inline|citation nécessaire',
    "joined": """date|date-|unité|unidad|unitat|unità|datum|fecha|data|дата|date vérifiée|m|maß|jednostka
    |eenheid|km|val""",
    "dashed": """
        start date|end date|birth date|death date|birth date and age|death date and age|dts|film date
        |start date and age
        |bda|dda|birth-date|death-date|release date|geburtsdatum|date de naissance|date de décès|nascimento
        |data de morte
        |fecha de nacimiento|birth year and age|nihil""",
    "measured": "convert|cvt|conversie|tmp|konvert|convertir|converter|converti|omregn|换算|換算",
    "fraction": "frac|sfrac|fraction|bruch|frakcja|tfrac|fracción|fração|zlomek|дробь|дріб|phần|breuk",
    "together": "chem|chemf|sm|e-|ipac-en|ipac-fr|ipac-es|ipac-pl|chem/link|su2|str|stack",
    "named": "nihongo|nihongo2|nihongo3|nihongo foot|日本語|読み仮名|読み|korean|ko-hhrm|zh-cp|chữ hán",
    "list": "hlist|unbulleted list|ubl|ubil|flat list|bulleted list|blist|cslist|comma separated entries|endash list",
    "person": "sortname|sortierbarer name|persondata name|classificabile|triable|имя|nom triable|sortkey name",
    "link": """ill|interlanguage link|illm|ilm|ill-wd|lien|liens|link|enlace traducción
    |interlanguage link multi|dil bağı""",
    "century": "s|s-|sp|sp-|s mini|s-mini|siècle|-s|-s-|siècle2|s2",
    "old style": "oldstyledate|oldstyledatedy|oldstyledateny|старый стиль|сс|сс2|сс3|сс4|oldstyledatenewyear",
}
NAMES = {name.strip(): how for how, names in _NAMES.items() for name in reversed(names.split("|"))}

# What stands for itself, whatever its arguments.
LITERAL = {
    "ndash": "–", "en dash": "–", "--": "–", "spaced ndash": " – ", "snd": " – ", "spnd": " – ", "snds": " – ",
    "spaced en dash": " – ", "mdash": "—", "em dash": "—", "---": "—", "spaced mdash": " — ", "—": " — ", "–": " – ",
    "nbsp": " ", "space": " ", "thinsp": " ", "thin space": " ", "hairsp": " ", "sp": " ", "nnbsp": " ", "!": "|",
    "=": "=", "(": "{", ")": "}", "'": "'", "' \"": "'\"", "\" '": "\"'", "'s": "'s", "pipe": "|", "·": " · ",
    "•": " • ",
    "dot": " · ", "middot": " · ", "bull": " • ", "bullet": " • ", "\\": " / ", "dagger": "†", "double dagger": "‡",
    "pi": "π", "infin": "∞", "hamza": "ʾ", "ayin": "ʿ", "okina": "ʻ", "zwnj": "\u200c", "zwj": "\u200d", "no.": "No.",
    "numero": "No.", "n°": "n°", "nº": "nº", "numéro": "n°", "sharp": "♯", "flat": "♭", "av jc": "av. J.-C.",
    "avjc": "av. J.-C.", "-av jc": "av. J.-C.", "ap jc": "apr. J.-C.", "1er": "1er", "1re": "1re", "ier": "Ier",
    "bce": "BCE", "ce": "CE", "times": "×", "minus": "−", "±": "±", "degree": "°", "prime": "′", "br": "\n",
    "pb": "\n\n", "paragraph break": "\n\n", "crlf": "\n", "...": "…", "ellipsis": "…", "co2": "CO₂", "h2o": "H₂O",
    "brackets": "[]", "bracket": "[", "!(": "[", ")!": "]", "!!": "|", "&": "&", "nbhyph": "-", "nbh": "-",
    "hyphen": "-",
}  # fmt: skip
# What stands before the first argument.
BEFORE = {
    "circa": "c. ", "c.": "c. ", "ca.": "ca. ", "floruit": "fl. ", "fl.": "fl. ", "reign": "r. ", "r.": "r. ",
    "siglo": "siglo ", "segle": "segle ", "séc": "século ", "secolo": "secolo ", "sqrt": "√", "radic": "√",
    "us$": "US$",
    "usd": "US$", "a$": "A$", "aud": "A$", "cad": "C$", "£": "£", "gbp": "£", "€": "€", "euro": "€", "₹": "₹",
    "inr": "₹", "¥": "¥", "jpy": "¥", "e": "×10^", "as of": "as of ", "née": "née ", "isbn": "ISBN ", "rs": "Rs. ",
}  # fmt: skip
# Names of the argument that holds the words, where it has one.
WORDS = ("text", "quote", "texte", "texto", "testo", "zitat", "tekst", "cytat", "content", "текст", "citat",
    "cita", "citaat",
         "cite", "lt", "trad", "fr", "2")  # fmt: skip
# Templates of pages that only say which of several pages is meant, in lower case.
DISAMBIGUATION = frozenset(
    name.strip()
    for name in """disambig|disambiguation|disamb|dab|hndis|geodis|human name disambiguation|place name disambiguation
    |begriffsklärung
    |homonymie|disambigua|desambiguación|desambiguação|desambig|desambiguació|doorverwijspagina|dp|ujednoznacznienie
    |неоднозначность|многозначность|багатозначність|aimai|曖昧さ回避|rozcestník|egyért|förgrening|flertydig
    |dezambiguizare
    |razvrstavanje|višeznačna odrednica|вишезначна одредница|razločitev|пояснителна страница|消歧义|消歧義
    |disambig/表記揺れ
    |동음이의|توضيح|ابهام‌زدایی|פירושונים|anlam ayrımı|định hướng|trang định hướng|täsmennyssivu|argi|apartigilo
    |neenoznačné|täpsustuslehekülg|nuorodinis|disambig-cleanup|numberdis|letter disambiguation
    |mathdab|schooldis
    |roaddis|hospitaldis|school disambiguation|patronymie|toponymie|homonymes|internationalisation
    |acronymie|неадназначнасць
    |неадназначнасць, прозвішча|polysémie|bisongidila|pegpeg|αποσαφήνιση|wp:disambiguation|nozīmju atdalīšana
    |zīmju šķiršana|saskiršona|nūzeimu škiršona""".split("|")  # noqa: SIM905
)  # fmt: skip
