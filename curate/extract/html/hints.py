"""What authors call the parts of a page: generic words of `class`, `id`, `role` and `itemprop`, in sixteen families.

Written by hand from what page builders and accessibility guides call things (landmark roles, schema.org, the usual
blog and news themes), as readability's two lists are; nothing here was counted on pages. An element gets one bit a
family. Words are what stands between other characters than letters, or from a capital on (`entryContent` is two).
A second table has whole class names that say what an element is, whatever stands around it. Compiled code holds both
(`curate.kernels.jit`).
"""

import numpy as np

FAMILIES = {
    "content": "article articlebody body content contents copy entry hentry inhalt artikel contenu contenido conteudo"
    " contenuto corpo cuerpo maincontent main post posting prose richtext story text texte texto beitrag blogpost"
    " document documentwrapper wysiwyg markdown mw parser output longform readable",
    "navigation": "nav navbar navigation navi menu menubar submenu breadcrumb breadcrumbs crumb crumbs toolbar tablist"
    " sitemap toc skip dropdown hamburger megamenu navigasi navegacion",
    "footer": "footer foot colophon copyright legal imprint impressum bottom contentinfo disclaimer",
    "header": "header masthead banner logo topbar branding site head hero kopf entete",
    "aside": "aside sidebar side widget widgets rail complementary column right left secondary"
    " infobox module seitenleiste",
    "comment": "comment comments disqus reply replies respond discussion kommentar kommentare commentaire commentaires"
    " comentario comentarios commenti avis review reviews feedback responses",
    "share": "share sharing social socials follow twitter facebook whatsapp pinterest linkedin addthis sharedaddy tweet"
    " like likes teilen partager compartir condividi buttons button btn",
    "related": "related recommend recommended recommendations more popular trending teaser teasers promo promotion also"
    " similar latest recent most read readmore outbrain taboola verwandt similaires relacionados correlati suggested",
    "advertising": "ad ads adv advert advertisement advertising sponsor sponsored sponsors banner dfp adsense anzeige"
    " werbung publicite publicidad pub",
    "byline": "author authors byline bio meta metadata date time timestamp published posted tag tags category"
    " categories label kicker credits info autor auteur autore datum fecha signature vcard",
    "caption": "caption captions figure image images img photo picture gallery slideshow credit media video thumbnail"
    " thumb wp bildunterschrift legende",
    "dialog": "cookie cookies consent gdpr privacy modal popup overlay dialog subscribe subscription newsletter signup"
    " login signin register paywall hidden alert notice offscreen visuallyhidden sr donate membership account",
    "summary": "summary lead lede intro introduction standfirst excerpt abstract deck dek subtitle subheading vorspann"
    " chapo entradilla description perex teasertext anreisser",
    "code": "code highlight syntax codeblock sourcecode snippet pre prettyprint rouge chroma prism hljs codehilite",
    "list": "list listing archive archives grid card cards item items tile tiles carousel slider feed block blocks row"
    " col tabs tab accordion index results",
    "search": "search form input filter sort pagination pager pagenavi prev previous next paging page pages suche",
}
COUNT = len(FAMILIES)
_BITS = 11
PLACES = 1 << _BITS

# Whole class names.
WRAPPER, DUPLICATE, DISPLAY, FORMULA_IMAGE, GUTTER, ARTICLE_BODY = 1, 2, 4, 8, 16, 32
_WHOLE = {
    "katex": WRAPPER,
    "katex-html": DUPLICATE,
    "katex-display": DISPLAY,
    "katex-error": 0,
    "MathJax": WRAPPER,
    "MathJax_Preview": WRAPPER,
    "MathJax_SVG": WRAPPER,
    "MathJax_CHTML": WRAPPER,
    "MathJax_Display": WRAPPER | DISPLAY,
    "MathJax_SVG_Display": WRAPPER | DISPLAY,
    "MathJax_CommonHTML": WRAPPER,
    "MJXc-display": WRAPPER | DISPLAY,
    "mjx-chtml": WRAPPER,
    "mwe-math-element": WRAPPER,
    "mwe-math-element-block": DISPLAY,
    "math": FORMULA_IMAGE,
    "tex": FORMULA_IMAGE,
    "latex": FORMULA_IMAGE,
    "latexEq": FORMULA_IMAGE,
    "mathtex": FORMULA_IMAGE,
    "mwe-math-fallback-image-inline": FORMULA_IMAGE,
    "mwe-math-fallback-image-display": FORMULA_IMAGE | DISPLAY,
    "ltx_Math": FORMULA_IMAGE,
    "texrender": FORMULA_IMAGE,
    "lineno": GUTTER,
    "linenos": GUTTER,
    "linenodiv": GUTTER,
    "line-number": GUTTER,
    "line-numbers": GUTTER,
    "linenumber": GUTTER,
    "linenumbers": GUTTER,
    "line-numbers-rows": GUTTER,
    "lineNumber": GUTTER,
    "lineNumbers": GUTTER,
    "LineNr": GUTTER,
    "gutter": GUTTER,
    "blob-num": GUTTER,
    "hljs-ln-numbers": GUTTER,
    "rouge-gutter": GUTTER,
    "crayon-nums": GUTTER,
    "lnt": GUTTER,
    "ln": GUTTER,
    "articleBody": ARTICLE_BODY,
}
_OFFSET, _PRIME = 0x811C9DC5, 0x01000193


def _hash(word: str) -> int:
    key = _OFFSET
    for letter in word.encode():
        key = (key ^ letter) * _PRIME % 2**32
    return key


def _table(values: dict[str, int]) -> tuple[np.ndarray, np.ndarray]:
    keys, found = np.zeros(PLACES, np.uint32), np.zeros(PLACES, np.uint16)
    for word, value in values.items():
        place = _hash(word) % PLACES
        while keys[place]:
            place = (place + 1) % PLACES
        keys[place], found[place] = _hash(word), value
    return keys, found


def _families() -> dict[str, int]:
    bits: dict[str, int] = {}
    for bit, words in enumerate(FAMILIES.values()):
        for word in words.split():
            bits[word] = bits.get(word, 0) | 1 << bit
    return bits


WORDS, WORD_BITS = _table(_families())
NAMES, NAME_FLAGS = _table(_WHOLE)
