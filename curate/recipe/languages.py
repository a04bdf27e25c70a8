"""The languages a recipe may name: those lid.176 tells apart, and `und` for text too short to tell.

A code that no document can have (`eng`, `EN`, `jp`) would silently match nothing, so it is refused here.
Source: the labels of lid.176 (Joulin et al. 2016), ISO 639-1 or 639-3. Languages of code are named beside them, as
linguist calls them (`Python`, `C++`): they concern documents of the group `code`.
"""

from typing import Annotated

from pydantic import AfterValidator, BeforeValidator

from curate.code_language.names import LANGUAGES as CODE_LANGUAGES
from curate.recipe.names import did_you_mean

LANGUAGES = frozenset(
    """
    af als am an ar arz as ast av az azb ba bar bcl be bg bh bn bo bpy br bs bxr ca cbk ce ceb ckb co cs cv cy da de diq
    dsb dty dv el eml en eo es et eu fa fi fr frr fy ga gd gl gn gom gu gv he hi hif hr hsb ht hu hy ia id ie ilo io is
    it ja jbo jv ka kk km kn ko krc ku kv kw ky la lb lez li lmo lo lrc lt lv mai mg mhr min mk ml mn mr mrj ms mt mwl
    my myv mzn nah nap nds ne new nl nn no oc or os pa pam pfl pl pms pnb ps pt qu rm ro ru rue sa sah sc scn sco sd sh
    si sk sl so sq sr su sv sw ta te tg th tk tl tr tt tyv ug uk ur uz vec vep vi vls vo wa war wuu xal xmf yi yo yue zh
    und
    """.split()  # noqa: SIM905 - a list of 177 quoted codes is hard to read
)


def _norwegian(value: object) -> object:
    return "no" if value is False else value  # what other YAML readers make of `no`


def _known(code: str) -> str:
    if code not in LANGUAGES and code not in CODE_LANGUAGES:
        spelled = [name for name in sorted(CODE_LANGUAGES) if name.lower() == code.lower() and len(code) > 3]
        near = f"; did you mean {spelled[0]!r}?" if spelled else did_you_mean(code, LANGUAGES)
        raise ValueError(f"{code!r} is no language of lid.176{near}")
    return code


Language = Annotated[str, BeforeValidator(_norwegian), AfterValidator(_known)]
