"""Words of every language, in databases that know letters and in such that take everything for one."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest
import pytest_asyncio

from services.catalog.services.search.segments.compactor import SearchMaintenance
from services.kit.testing.postgres import TestPostgres
from services.vision.labels import load_taxonomy
from tests.catalog.factories import RunningCatalog, running_catalog
from tests.catalog.pictures import a_picture
from tests.catalog.problems import assert_problem

pytestmark = pytest.mark.asyncio(loop_scope="module")

FOUND = [  # title, queries that find it
    ("“golden” hour", ["golden", "GOLDEN", "“golden”", '"golden hour"', "hour", "gold*"]),
    ("dawn—dusk", ["dawn", "dusk", "dawn—dusk", "dawn dusk"]),
    ("left–right…up", ["left", "right", "up"]),
    ("北京，上海", ["北京", "上海", "北", "北京，上海", "北京 上海", '"上海"']),
    ("cat🐈dog", ["cat", "dog", "🐈", "dogs"]),
    ("¿Dónde?¡Aquí!", ["donde", "dónde", "aqui", "¡AQUÍ!"]),
    ("«Зимняя сказка»", ["зимняя", "СКАЗКА", '"зимняя сказка"', "Зимняя*"]),
    ("Ёлка", ["ёлка", "елка"]),
    ("Café", ["cafe", "CAFÉ", "cafe\u0301", "café", "Caf\u00e9"]),
    ("Straße", ["strasse", "STRASSE", "straße", "STRAẞE"]),
    ("İzmir", ["izmir", "IZMIR", "İZMİR", "ızmır"]),
    ("DİYARBAKIR", ["diyarbakır", "diyarbakir"]),
    ("ΟΔΟΣ οδός", ["οδος", "οδός", "ΟΔΌΣ", "οδοσ"]),
    ("\u212bngström", ["Ångström", "angstrom", "A\u030angstro\u0308m"]),
    ("ﬁsh and ﬂour", ["fish", "flour", "ﬁsh"]),
    ("ＣＡＮＯＮ　ＥＯＳ", ["canon", "eos", "ｃａｎｏｎ"]),
    ("ﾄｳｷｮｳ", ["トウキョウ", "ﾄｳｷｮｳ"]),
    ("か\u3099く", ["がく", "か\u3099く"]),
    ("Łódź, Ærø, Đorđe, Þór", ["lodz", "Łódź", "aero", "dorde", "thor"]),
    ("sun\u00adset\u200bsky\ufeff", ["sunsetsky"]),
    ("white\u00a0space\u3000here\u2009too", ["white", "space", "here", "too", '"white space here too"']),
    ("ma\u200drk \u202eright\u202c", ["mark", "right"]),
    ("東京タワーの夜景", ["東京", "タワー", "夜景", "東", "東京タワー", "東京タワーの夜景", '"タワーの夜"', "東京*"]),
    ("ひらがなとカタカナ", ["ひらがな", "カタカナ", "かたかな", "ヒラガナ", "ﾋﾗｶﾞﾅ"]),
    ("カメラとヴァイオリン、こゝろ", ["かめら", "ゔぁいおりん", "コヽロ"]),
    ("서울에서 찍은 사진", ["서울", "사진", "찍은"]),
    ("วัดพระแก้วกรุงเทพ", ["กรุงเทพ", "วัด"]),
    ("ภาพถ่าย ๒๕๖๗", ["2567", "๒๕๖๗", "ถ่าย"]),
    ("हिन्दी फ़ोटो", ["हिन्दी", "फ़ोटो"]),
    ("مُوسِيقَى أحمد", ["موسيقى", "احمد", "أحمد"]),
    ("שָׁלוֹם", ["שלום", "שָׁלוֹם"]),
    ("می\u200cخواهم", ["می\u200cخواهم", "میخواهم"]),
    ("The Who", ["the who", '"the who"', "The Who", "who", "the"]),
    ("IT", ["it", "IT"]),
    ("To be or not to be", ['"to be or not to be"', "to be", "not"]),
    ("Portland OR", ["portland or", "Portland OR", "or", "OR portland"]),
    ("IMG_20240501_123456.jpg", [
        "IMG_20240501_123456.jpg", "img_20240501_123456.JPG", "IMG_20240501_123456", "20240501", "123456", "jpg",
        "20240501_123456", "img 20240501", "IMG_2024*", "img-20240501",
    ]),
    ("DSC01234", ["dsc01234", "DSC", "01234", "dsc*"]),
    ("AC/DC", ["AC/DC", "ac/dc", "ac", "dc", "ac dc", '"AC/DC"']),
    ("animal/bird", ["animal/bird", "animal", "bird", "birds"]),
    ("v2.1", ["v2.1", "v2", "2.1", "V2.1"]),
    ("wi-fi", ["wi-fi", "wifi", "wi fi", "WiFi"]),
    ("don’t stop", ["don't", "don’t", "dont", "stop"]),
    ("sunsetBeachWalk", ["sunsetBeachWalk", "sunsetbeachwalk", "beach", "walk", "sunset"]),
    ("iPhone", ["iphone", "iPhone", "IPHONE", "phone"]),
    ("R&B @night #party 100%", ["r&b", "night", "@night", "#party", "party", "100%", "100"]),
    ("東京tower", ["東京tower", "tower", "東京"]),
    ("صُورَة مكتبة على", ["صوره", "صورة", "مكتبه", "علي", "على"]),
    ("کتاب‌ها‌ی فارسی", ["كتاب", "کتاب", "کتاب‌ها", "کتاب ها", "کتابهای", "فارسي", "فارسی"]),
    ("کتـــاب", ["کتاب", "كتاب"]),
    ("צה״ל ג׳ורג׳", ["צה״ל", 'צה"ל', "צהל", "ג'ורג'", "גורג"]),
    ("हिन्दी फ़ोटो मुँह", ["हिंदी", "फोटो", "मुंह", "मुँह"]),
    ("न्याय", ["न्याय", "न्या*"]),
    ("क्\u200dष", ["क्ष", "क्\u200dष"]),
    ("น้ำตก", ["นํ้าตก", "น้ำ", "ตก"]),
    ("ວັດພູ ຫຼວງພະບາງ", ["ວັດ", "ພະບາງ"]),
    ("ប្រាសាទអង្គរវត្ត", ["អង្គរ", "ប្រាសាទ"]),
    ("ရွှေတိဂုံဘုရား", ["ရွှေတိဂုံ", "ဘုရား"]),
    ("བོད་ཡིག", ["བོད", "ཡིག", "བོད་ཡིག"]),
    ("\u1112\u1161\u11ab\u1100\u1173\u11af 사진", ["한글", "\u1112\u1161\u11ab", "글"]),
    ("ﾀﾞﾝｽﾊﾟｰﾃｨ", ["ダンス", "パーティ", "ﾀﾞﾝｽ"]),
    ("髙橋 﨑 \ufa1b", ["高橋", "髙橋", "崎", "福"]),
    ("Hà Nội, Đà Nẵng", [
        "ha noi", "Hà Nội", "Ha\u0300 No\u0323\u0302i", "da nang", '"đà nẵng"', "hanoi", "Hanoi", "Hànội", "danang",
        '"hanoi da"',
    ]),
    ("Hànội mùa thu", ["hanoi", "Hànội"]),
    ("Sài Gòn, Hội An", ["saigon", "hoian", "sai gon"]),
    ("Müller trinkt Øl", ["mueller", "muller", "MÜLLER", '"mueller trinkt"', "muell*", "oel", "ol"]),
    ("Frau Mueller", ["müller", "mueller"]),
    ("ґанок київ", ["ганок", "ґанок", "Київ"]),
    ("Ⅳ Henry Ⅷ", ["iv", "Ⅳ", "henry viii"]),
    ("１２３ ²⁰ ½", ["123", "20", "1/2", "½"]),
    ("👨\u200d👩\u200d👧 ❤️ 👍🏽 🏴\u200d☠️", ["👨\u200d👩\u200d👧", "👩", "❤", "❤️", "👍", "👍🏽", "🏴"]),
    ("Hawaiʻi, Oʻahu, Qurʾān", ["hawaii", "hawai'i", "Hawai’i", "oahu", "quran", "qur'an"]),
    ("can´t won`t", ["can't", "cant", "won’t", "wont"]),
    ("O'Brien O’Neill", ["O’Brien", "obrien", "brien", "o'neill", "O`Neill", "oneill"]),
    ("rock'n'roll", ["rock’n’roll", "rocknroll", "rock n roll", "rock", "roll"]),
    ("f/2.8 3.5mm 1,000", ["f/2.8", "2.8", "3.5mm", "3.5", "3.5 mm", "mm", "1,000", "1000"]),
    ("12000 km", ["12,000", "12000"]),
    ("$1,234.56 paid", ["1234.56", "$1,234.56", "1,234.56", "1234", "234.56", '"1234.56 paid"', "1234.5*"]),
    ("1234.57 paid", ["1,234.57", "$1,234.57", "1234.57"]),
    ("50 µm", ["um", "µm", "μm", "50 um", "50um"]),
    ("70um", ["70 µm", "70µm", "µm"]),
    ("AT&T, H&M", ["att", "at&t", "AT&T", "hm", "h&m"]),
    ("ATT ad", ["at&t", "att"]),
    ("U.S.A. U.K. Ph.D.", ["usa", "u.s.a.", "U.S.A", "uk", "phd"]),
    ("Node.js C++ C# .NET", ["nodejs", "node.js", "node", "c++", "C#", ".net", "net"]),
    ("C++17/C#, Notepad++", ["c++", "C++17", "c#", "c", "notepad", "notepad++", "c++*", '"c++ 17"', "Ｃ＋＋"]),
    ("hi-fi sound", ['"hifi sound"', '"hi-fi sound"', '"hi fi sound"']),
    ("snake_case_name", ["snake", "case name", "snakecasename", "snake_case_name", "snake-case-name"]),
    ("anna@example.com #softLight @jo_doe", ["anna@example.com", "example.com", "#softlight", "soft", "@jo_doe", "jo"]),
    ("running children", ["run", "runs", "child* running", "running"]),
    ("Beyoncé’s universities", ["beyonce", "beyoncé", "university"]),
]  # fmt: skip
NOT_FOUND = [  # title, queries that do not find it
    ("東京タワーの夜景", ["京東", "東京の夜景", "大阪", '"東京の"']),
    ("AC/DC", ['"dc ac"', "dc/ac", "acdcx"]),
    ("The Who", ['"who the"', "the -who", "who -the"]),
    ("Straße", ["stras", "strassen*"]),
    ("Café", ["-cafe", "-CAFÉ", "caf"]),
    ("running children", ['"run"', '"running child"', "-run", "runn"]),
    ("dawn—dusk", ["-dusk", "dawn -dawn"]),
    ("IMG_20240501_123456.jpg", ["IMG_123456", "2024", "-jpg"]),
    ("v2.1", ["v1.2", '"2.v1"', "v21", "21"]),
    ("f/2.8 3.5mm 1,000", ["28", "35", "10"]),
    ("12000 km", ["12"]),
    ("Node.js C++ C# .NET", ["f#", "js++"]),
    ("U.S.A. U.K. Ph.D.", ["k++", "d#"]),
    ("R&B @night #party 100%", ["b++", "b#"]),
    ("Hà Nội, Đà Nẵng", ["noida", "hanoida"]),
    ("$1,234.56 paid", ["123456", "1234.5"]),
    ("50 µm", ["μ", "u"]),
]
TOGETHER = [  # query, exactly these titles
    ("straße OR café", {"Straße", "Café"}),
    ("straße OR café OR 上海", {"Straße", "Café", "北京，上海"}),
    ("golden OR wi-fi -golden", {"“golden” hour", "wi-fi"}),
    ("cafe AND cafe", {"Café"}),
    ("OR", {"Portland OR", "To be or not to be"}),
]
EMPTY = ["…", "“”", '""', "-", "—", "*", "\u200b", " ", "\u3000", "!!! ???", "- - -", "&|()", "\ufeff", "\u00ad", "`´"]


@dataclass
class Spoken:
    catalog: RunningCatalog
    names: dict[str, str] = field(default_factory=dict)

    async def titles(self, **wanted: Any) -> set[str]:
        return {self.names[item["id"]] for item in await self.catalog.listed(limit=500, **wanted)}


@pytest_asyncio.fixture(scope="module", loop_scope="module", params=["C", "C.UTF-8", "C, in segments"])
async def spoken(
    postgres: TestPostgres, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> AsyncIterator[Spoken]:
    """One image for each title."""
    ctype, _, where = request.param.partition(", ")
    async with running_catalog(postgres, tmp_path_factory.mktemp("spoken"), ctype=ctype) as catalog:
        assert await catalog.rows("SELECT datctype FROM pg_database WHERE datname = current_database()") == [(ctype,)]
        library = Spoken(catalog)
        for number, (title, _) in enumerate(FOUND):
            image = await catalog.upload(a_picture(number=number, size=(16, 12)), title=title)
            library.names[image["id"]] = title
        if where:
            await SearchMaintenance(catalog.app.state.database, load_taxonomy()).compact(most_changed=0)
        yield library


@pytest.mark.parametrize(("title", "query"), [(title, query) for title, queries in FOUND for query in queries])
async def test_it_is_found(spoken: Spoken, title: str, query: str) -> None:
    assert title in await spoken.titles(q=query)


@pytest.mark.parametrize(("title", "query"), [(title, query) for title, queries in NOT_FOUND for query in queries])
async def test_it_is_not_found(spoken: Spoken, title: str, query: str) -> None:
    assert title not in await spoken.titles(q=query)


@pytest.mark.parametrize(("query", "titles"), TOGETHER)
async def test_these_are_found_and_no_others(spoken: Spoken, query: str, titles: set[str]) -> None:
    assert await spoken.titles(q=query) == titles


@pytest.mark.parametrize(("title", "query"), [(title, query) for title, queries in FOUND for query in queries])
async def test_what_is_found_is_explained(spoken: Spoken, title: str, query: str) -> None:
    answer = await spoken.catalog.client.get("/v1/images", params={"q": query, "include": "explain", "limit": 500})
    page = answer.json()
    [matches] = [
        found["matches"]
        for item, found in zip(page["items"], page["explain"], strict=True)
        if spoken.names[item["id"]] == title
    ]
    assert [match["by"] for match in matches] == ["title"]
    assert matches[0]["words"]


@pytest.mark.parametrize("query", EMPTY)
async def test_a_query_without_a_word_says_so(spoken: Spoken, query: str) -> None:
    for include in ([], ["explain", "facets"]):
        answer = await spoken.catalog.client.get("/v1/images", params={"q": query, "include": include})
        problem = assert_problem(answer, 422, "empty_query")
        assert problem["errors"][0]["pointer"] == "/query/q"
