"""The licence that a page states for itself."""

from urllib.parse import urlsplit

import pytest

from curate.charset import decode
from curate.extract.licence import of_page
from curate.licenses.stated import RESERVED
from curate.sources import Piece, read

BY = "https://creativecommons.org/licenses/by/4.0/"


@pytest.mark.parametrize(
    ("page", "licence"),
    [
        (f'<a href="/x">license</a> <a class=y rel="license" href="{BY}">CC</a>', "CC-BY-4.0"),
        (f'<link href="{BY}" rel="license">' + '<a rel=license href="/other">x</a>', "CC-BY-4.0"),
        ('<a rel="license" href="https://creativecommons.org/licenses/by-sa/2.0/">photo</a>'
         f'<footer><a rel="nofollow license" href="{BY}">CC</a>', "CC-BY-4.0"),
        (f'<meta name="DC.license" content="{BY}">', "CC-BY-4.0"),
        (f'<span itemprop="license" content="{BY}"></span>', "CC-BY-4.0"),
        ('<script type="application/ld+json">{"license": "https:\\/\\/creativecommons.org\\/licenses\\/by\\/4.0"}',
         "CC-BY-4.0"),
        (f'Except where otherwise noted this is licensed under <a href="{BY}">CC</a>.', "CC-BY-4.0"),
        ("Alle Inhalte stehen unter der Lizenz Creative Commons BY-NC-SA 4.0.", "CC-BY-NC-SA-4.0"),
        ("Available under the GNU Free Documentation License, version 1.2.", "GFDL-1.2"),
        ("All content on this site is in the public domain.", "LicenseRef-Public-Domain"),
        ('<a rel="license" href="/terms">Terms</a>', "https://host.example/terms"),
        ('<a rel="license" href="terms">Terms</a>', "https://host.example/a/terms"),
        ('<a rel="license" href="HTTP://x.example/l?a=1&amp;b=2">Terms</a>', "HTTP://x.example/l?a=1&b=2"),
        ('<a rel="license" href="javascript:license(1)">Terms</a>', None),
        ('<a rel="license" href="data:text/html,license">Terms</a>', None),
        (f'<a rel="license" href="javascript:open(\'{BY}\')">CC</a>', None),
        ('<a rel="license" href="https://[/license">Terms</a>', None),
        ('<meta name="license" content="javascript:x">', None),
        ('<meta name="dcterms.rights" content="CC BY 4.0">', "CC-BY-4.0"),
        ("This text is dedicated to the public domain under CC0.", "CC0-1.0"),
        ("Available under the GNU Free Documentation License 1.3.", "GFDL-1.3"),
        ("© 2020 ACME. All Rights Reserved.", RESERVED),
        (f"All rights reserved. Licensed under <a href='{BY}'>CC</a>", "CC-BY-4.0"),
        (f'Photo: Ann, <a href="{BY}">CC BY</a>. The licence is of the picture.', None),
        (f'A picture licensed under <a href="{BY}">CC BY</a>.', None),
        (f"<p>The <a href='{BY}'>licence CC BY</a> was drafted in 2002.", None),
        ("<script>/* licensed under http://www.gnu.org/licenses/gpl-2.0.html */</script>", None),
        ('<a rel="license" href="#license">x</a>', None),
        ("<p>nothing is said of licences", None),
        ("<a rel=license", None),
        ("İ license <a rel=license href=/l>", "https://host.example/l"),
        ("", None),
    ],
)  # fmt: skip
def test_what_a_page_states(page, licence):
    assert of_page(page, "https://host.example/a/b") == licence


def test_a_relative_address_is_none_where_the_page_has_no_address():
    assert of_page('<a rel="license" href="/terms">Terms</a>') is None
    assert of_page(f'<a rel="license" href="{BY.removeprefix("https:")}">CC</a>') == "CC-BY-4.0"


# Hand-checked, with what a reader finds at the foot of the page; licences of single pictures are none of the page's.
STATED = {
    "stackoverflow.blog": "CC-BY-SA-4.0", "rueda.wikidot.com": "CC-BY-SA-3.0",
    "stardewvalleywiki.com": "CC-BY-NC-SA-3.0",
    "hacks.mozilla.org": "CC-BY-SA-3.0", "arsnova.thm.de": "CC-BY-SA-4.0", "resonator-podcast.de": "CC-BY-4.0",
    "1337kultur.de": "CC-BY-SA-3.0-DE", "www.der-postillon.com": "CC-BY-NC-SA-3.0-DE", "soldaini.net": "CC-BY-4.0",
    "blogoff.de": "CC-BY-NC-SA-2.0-DE", "gnaur.wordpress.com": "CC-BY-NC-ND-2.0-DE",
    "www.tafelblog.de": "CC-BY-NC-3.0-DE",
    "mobilsicher.de": "CC-BY-ND-3.0-DE", "www.anchor.ch": "CC-BY-NC-4.0", "www.maescot.de": "CC-BY-NC-ND-3.0",
    "tell-review.de": None, "www.singapur-reiseinfo.de": None, "www.liberation.fr": None, "zulang.wordpress.com": None,
    "blog.teufel.de": None, "www.theplanetarypress.com": None, "www.vinosytapas.de": None,
}  # fmt: skip


def test_pages_of_the_crawl_state_what_a_reader_finds(data):
    found = {}
    for path in sorted((data / "web").glob("**/*.warc*")):
        if ".wet" not in path.name:
            for _, record in read(Piece("warc", 0, "web", str(path), path.name, 0, -1, 0)):
                host = urlsplit(record.url or "").hostname
                if record.media == "html" and isinstance(record.body, bytes) and host in STATED:
                    found.setdefault(host, set()).add(of_page(decode(record.body, record.charset, True)[0]))
    assert {host: {licence} - {None} for host, licence in STATED.items()} == {
        host: licences - {None, RESERVED} for host, licences in found.items()
    }


@pytest.mark.parametrize(
    ("page", "licence"),
    [
        ("<!-- a --> licensed under CC BY 4.0 <!-- b -->", "CC-BY-4.0"),
        ("<script>a</script><script>licensed under CC BY 4.0</script>", None),
        ("<!-- licensed under CC BY 4.0", None),
        ("<script>x</script> <style>licensed under CC BY 3.0</style> licensed under CC BY 4.0", "CC-BY-4.0"),
        ('<meta name="rights" content="Todos los derechos reservados">', RESERVED),
    ],
)
def test_what_scripts_and_comments_state_is_none_of_the_pages(page, licence):
    assert of_page(page) == licence


def test_notices_in_comments_cost_what_their_letters_cost():
    def places(notices: int) -> int:
        page = _Counted("<!-- licensed under cc by 4.0 -->" * notices)
        assert of_page(page) is None
        return page.searched

    assert places(2_000) < 2.5 * places(1_000)


class _Counted(str):
    """A page that counts the characters that are gone over backwards."""

    searched = 0

    def lower(self) -> "_Counted":
        return self

    def rfind(self, part, start=0, end=None):  # type: ignore[override]
        found = super().rfind(part, start, end)
        self.searched += (len(self) if end is None else end) - max(found, start)
        return found
