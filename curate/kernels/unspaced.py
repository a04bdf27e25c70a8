"""Which characters are words of their own: letters of scripts that are written without spaces.

In Chinese, a `\\w+` word is all there is between two punctuation marks, so one edit makes a new word of a whole clause,
and similarity sees nothing of what stayed. To find words takes a dictionary for each language; a character needs none,
and is decided alone, so mixed text needs no language identification. Broder's shingles can be of anything that is
split the same way in both texts.

Unicode says which (15.1; UAX 14): letters between which a line may break anywhere, and only those.
- Line-breaking classes ID, CJ and NS of the scripts Han, Hiragana, Katakana (half-width forms and the prolonged sound
  mark too), Bopomofo, Yi, Tangut, Khitan and Nushu: a break between any two, at most not before a small one.
- Class SA, "a break needs a dictionary": Thai, Lao, Khmer, Myanmar, Tai Le, New Tai Lue, Tai Tham, Tai Viet, Ahom.

Not: Hangul, and full-width letters and digits (spaces part their words, whatever their class); Tibetan (class AL: a
tsheg, which is punctuation, parts its syllables); Javanese, Balinese and their kin (classes AK and AS, new in 15.1:
their orthographies differ). Digits of any script are runs: a number is a word.
"""

# Blocks; of them the tables take letters and numbers that are no digits.
SCRIPTS = {
    "Thai and Lao": (0x0E00, 0x0EFF),
    "Myanmar": (0x1000, 0x109F),
    "Khmer": (0x1780, 0x17DF),
    "Tai Le and New Tai Lue": (0x1950, 0x19DF),
    "Tai Tham": (0x1A20, 0x1AAF),
    "Han signs and numerals": (0x3005, 0x303C),
    "Hiragana and Katakana": (0x3041, 0x30FF),
    "Bopomofo": (0x3105, 0x312F),
    "Kanbun, Bopomofo and Katakana, extended": (0x3190, 0x31FF),
    "Ideographs in parentheses": (0x3220, 0x3229),
    "Ideographs in circles": (0x3280, 0x3289),
    "Han": (0x3400, 0x9FFF),
    "Yi": (0xA000, 0xA48F),
    "Myanmar, extended B": (0xA9E0, 0xA9FF),
    "Myanmar, extended A, and Tai Viet": (0xAA60, 0xAADF),
    "Han, compatible": (0xF900, 0xFAFF),
    "Katakana, half-width": (0xFF66, 0xFF9F),
    "Ahom": (0x11700, 0x1174F),
    "Tangut, Khitan, Nushu, old Kana": (0x16FE0, 0x1B2FF),
    "Han, further planes": (0x20000, 0x3FFFF),
}
FIRST = min(first for first, _ in SCRIPTS.values())


def is_unspaced(character: str) -> bool:
    """Whether the character alone is a word."""
    inside = any(first <= ord(character) <= last for first, last in SCRIPTS.values())
    return inside and character.isalnum() and not character.isdigit()
