"""Books to order: an EPUB of given documents."""

import io
import zipfile

CONTAINER = b"""<?xml version="1.0"?><container xmlns="urn:oasis:names:tc:opendocument:xmlns:container" version="1.0">
<rootfiles><rootfile full-path="OPS/book.opf" media-type="application/oebps-package+xml"/></rootfiles></container>"""
XHTML = "http://www.w3.org/1999/xhtml"
OPS = "http://www.idpf.org/2007/ops"


def page(body: str, kind: str = "") -> bytes:
    stated = f' epub:type="{kind}"' if kind else ""
    head = f'<html xmlns="{XHTML}" xmlns:epub="{OPS}"><head><title>not text</title></head>'
    return f'<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE html>\n{head}<body{stated}>{body}</body></html>'.encode()


def package(names: list[str], metadata: str = "", after: str = "", linear: tuple[str, ...] = ()) -> bytes:
    items = spine = ""
    for n, name in enumerate(names):
        items += f'<item id="i{n}" href="{name}" media-type="application/xhtml+xml"/>'
        spine += f'<itemref idref="i{n}" linear="no"/>' if name in linear else f'<itemref idref="i{n}"/>'
    return f"""<?xml version="1.0"?><package xmlns="http://www.idpf.org/2007/opf" version="3.0">
<metadata xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>A  Book</dc:title>{metadata}</metadata>
<manifest>{items}</manifest><spine>{spine}</spine>{after}</package>""".encode()


def archive(members: dict[str, bytes], way: int = zipfile.ZIP_DEFLATED) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as made:
        made.writestr("mimetype", "application/epub+zip", zipfile.ZIP_STORED)
        for name, content in members.items():
            made.writestr(name, content, way)
    return packed.getvalue()


def book(pages: dict[str, bytes], metadata: str = "", after: str = "", **more) -> bytes:
    """A book of these documents, in this order."""
    linear = more.pop("linear", ())
    members = {"META-INF/container.xml": CONTAINER, "OPS/book.opf": package(list(pages), metadata, after, linear)}
    members |= {f"OPS/{name}": content for name, content in pages.items()}
    return archive(members | more.pop("others", {}), **more)
