"""What an entity says in its own words becomes paragraphs and links, and nothing else."""

import pytest

from app.domain.portal_texts import Piece, PortalText, paragraphs


def test_an_empty_line_parts_paragraphs():
    assert paragraphs("  Uno\nsigue\n \n\nDos ") == [[Piece("Uno\nsigue")], [Piece("Dos")]]
    assert paragraphs(" \n ") == []


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("Vea https://sed.example/a?b=1&c=2. Gracias", ["https://sed.example/a?b=1&c=2"]),
        ("(http://sed.example/x)", ["http://sed.example/x"]),
        ("javascript:alert(1) data:text/html,x //sed.example www.sed.example", []),
        ('<a href="https://sed.example/" onclick=x>', ["https://sed.example/"]),
        ("https://a.example y HTTPS://B.example", ["https://a.example", "HTTPS://B.example"]),
    ],
)
def test_only_addresses_of_the_web_are_links_and_no_letter_is_lost(text, links):
    [pieces] = paragraphs(text)

    assert [piece.text for piece in pieces if piece.is_link] == links
    assert "".join(piece.text for piece in pieces) == text


@pytest.mark.parametrize("text", PortalText)
def test_the_words_of_the_product_fit_where_they_stand(text):
    assert text.label
    assert 0 < len(text.default) <= text.longest
