"""The console in a real browser, with screenshots under build/screenshots for people to look at."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from gov_connect import CitizenQuery, DossierCode, GovConnect, Officer, Purpose, Settings
from gov_connect.contract_tests import samples
from gov_connect.mocks import RunningMocks, running_mocks
from gov_connect.mocks._phone import DEMO_USER, Account, Waiting
from gov_connect.mocks.people import population
from gov_connect.runtime import SystemClock

if TYPE_CHECKING:
    from collections.abc import Iterator

FOUR = ("portal", "residents", "civil_registry", "national_payment")
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
        use(mocks, Settings.from_mapping({**mocks.environment, "GOV_CONNECT_DATABASE_URL": "sqlite:///:memory:"}), code)
        browser.get(mocks.console_url)
        browser.save_screenshot(str(PICTURES / "console-overview.png"))
        browser.find_element(By.LINK_TEXT, "Hồ sơ").click()
        browser.find_element(By.LINK_TEXT, code).click()
        browser.save_screenshot(str(PICTURES / "console-dossier.png"))
        steps = {name: browser.find_elements(By.CSS_SELECTOR, f"a.step.{name}") for name in FOUR}
        assert all(steps.values()), "the path through the four systems is not seen"
        heads = browser.find_elements(By.CSS_SELECTOR, "table.lanes th")
        assert [head.rect["x"] + head.rect["width"] <= 1400 for head in heads] == [True] * 5
        browser.find_element(By.LINK_TEXT, "English").click()
        assert "State: 1 new" in browser.find_element(By.TAG_NAME, "main").text
        browser.save_screenshot(str(PICTURES / "console-dossier-english.png"))
        browser.get(mocks.console_url + "phones")
        browser.find_element(By.PARTIAL_LINK_TEXT, "mau-1").click()
        browser.find_element(By.CSS_SELECTOR, "button[value=confirm]").send_keys(Keys.ENTER)
        assert browser.find_element(By.XPATH, "//p[contains(., 'signed')]")
        assert mocks.smartca.state()["requests"] == {"mau-1": "signed"}
        browser.get(mocks.console_url + "phones")
        assert "đã ký" in browser.find_element(By.TAG_NAME, "table").text
        browser.save_screenshot(str(PICTURES / "console-phones.png"))
        browser.get(f"{mocks.console_url}dossiers/{code}?lang=vi")
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


def use(mocks: RunningMocks, settings: Settings, code: str) -> None:
    """One dossier from its look-up to the money, the book and a signature that waits on a phone."""
    numbers = mocks.portal.people_of(code)
    known = next(person for person in population(0) if person.key in numbers)
    born = f"{known.birth:%Y}" if known.year_only else known.birth.isoformat()
    number = {"citizen_id": known.number} if known.number else {"old_id": known.cmnd}
    clock = SystemClock()
    with GovConnect(settings) as client:
        gov = client.acting(officer=Officer(code="cb-01"), purpose=Purpose(procedure="1.001193", dossier=code))
        gov.portal.find(DossierCode(code))
        gov.residents.look_up(CitizenQuery(**number, name=known.name, born=born))
        gov.civil_registry.submit(samples.birth_of(clock, code, "99001", 7))
        gov.payments.create(samples.order_of(clock, "mau0001", code, 25_000))
    account = Account(user=DEMO_USER, key=b"", certificates=(), serial="1")
    mocks.smartca._waiting["mau-1"] = Waiting(account=account, hashes=(b"0" * 32,), documents=("1",))
