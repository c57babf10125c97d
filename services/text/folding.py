"""One form for what looks alike: Unicode's compatibility forms, spaces, what is not seen, case, accents.

Nothing here depends on a locale, neither the process's nor the database's.
"""

import re
import unicodedata
from functools import cache

JOINERS = "\u200c\u200d"
"""Zero-width joiners: Persian, Indic scripts and emoji are written with them; between Latin letters they hide."""
_SIGNS = str.maketrans({"™": " ", "℠": " ", "\u2800": " ", "´": "'"})
_HIDDEN_TOO = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0")
"""Not seen, although Unicode counts them among letters and marks."""
_LOOSE_JOINER = re.compile(r"(?<![\u0590-\U0010FFFF])[\u200c\u200d]|[\u200c\u200d](?![\u0590-\U0010FFFF])")
_MARKS = (
    *((0x300, 0x36F), (0x1AB0, 0x1AFF), (0x1DC0, 0x1DFF), (0x20D0, 0x20FF), (0xFE20, 0xFE2F)),  # accents
    *((0x591, 0x5C7), (0x610, 0x61A), (0x64B, 0x65F), (0x670, 0x670), (0x6D6, 0x6ED)),  # Hebrew and Arabic vowels
    *((0x93C, 0x93C), (0xA3C, 0xA3C)),  # the dot of फ़ and ਫ਼, which many leave out
)
_LETTERS = str.maketrans({
    "ı": "i", "ø": "o", "œ": "oe", "æ": "ae", "đ": "d", "ð": "d", "ħ": "h", "ł": "l", "þ": "th", "ŋ": "n", "ŧ": "t",
    "\u0640": None,  # the Arabic stroke that only lengthens
    "ى": "ي", "ی": "ي", "ک": "ك", "ة": "ه", "ہ": "ه", "ۃ": "ه", "ە": "ه", "ٱ": "ا",  # Arabic and Persian keyboards
    "ँ": "ं", "ґ": "г", "髙": "高", "﨑": "崎", "𠮷": "吉",
    **dict.fromkeys("’‘‛ʼʻʽʾʿ′`׳", "'"), **dict.fromkeys("“”„‟״", '"'),
    "‐": "-", "‒": "-", "–": "-", "—": "-", "―": "-", "−": "-",
    **{chr(kana): chr(kana - 0x60) for kana in (*range(0x30A1, 0x30F7), 0x30FD, 0x30FE)},  # katakana as hiragana
})  # fmt: skip
_MICRO = re.compile("μ(?=[a-z])")
"""Before a Latin letter the Greek letter is a unit's: many type `um`."""
_AM = {"\u0e33": re.compile("([\u0e48-\u0e4b]?)\u0e4d([\u0e48-\u0e4b]?)\u0e32"),
       "\u0eb3": re.compile("([\u0ec8-\u0ecb]?)\u0ecd([\u0ec8-\u0ecb]?)\u0eb2")}  # fmt: skip
"""Thai and Lao "am", which NFKC takes apart and people type in either order with its tone."""
_NASALS = re.compile("ङ्(?=[क-घ])|ञ्(?=[च-झ])|ण्(?=[ट-ढ])|न्(?=[त-ध])|म्(?=[प-भ])")
"""What Hindi writes as a dot too: हिन्दी, हिंदी."""


def clean(text: str) -> str:
    """Give the text in NFKC, without what is not seen, white space as single spaces; case and accents stay."""
    if not text.isascii():
        seen = "".join(letter for letter in text.translate(_SIGNS) if letter in JOINERS or not _is_hidden(letter))
        text = _LOOSE_JOINER.sub("", unicodedata.normalize("NFKC", seen))
        for am, apart in _AM.items():
            text = apart.sub(rf"\1\2{am}", text)
    return " ".join("".join(" " if letter < " " or letter == "\x7f" else letter for letter in text).split())


def fold(text: str) -> str:
    """Give the form in which texts are compared: cleaned, without case and accents, digits as 0 to 9. Idempotent."""
    text = clean(text)
    if text.isascii():
        return text.lower()
    letters = unicodedata.normalize("NFKD", text)
    plain = "".join(letter for letter in letters if not (letter in JOINERS or _is_mark(letter)))
    folded = unicodedata.normalize("NFKD", plain.casefold()).translate(_LETTERS)
    digits = "".join(str(unicodedata.decimal(letter, letter)) for letter in folded if not _is_mark(letter))
    spelled = _MICRO.sub("u", _NASALS.sub("ं", digits))
    return " ".join(unicodedata.normalize("NFKC", spelled).split())


def tag_form(tag: str) -> str:
    """Give a tag as it is shown: cleaned and in lower case."""
    return clean(clean(tag).replace("İ", "i").lower())


def tag_key(tag: str) -> str:
    """Give what makes two tags the same one; never empty for a tag that shows something."""
    return fold(tag) or tag_form(tag)


@cache
def _is_hidden(letter: str) -> bool:
    code = ord(letter)
    if 0xFE00 <= code <= 0xFE0E or 0xE0100 <= code <= 0xE01EF or 0x180B <= code <= 0x180F:  # variation selectors
        return True
    return letter in _HIDDEN_TOO or (unicodedata.category(letter) == "Cf" and not 0x600 <= code <= 0x605)


@cache
def _is_mark(letter: str) -> bool:
    return letter == "\ufe0f" or any(first <= ord(letter) <= last for first, last in _MARKS)
