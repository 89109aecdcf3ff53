"""The first text of the notice on personal data."""

from app.services.data_notice import notice_text


def test_the_notice_names_who_answers_for_the_data_and_how_to_reach_it():
    text = notice_text(
        "Secretaría de Prueba", helpdesk_phone="601 000 0000", helpdesk_email="mesa@prueba.example"
    )

    assert text.startswith("La Secretaría de Prueba es responsable de los datos personales")
    assert "llame al 601 000 0000, o escriba a mesa@prueba.example" in text


def test_the_notice_says_what_article_12_asks_for():
    text = notice_text("Secretaría de Prueba")

    for words in (
        "Para qué usamos",
        "no contestar",
        "Sus derechos",
        "niños, niñas",
        "Cómo ejercer",
    ):
        assert words in text
    assert "{" not in text
