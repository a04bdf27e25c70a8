import pytest
from hypothesis import given
from hypothesis import strategies as st

from curate.extract import extract, wikitext
from curate.extract.cited import cited
from curate.extract.wikitext.template_table import DISAMBIGUATION
from curate.sources import Record

RESIDUE = ("{{", "}}", "{|", "[[")


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("'''Bold''' and ''italic'', l'''''amour'''''.", "Bold and italic, lamour."),
        ("dell'''amore''", "dell'amore"),
        ("A [[link]], [[page|words]], [[Help:Trick (wiki)|]], [[#part|below]].", "A link, words, Trick, below."),
        ("See [https://a.org the site] and [https://a.org].", "See the site and ."),
        ("A<ref name=x>{{cite web|url=http://a}}</ref>, b<ref name=x />.", "A, b."),
        ("A<!-- not\n\nthis -->b", "Ab"),
        ("10<sup>6</sup> m<sup>2</sup>, H<sub>2</sub>O, 1<sup>st</sup>", "10⁶ m², H₂O, 1st"),
        (
            "{{lang|de|Wort}} {{lang-fr|mot}} {{convert|5|to|7|km|mi}} a{{ndash}}b {{unknown|x}}",
            "Wort mot 5 to 7 km a–b",
        ),
        ("{{s|XIX|e}}, {{date|1|mai|2000}}, {{enS|word}}, {{formatnum:1234}}", "XIXe siècle, 1 mai 2000, word, 1234"),
        ("Name ({{IPA-all|x}}{{unknown}}; born 1900) ({{unknown}}) is", "Name (x; born 1900) is"),
        ("Name ({{unknown}}, born 1900, {{unknown}}) is", "Name (born 1900) is"),
        ("{{Infobox|a={{nested|[[x]]}}|b=[[File:c.jpg|thumb]]\n|d=e}}Text", "Text"),
        ("{{{1|default}}} {{{2}}}", "default"),
        ("One\nline.\n\nTwo.<br>Three.", "One line.\n\nTwo.\nThree."),
        ("* a\n* b\n** c\n\nText", "- a\n- b\n- c\n\nText"),
        ("a &lt;b&gt; &amp;nbsp; &nbsp;c", "a <b> &nbsp; c"),
        ("__NOTOC__ a __init__", "a __init__"),
        ("-{zh-hans:计算机;zh-hant:電腦}- -{H|zh:a}-b", "计算机 b"),
        ("<poem>\none\ntwo\n</poem>", "one\ntwo"),
        ("{{quote|Said so.|Somebody}}", "Said so."),
        ("a <span style='x'>b</span> 1 < 2 > 0", "a b 1 < 2 > 0"),
        (" code line\n  indented", "code line\n indented"),
    ],
)
def test_markup_becomes_the_words_that_a_reader_sees(markup, text):
    assert wikitext.text(markup).replace("  ", " ") == text.replace("  ", " ")


@pytest.mark.parametrize("name", ["citation", "Zitat", "cita", "citação", "Цитата"])
def test_a_quotation_inside_a_sentence_does_not_cut_it(name):
    assert wikitext.text(f"Il a {{{{{name}|dite ici}}}} hier.") == "Il a “dite ici” hier."
    assert wikitext.text(f"{{{{{name}|«dite»}}}} hier.") == "«dite» hier."
    assert wikitext.text(f"One.\n{{{{{name}|Said so.}}}}\nTwo.") == "One.\n\nSaid so.\n\nTwo."


def test_centuries_are_french_in_french():
    assert wikitext.text("au {{s|XIX}}", language="fr") == "au XIXe siècle"
    assert wikitext.text("в {{s|XIX}} веке", language="ru") == wikitext.text("в {{s|XIX}} веке") == "в XIX веке"
    assert wikitext.text("{{s|XIX|e}}, {{siècle|I}}") == "XIXe siècle, Ier siècle"


