import re
from html.parser import HTMLParser

from curate import report
from curate.report import page


def elements(html):
    """Names of the elements and of the attributes of a page."""
    tags, attributes = set(), set()
    parser = HTMLParser()
    parser.handle_starttag = lambda tag, attrs: (tags.add(tag), attributes.update(name for name, _ in attrs))
    parser.feed(html)
    return tags, attributes


def test_equal_runs_give_equal_bytes(run_folder):
    report.write(run_folder)
    first = [(run_folder / "report" / n).read_bytes() for n in ("audit.json", "index.html")]
    report.write(run_folder)
    assert first == [(run_folder / "report" / n).read_bytes() for n in ("audit.json", "index.html")]


def test_hostile_documents_leave_no_element_no_control_character_and_no_bidi_override(run_folder):
    html = page.render(report.audit(run_folder))
    tags, _ = elements(html)
    assert not tags & {"script", "img", "iframe", "link", "object"}
    assert "&lt;script&gt;" in html and "[U+001B]" in html and "[U+202E]" in html
    assert not re.search("[\x00-\x08\x0b-\x1f\u202a-\u202e\u2066-\u2069]", html)


def test_the_page_needs_nothing_from_elsewhere_and_forbids_it(run_folder):
    html = page.render(report.audit(run_folder))
    _, attributes = elements(html)
    assert not attributes & {"src", "href", "srcset", "xlink:href", "style", "onclick", "onerror"}
    assert "default-src 'none'" in html and not re.search(r"url\(|@import", html[: html.index("</style>")])


def test_hostile_names_of_rules_categories_and_hosts_are_escaped(run_folder):
    audited = report.audit(run_folder)
    evil = '"><script>x</script>\u202e'
    audited["rules"][0]["rule"] = audited["categories"][0]["name"] = audited["notes"] = evil
    audited["histograms"] = {evil: {"0": 1}}
    html = page.render(audited)
    assert "<script" not in html and "\u202e" not in html


def test_an_unbalanced_book_is_the_first_thing_on_the_page(run_folder):
    audited = {**report.audit(run_folder), "notes": ["filter: documents: in 3 is not kept 1 + removed 1"]}
    html = page.render(audited)
    assert 'class="warn">filter: documents: in 3' in html and "books balance" not in html


def test_a_run_that_kept_nothing_still_has_a_page():
    lists = [
        "funnel",
        "rules",
        "edits",
        "clusters",
        "statuses",
        "unread",
        "categories",
        "languages",
        "groups",
        "hosts",
        "packed",
        "notes",
    ]
    nothing = {name: [] for name in lists}
    html = page.render({**nothing, "thresholds": {}, "histograms": {}, "hosts_in_all": 0})
    assert "documents read" in html
