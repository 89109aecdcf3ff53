"""What the warning of an anonymous filing sees, and what it lets pass."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.personal_data import Trace, personal_data_in


@pytest.mark.parametrize(
    ("text", "trace", "piece"),
    [
        ("Escríbanme a ana.perez+sed@ejemplo.com.co, gracias.", Trace.EMAIL, "@ejemplo.com.co"),
        ("Mi correo es ana @ ejemplo.com", Trace.EMAIL, "ana @ ejemplo.com"),
        ("Llame al 3001234567.", Trace.PHONE, "3001234567"),
        ("Llame al 300 123 45 67", Trace.PHONE, "300 123 45 67"),
        ("Llame al (601) 234 5678", Trace.PHONE, "601) 234 5678"),
        ("Llame al +57 300-123-4567", Trace.PHONE, "57 300-123-4567"),
        ("Desde afuera: +34 912 345 678", Trace.PHONE, "34 912 345 678"),
        ("Soy Ana, c.c. 52.123.456 de Soacha", Trace.DOCUMENT, "52.123.456"),
        ("Soy Ana, CC No. 52123456", Trace.DOCUMENT, "52123456"),
        ("identificada con cédula de ciudadanía número 1.023.456.789", Trace.DOCUMENT, "1.023"),
        ("Cédula 3001234567", Trace.DOCUMENT, "3001234567"),
        ("T.I. 1023456789", Trace.DOCUMENT, "1023456789"),
        ("NIT 899999001-7", Trace.DOCUMENT, "899999001-7"),
        ("52123456", Trace.DOCUMENT, "52123456"),
        ("cédula 12345", Trace.DOCUMENT, "12345"),
        ("Tengo pasaporte AX123456 de otro país", Trace.DOCUMENT, "AX123456"),
        ("mi pasaporte es AR123456", Trace.DOCUMENT, "AR123456"),
        ("mi pasaporte colombiano número AR123456", Trace.DOCUMENT, "AR123456"),
        ("documento de identidad AB123456", Trace.DOCUMENT, "AB123456"),
        ("juan.perez [arroba] gmail [punto] com", Trace.EMAIL, "gmail [punto] com"),
        ("juan(arroba)gmail.com", Trace.EMAIL, "juan(arroba)gmail.com"),
        ("juan @ gmail . com", Trace.EMAIL, "juan @ gmail . com"),
        ("Pasaporte No. AB 987654", Trace.DOCUMENT, "AB 987654"),
        ("Soy pepe arroba correo punto co", Trace.EMAIL, "pepe arroba correo punto co"),
        ("pepe (arroba) correo.com.co", Trace.EMAIL, "pepe (arroba) correo.com.co"),
    ],
)
def test_what_tells_who_writes_is_seen(text, trace, piece):
    (found,) = personal_data_in(text)

    assert found.trace is trace
    assert piece in found.text
    assert text[found.start :].startswith(found.text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "En 2026 el colegio cerró 12 salones y 350 alumnos quedaron sin cupo.",
        "Cobran $1.200.000 de matrícula.",
        "Cobran $ 1.200.000 de matrícula.",
        "Cobran 1.200.000 pesos de matrícula.",
        "Fue el 16/03/2026 y se repitió el 2026-03-18.",
        "El radicado SOA2026ER000001 sigue igual.",
        "Ley 1437 de 2011, artículo 14",
        "Lo vi @ la puerta",
        "Compré una arroba de papa en el colegio.",
        "La visa del docente 2026",
        "Fue el 16/03/2026 10:00 en el colegio.",
        "Según la Resolución 004567 de 2024.",
        "Serie 12345678901234567890 del equipo",
    ],
)
def test_what_tells_nothing_passes(text):
    assert personal_data_in(text) == []


def test_everything_is_named_in_the_order_of_the_text():
    text = "Ana, 52123456, ana@ejemplo.com, 3001234567"

    assert [found.trace for found in personal_data_in(text)] == [
        Trace.DOCUMENT,
        Trace.EMAIL,
        Trace.PHONE,
    ]


@given(st.text(alphabet="0123456789 .-@ac$()+/é\n", max_size=300))
def test_no_text_breaks_it_and_every_piece_is_of_the_text(text):
    for found in personal_data_in(text):
        assert text[found.start : found.start + len(found.text)] == found.text


@given(st.integers(3_000_000_000, 3_509_999_999), st.sampled_from(["", " ", "-", "."]))
def test_every_mobile_is_seen_however_it_is_written(number, mark):
    digits = str(number)
    text = f"mi celular: {digits[:3]}{mark}{digits[3:6]}{mark}{digits[6:]}"

    assert [found.trace for found in personal_data_in(text)] == [Trace.PHONE]


@pytest.mark.parametrize("trace", Trace)
def test_every_trace_has_words(trace):
    assert trace.label.startswith("un ")
