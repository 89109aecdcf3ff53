"""When two requerimientos are alike."""

import pytest

from app.domain.likeness import MOST_ASKED, is_alike, likeness, telling
from app.domain.searching import stems

SEAT = "Solicito un cupo para mi hija en el grado segundo del colegio La Esperanza."


def share(one, other):
    return likeness(set(stems(one)), set(stems(other)))


@pytest.mark.parametrize(
    ("other", "by_anybody", "by_the_same"),
    [
        (SEAT.upper(), True, True),
        ("Pido cupo en grado segundo, colegio La Esperanza, para mi hijo.", True, True),
        ("Solicito cupo en el colegio: ¿qué pasó con mi solicitud?", False, True),
        ("Necesito un certificado laboral para mi pensión.", False, False),
        ("", False, False),
    ],
)
def test_two_texts_are_alike_by_the_stems_they_share(other, by_anybody, by_the_same):
    found = share(SEAT, other)

    assert is_alike(found, same_person=False) is by_anybody
    assert is_alike(found, same_person=True) is by_the_same


def test_the_share_is_the_same_from_both_sides_and_between_nothing_and_all():
    assert likeness({"a", "b"}, {"b", "c"}) == likeness({"b", "c"}, {"a", "b"}) == 1 / 3
    assert likeness({"a"}, {"a"}) == 1
    assert likeness(set(), set()) == 0


def test_the_index_is_asked_for_what_few_say_and_not_for_what_all_say():
    common, rare, own = "solicit", "esper", "79123456"
    sample = [{common}] * 50 + [{common, rare}]

    assert telling({common, rare, own}, sample) == [rare, common, own]
    many = {f"palabra{number}" for number in range(40)}
    assert len(telling(many, [many] * 3)) == MOST_ASKED
    assert len(telling(many, [])) == MOST_ASKED
