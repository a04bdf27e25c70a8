"""The planted citations: what the dump cites is what the truth says, whatever form an address has in it."""

import bz2
import html
import re

from curate.dedup.urls import normalise
from curate.demo import encyclopedia
from curate.extract import wikitext


def _pages(folder):
    whole = bz2.decompress((folder / encyclopedia.NAME).read_bytes()).decode()
    for page in re.findall(r"<page>(.*?)</page>", whole, re.S):
        namespace, text = re.search(r"<ns>(\d+)</ns>", page)[1], re.search(r"<text[^>]*>(.*)</text>", page, re.S)[1]
        yield namespace, "<redirect" in page, html.unescape(text)


def test_articles_cite_what_the_truth_names_and_links_elsewhere_are_decoys(made):
    folder, truth = made
    articles = [text for namespace, redirect, text in _pages(folder) if namespace == "0" and not redirect]
    others = [text for namespace, redirect, text in _pages(folder) if namespace != "0" or redirect]
    cited = {normalise(link) for text in articles for link in wikitext.cited(text)}
    planted = {normalise(plant.urls[0]) for plant in truth.of("cited page")}
    assert planted < cited and len(planted) > 40
    decoys = {normalise(plant.urls[0]) for plant in truth.of("page not cited")}
    assert not decoys & cited
    assert {normalise(link) for text in others for link in wikitext.cited(text)} < decoys


def test_some_citations_are_written_as_another_form_of_the_address(made):
    changed = [plant for plant in made[1].of("cited page") if plant.text != plant.urls[0]]
    assert changed and all(normalise(plant.text) == normalise(plant.urls[0]) for plant in changed)
    assert len(changed) < len(made[1].of("cited page")) / 4


def test_cited_pages_have_a_subject_of_their_own_and_both_forms_of_page(made):
    urls = [plant.urls[0] for plant in made[1].of("cited page")]
    modules = {re.fullmatch(r"https://[^/]+/(?:pydoc/)?(\w+).*", url)[1] for url in urls}
    assert len(modules) > 5 and all(map(encyclopedia.cites, modules))
    assert 0 < sum("/pydoc/" in url for url in urls) < len(urls)