def test_formulas_are_tex_and_those_on_a_line_of_their_own_are_display():
    markup = "Let <math>x{{y}}</math> be\n:<math>\\frac{a}{{b}}</math>,\nand <chem>H2O</chem>."
    assert wikitext.text(markup) == "Let $x{{y}}$ be\n\n$$\\frac{a}{{b}}$$,\n\nand $\\ce{H2O}$."


def test_code_is_kept_to_the_letter():
    code = "def f(a):\n\n    return a[[1]] + '''x'''  # {{y}} &amp;"
    markup = (
        f'Before\n<syntaxhighlight lang="python">\n{code}\n</syntaxhighlight>\nafter <code>a[1] &lt; [[b|c]]</code>.'
    )
    assert wikitext.text(markup) == f"Before\n\n{code}\n\nafter a[1] < c."


@pytest.mark.parametrize(
    "name", ["File:A b.png", "Datei:A.svg", "Fichier:A.JPG", "Файл:A.jpg", "ファイル:A.jpg", "Wikikuva:A.jpg"]
)
def test_files_go_with_their_captions_whatever_the_wiki_calls_them(name):
    assert wikitext.text(f"a [[{name}|thumb|200px|A [[nested]] caption [https://x y].]] b") == "a  b".replace("  ", " ")


@pytest.mark.parametrize(
    "line", ["[[Category:A|key]]", "[[Kategoreja:A]]", "[[de:Berlin]]", "[[zh-min-nan:A]]", "[[Κατηγορία:A]]"]
)
def test_categories_and_other_languages_go(line):
    assert wikitext.text(f"Text.\n\n{line}\n{line}") == "Text."


def test_names_of_namespaces_are_those_of_the_wiki():
    markup = "a [[Xyz:A|thumb|b]] c [[de:W|d]] [[:de:W|e]] [[Wikipedia:A|f]]"
    assert wikitext.text(markup) == "a b c e f"
    assert wikitext.text(markup, frozenset({"xyz"})) == "a c e f"


def test_tables_are_rows_and_boxes_go():
    rows = '! A !! B\n|-\n| style="y" | [[p|1]] || 2\n|-\n| {{nowrap|3}}\n| 4<br>5'
    table = f'{{| class="wikitable"\n|+ style="x" | Caption\n{rows}\n|}}'
    assert wikitext.text(f"Before.\n{table}\nAfter.") == "Before.\n\nCaption\n\nA\tB\n1\t2\n3\t4 5\n\nAfter."
    assert wikitext.text('a\n{| class="infobox"\n| b\n|}\nc') == "a\n\nc"


def test_attributes_of_a_cell_whose_bar_a_template_brings_go():
    assert wikitext.text('{|\n| a || colspan="2" {{Yes}} || style="x" align=left b\n|}') == "a\tb"


def test_a_table_that_lays_out_a_page_is_its_content():
    assert wikitext.text("{|\n|\n* a\n* b\n|\n* c\n|}") == "- a\n- b\n- c"


def test_a_table_in_a_table_and_one_without_an_end_lose_no_words():
    assert set(["a", "b", "c", "d"]) <= set(wikitext.text("{|\n| a\n{|\n| b\n|}\n| c\n|}\nd").split())
    assert wikitext.text("{|\n| a || b\n|-\n| c\n\nText after.").split() == ["a", "b", "c", "Text", "after."]


@pytest.mark.parametrize(
    "title", ["References", "Weblinks", "Liens externes", "Véase también", "Примечания", "脚注", "מקורות"]
)
def test_sections_without_prose_go_with_what_is_below_them(title):
    markup = f"Text.\n== {title} ==\n* gone\n=== More ===\ngone\n== Next ==\nText.\n== Empty ==\n=== Empty too ===\n"
    assert wikitext.text(markup) == "Text.\n\nNext\n\nText."


