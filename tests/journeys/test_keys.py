"""Shortcuts of one key for whoever reads the queue all day."""

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import steps
from tests.support.office import assigned_case, open_house
from tests.support.people import add_citizen

pytestmark = pytest.mark.on("sqlite")


@pytest.fixture
def cases(app) -> list[str]:
    house = open_house()
    citizen = add_citizen(house.entity.id)
    return [assigned_case(house, citizen) for _ in range(3)]


@pytest.fixture
def coordinator(cases, browser_page) -> Page:
    steps.enter(browser_page, "soa.coordinador")
    browser_page.goto("/gestion?status=abiertos")
    return browser_page


def test_one_moves_through_the_queue_and_works_without_a_mouse(coordinator, cases):
    keys = coordinator.keyboard
    keys.press("j")
    expect(coordinator.get_by_role("link", name=cases[0])).to_be_focused()
    keys.press("j")
    keys.press("j")
    keys.press("k")
    expect(coordinator.get_by_role("link", name=cases[1])).to_be_focused()

    keys.press("Enter")
    expect(coordinator).to_have_url(f"/gestion/{cases[1]}")
    keys.press("n")
    expect(coordinator).to_have_url(f"/gestion/{cases[1]}/nota")
    coordinator.go_back()
    keys.press("u")
    expect(coordinator).to_have_url("/gestion?status=abiertos")
    keys.press("/")
    expect(coordinator.get_by_role("searchbox")).to_be_focused()
    keys.type("jk")
    expect(coordinator.get_by_role("searchbox")).to_have_value("jk")


def test_escape_folds_the_rest_of_the_lists(coordinator):
    rest = coordinator.locator("[data-folds]")
    rest.locator("summary").click()
    expect(rest.get_by_role("link").first).to_be_visible()
    rest.get_by_role("link").first.focus()

    coordinator.keyboard.press("Escape")

    expect(rest.get_by_role("link").first).not_to_be_visible()
    expect(rest.locator("summary")).to_be_focused()


def test_they_can_be_turned_off_for_good(coordinator, cases):
    coordinator.get_by_text("Atajos de teclado").click()
    coordinator.get_by_label("Usar los atajos en este equipo").uncheck()
    coordinator.reload()

    coordinator.keyboard.press("j")

    expect(coordinator.get_by_role("link", name=cases[0])).not_to_be_focused()
    coordinator.get_by_text("Atajos de teclado").click()
    expect(coordinator.get_by_label("Usar los atajos en este equipo")).not_to_be_checked()


def test_a_view_is_kept_with_its_columns(coordinator, cases):
    coordinator.get_by_text("Columnas y vistas").click()
    coordinator.get_by_label("Cómo llegó").check()
    steps.press(coordinator, "Mostrar estas columnas")
    expect(coordinator.get_by_role("columnheader", name="Cómo llegó")).to_be_visible()

    coordinator.get_by_text("Columnas y vistas").click()
    coordinator.get_by_label("Nombre de la vista").fill("Por dónde llegan")
    steps.press(coordinator, "Guardar la vista")
    coordinator.goto("/gestion?due=hoy")
    steps.follow(coordinator, "Por dónde llegan")

    expect(coordinator.get_by_role("columnheader", name="Cómo llegó")).to_be_visible()
