"""Synthetic prose: short pages in five other languages, pages of mathematics, and pages full of invented addresses.

Sentences are put together from parts by a seeded generator, some hundred words a page, enough for a language to be
recognised and for no two pages to be near duplicates of each other.
"""

from __future__ import annotations

from random import Random

# For each language: openings, subjects with verb, objects, closings. A sentence takes one of each.
_PARTS = {
    "de": (
        [
            "Am frühen Morgen",
            "Nach dem langen Winter",
            "In der alten Stadt",
            "Seit vielen Jahren",
            "Kurz vor dem Abend",
            "Auf dem kleinen Markt",
        ],
        [
            "beschreibt die Lehrerin",
            "sammelt der Gärtner",
            "untersucht die Forscherin",
            "erklärt der Müller",
            "verkauft die Bäckerin",
            "zeichnet der Nachbar",
        ],
        [
            "die Geschichte der Brücke",
            "seltene Samen und Kräuter",
            "das Wasser des Flusses",
            "den Weg durch den Wald",
            "frisches Brot mit Nüssen",
            "die Dächer der Häuser",
        ],
        [
            "weil es niemand sonst tut.",
            "und alle hören gerne zu.",
            "obwohl das Wetter schlecht ist.",
            "damit die Kinder es verstehen.",
            "bis die Glocke zweimal läutet.",
            "ohne nach der Uhr zu sehen.",
        ],
    ),
    "fr": (
        [
            "Au début de la matinée",
            "Après un très long hiver",
            "Dans la vieille ville",
            "Depuis de nombreuses années",
            "Un peu avant le soir",
            "Sur la petite place",
        ],
        [
            "la maîtresse raconte",
            "le jardinier ramasse",
            "la chercheuse étudie",
            "le meunier explique",
            "la boulangère prépare",
            "notre voisin dessine",
        ],
        [
            "l'histoire du grand pont",
            "des graines et des herbes rares",
            "l'eau de la rivière",
            "le chemin à travers la forêt",
            "du pain frais aux noix",
            "les toits des maisons",
        ],
        [
            "parce que personne d'autre ne le fait.",
            "et tout le monde écoute avec plaisir.",
            "bien que le temps soit mauvais.",
            "afin que les enfants comprennent.",
            "jusqu'à ce que la cloche sonne.",
            "sans jamais regarder l'heure.",
        ],
    ),
    "es": (
        [
            "Al comienzo de la mañana",
            "Después de un largo invierno",
            "En la ciudad antigua",
            "Desde hace muchos años",
            "Poco antes de la noche",
            "En la plaza pequeña",
        ],
        [
            "la maestra cuenta",
            "el jardinero recoge",
            "la investigadora estudia",
            "el molinero explica",
            "la panadera prepara",
            "nuestro vecino dibuja",
        ],
        [
            "la historia del puente",
            "semillas y hierbas raras",
            "el agua del río",
            "el camino por el bosque",
            "pan fresco con nueces",
            "los tejados de las casas",
        ],
        [
            "porque nadie más lo hace.",
            "y todos escuchan con gusto.",
            "aunque hace mal tiempo.",
            "para que los niños lo entiendan.",
            "hasta que suena la campana.",
            "sin mirar nunca el reloj.",
        ],
    ),
    "ru": (
        [
            "Ранним утром",
            "После долгой зимы",
            "В старом городе",
            "Уже много лет",
            "Незадолго до вечера",
            "На маленькой площади",
        ],
        [
            "учительница рассказывает про",
            "садовник вспоминает про",
            "исследовательница пишет про",
            "мельник объясняет про",
            "хозяйка пекарни поёт про",
            "наш сосед говорит про",
        ],
        [
            "старый мост",
            "редкие семена и травы",
            "чистую воду реки",
            "дорогу через лес",
            "свежий хлеб с орехами",
            "крыши всех домов",
        ],
        [
            "потому что больше никто этого не делает.",
            "и все слушают с удовольствием.",
            "хотя погода совсем плохая.",
            "чтобы дети всё поняли.",
            "пока не зазвонит колокол.",
            "и никогда не смотрит на часы.",
        ],
    ),
    "zh": (
        ["清晨的时候,", "漫长的冬天过去以后,", "在这座古老的城市里,", "许多年以来,", "傍晚之前,", "在小小的广场上,"],
        ["老师讲述着", "园丁收集了", "研究人员观察", "磨坊主人解释", "面包师准备好", "我们的邻居画下"],
        ["那座桥的历史", "稀有的种子和草药", "河里的流水", "穿过森林的道路", "刚出炉的核桃面包", "所有房子的屋顶"],
        [
            "因为没有别人会这样做。",
            "大家都很高兴地听着。",
            "虽然天气并不好。",
            "为了让孩子们能够明白。",
            "直到钟声响起为止。",
            "从来不去看时间。",
        ],
    ),
}
LANGUAGES = tuple(_PARTS)
_THINGS = [
    "group",
    "ring",
    "vector space",
    "sequence",
    "graph",
    "measure",
    "polynomial",
    "matrix",
    "operator",
    "series",
]
_CLAIMS = [
    "is bounded by the sum of its parts",
    "converges whenever the terms decrease",
    "has a unique decomposition",
    "is invariant under every such map",
    "can be written as a finite product",
    "has at most countably many limits",
]


def foreign(language: str, random: Random) -> list[str]:
    """Two paragraphs of three sentences; each part occurs once, so that the page does not repeat itself."""
    join = "" if language == "zh" else " "
    sentences = [join.join(s) for s in zip(*(random.sample(part, len(part)) for part in _PARTS[language]), strict=True)]
    return [join.join(sentences[:3]), join.join(sentences[3:])]


def mathematics(random: Random, paragraphs: int = 7) -> list[str]:
    """Paragraphs with LaTeX, as a page with MathJax would show them."""
    made = []
    for _ in range(paragraphs):
        thing, other, n = random.choice(_THINGS), random.choice(_THINGS), random.randint(2, 97)
        a, b, c, d = (random.randint(2, 99) for _ in range(4))
        made.append(
            f"Theorem {n}. Let $x_{{{n}}} \\in \\mathbb{{R}}^{{{a}}}$ be an element of the {thing}. Then the {other} "
            f"{random.choice(_CLAIMS)}, and we have $$\\sum_{{k=1}}^{{{n}}} \\frac{{x_k^{{{b}}}}}{{k + {c}}} \\leq "
            f"\\int_0^{{{n}}} f(t) \\, dt.$$ Proof. By the lemma on the {thing}, the {random.choice(_THINGS)} "
            f"{random.choice(_CLAIMS)}; hence \\(\\alpha_{{{n}}} + \\beta^{{{d}}} = \\sqrt{{{a * d}}}\\), which was "
            f"to be shown for the {other}."
        )
    return made


def contacts(random: Random, lines: int = 40) -> list[str]:
    """Lines of addresses that belong to nobody: ranges kept for documentation and fiction (RFC 2606, RFC 5737)."""
    made = []
    for _ in range(lines):
        mail = f"person{random.randint(1, 99999)}@mail{random.randint(1, 99)}.example.com"
        phone = f"+1 {random.choice([212, 312, 415, 617])}-555-01{random.randint(0, 99):02d}"
        host = f"{random.choice(['192.0.2', '198.51.100', '203.0.113'])}.{random.randint(1, 254)}"
        made.append(
            f"Please write to {mail} about the order or call {phone} from the host {host} that we have on file."
        )
    return made