def test_a_lost_bracket_costs_no_text():
    assert wikitext.text("a [[b c\n\nd ]] e {{f|g\n\nh").split() == ["a", "b", "c", "d", "e", "f", "g", "h"]
    assert wikitext.text("a ]] b }} c |} d") == "a b c |} d".replace("  ", " ")


def test_extract_takes_records_of_wikitext_with_their_citations():
    class Settings:
        engine, max_bytes = "auto", 1 << 20

    body = (
        "A<ref>{{cite web|url=https://a.org/x}}</ref> [http://b.org b], https://c.org. [https://en.wikipedia.org/x d]"
    )
    found = extract(Record(1, media="wikitext", body=body, charset="utf-8"), Settings())
    assert (found.text, found.status) == ("A b, https://c.org. d", "ok")
    assert found.links == ("https://a.org/x", "http://b.org", "https://c.org")


def test_links_of_a_crawled_page_of_wikipedia_are_those_that_lead_outside():
    page = '<a href="/wiki/B">b</a><a rel="nofollow" class="external text" href="//a.org/?x&amp;y">a</a><a class="x" href="http://n.org">n</a>'
    assert cited("html", "https://de.m.wikipedia.org/wiki/A", page) == ("https://a.org/?x&y",)
    assert cited("html", "https://example.org/wikipedia.org/", page) == ()


TOKENS = [
    "{{", "}}", "{{{", "}}}", "[[", "]]", "|", "||", "!!", "\n", "\n\n", "\n{|", "\n|}", "\n|-", "\n|+", "\n|", "\n!",
    "=", "==", "\n== a ==\n", "\n*", "\n:", "\n ", "''", "'''", "'''''", "<ref>", "</ref>", "<ref name=a />", "<math>",
    "</math>", "<!--", "-->", "<nowiki>", "</nowiki>", "<code>", "</code>", "<pre>", "</pre>", "<poem>", "</poem>",
    "<br/>", "<sup>", "</sup>", "[http://a.b ", "]", "-{", "}-", "__X__", "&amp;", "&#123;", "\x02b0\x03", "\x06",
    "File:a.png", "Category:", "lang|de|", "a", "ß", " ", "(", ",", ")",
]  # fmt: skip


@given(st.lists(st.sampled_from(TOKENS) | st.text(max_size=5), max_size=80).map("".join))
def test_no_markup_fails_and_none_is_left_outside_code(markup):
    text = wikitext.text(markup)
    wikitext.cited(markup)
    assert "\x02" not in text and "\x06" not in text and "\x07" not in text
    if not any(tag in markup for tag in ("nowiki", "code", "pre", "math", "&#123;")):
        assert not any(mark in text for mark in ("[[", "]]"))


@pytest.mark.parametrize(
    "token",
    ["{{", "[[", "{{a|", "[[a|b ", "\n{|\n|", "<ref>", "<math>", "<b>", "<poem>",
     "''a'''b ", "[http:", "= \n", " ", "\t ", "( ,",
     "!! a ", "-{", "{{lang|x|", "\n{|\n|a\n|}", "class=", "&amp", "<ref ", "\n:", "{{{", "http://"],
)  # fmt: skip
def test_many_of_anything_takes_no_square_of_the_time(token):
    wikitext.text(token * 20_000)
    wikitext.cited(token * 20_000)


@pytest.mark.parametrize(
    "markup", ["[[File:a" + "\n" * 200_000, "[http://" + "a" * 200_000, "[http://a" + " b" * 100_000]
)
def test_what_is_never_closed_takes_a_time_in_its_length(markup) -> None:
    """In the square of it these take minutes, which the test run's limit ends."""
    assert len(wikitext.text(markup)) <= len(markup)


def test_a_name_of_two_words_tells_a_page_of_meanings() -> None:
    assert "zīmju šķiršana" in DISAMBIGUATION and "šķiršana" not in DISAMBIGUATION
