"""The console in a real browser, with screenshots under build/screenshots for people to look at."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from gov_connect import CitizenQuery, DossierCode, GovConnect, Officer, Purpose, Settings
from gov_connect.mocks import running_mocks
from gov_connect.mocks.people import population

if TYPE_CHECKING:
    from collections.abc import Iterator

PICTURES = Path(__file__).parents[2] / "build" / "screenshots"
DRIVER = shutil.which("chromedriver")
BROWSER = shutil.which("chromium") or shutil.which("chromium-browser")

pytestmark = pytest.mark.skipif(
    DRIVER is None or BROWSER is None, reason="no chromium and chromedriver here (Debian: chromium, chromium-driver)"
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Chromium without a window."""
    from selenium import webdriver  # noqa: PLC0415 - only where a browser is
    from selenium.webdriver.chrome.service import Service  # noqa: PLC0415

    options = webdriver.ChromeOptions()
    options.binary_location = str(BROWSER)
    for argument in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--lang=vi"):
        options.add_argument(argument)
    options.add_experimental_option("prefs", {"intl.accept_languages": "vi"})
    driver = webdriver.Chrome(options=options, service=Service(executable_path=str(DRIVER)))
    driver.implicitly_wait(10)
    yield driver
    driver.quit()


def test_a_person_steers_the_mocks_and_follows_a_dossier(browser: Any) -> None:
    """Three dossiers by a click, one followed over the wires, on a desk and on a phone, by keyboard too."""
    from selenium.webdriver.common.by import By  # noqa: PLC0415 - only where a browser is
    from selenium.webdriver.common.keys import Keys  # noqa: PLC0415

    PICTURES.mkdir(parents=True, exist_ok=True)
    with running_mocks(console=0) as mocks:
        browser.set_window_size(1400, 1000)
        browser.get(mocks.console_url)
        assert browser.find_element(By.TAG_NAME, "html").get_attribute("lang") == "vi"
        count = browser.find_element(By.ID, "count")
        count.clear()
        count.send_keys("3", Keys.ENTER)
        assert "Đã thực hiện" in browser.find_element(By.CSS_SELECTOR, "[role=status]").text
        code = next(iter(mocks.portal.pending_pushes() or mocks.portal.state()["dossiers"]))  # type: ignore[call-overload]
        use(Settings.from_mapping({**mocks.environment, "GOV_CONNECT_DATABASE_URL": "sqlite:///:memory:"}), code)
        browser.get(mocks.console_url)
        browser.save_screenshot(str(PICTURES / "console-overview.png"))
        browser.find_element(By.LINK_TEXT, "Hồ sơ").click()
        browser.find_element(By.LINK_TEXT, code).click()
        browser.save_screenshot(str(PICTURES / "console-dossier.png"))
        assert browser.find_elements(By.CSS_SELECTOR, "a.step.portal")
        browser.find_element(By.CSS_SELECTOR, "a.step.portal").click()
        browser.save_screenshot(str(PICTURES / "console-call.png"))
        assert len(browser.find_elements(By.TAG_NAME, "pre")) == 2
        browser.set_window_size(400, 900)
        browser.get(mocks.console_url)
        browser.find_element(By.TAG_NAME, "body").send_keys(Keys.TAB)
        assert browser.switch_to.active_element.get_attribute("class") == "skip"
        wide = browser.execute_script("return document.documentElement.scrollWidth > window.innerWidth + 1")
        browser.save_screenshot(str(PICTURES / "console-phone.png"))
        assert wide is False


def use(settings: Settings, code: str) -> None:
    """A few calls about one dossier."""
    known = next(person for person in population(0) if person.number and not person.year_only)
    with GovConnect(settings) as client:
        gov = client.acting(officer=Officer(code="cb-01"), purpose=Purpose(procedure="1.001193", dossier=code))
        gov.portal.find(DossierCode(code))
        gov.residents.look_up(CitizenQuery(citizen_id=known.number, name=known.name, born=known.birth.isoformat()))
