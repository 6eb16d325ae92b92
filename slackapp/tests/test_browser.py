"""A person with a browser, from the landing page to the approved campaign."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from slackapp.tests.product import Product

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SCREENSHOTS = os.environ.get("SCREENSHOTS")  # a directory: keep pictures of every step there

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        CHROMIUM is None and not os.environ.get("REQUIRE_BROWSER"),
        reason="Chromium is not installed (Debian's package: chromium)",
    ),
]


@pytest.fixture
def product(tmp_path) -> Iterator[Product]:
    running = Product(tmp_path / "data")
    running.data_dir.mkdir()
    running.start()
    try:
        yield running
    finally:
        running.stop()


@contextmanager
def open_browser() -> Iterator[Browser]:
    assert CHROMIUM, "REQUIRE_BROWSER is set and Chromium is not installed"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def page() -> Iterator[Page]:
    with open_browser() as browser:
        page = browser.new_page(viewport={"width": 1280, "height": 860})
        page.set_default_timeout(15_000)
        yield page


def picture(page: Page, name: str) -> None:
    if SCREENSHOTS:
        page.wait_for_timeout(400)  # for what is fading in
        page.screenshot(path=Path(SCREENSHOTS) / f"{name}.png")


def become(page: Page, handle: str) -> None:
    switch = page.get_by_test_id("person-switch")
    expect(switch).to_contain_text("You are")
    switch.click()
    page.locator(f'[data-person="{handle}"]').click()


def choose(page: Page, block_id: str, *options: str) -> None:
    page.locator(f'[role=dialog] [data-block-id="{block_id}"]').first.click()
    for option in options:
        page.get_by_role("option", name=option, exact=True).click()
    page.get_by_role("heading", name="New campaign").click()


def install(page: Page, product: Product) -> None:
    page.goto(product.url)
    picture(page, "1-landing")
    page.get_by_test_id("add-to-slack").click()
    picture(page, "2-consent")
    page.get_by_role("button", name="Allow").click()
    expect(
        page.get_by_role("heading", name="Countersign is installed in Northwind")
    ).to_be_visible()
    picture(page, "3-installed")
    page.get_by_test_id("open-in-browser").click()


def send_campaign(page: Page) -> None:
    become(page, "dana")
    page.locator('[data-channel="campaign-approvals"]').click()
    page.get_by_test_id("composer").fill("/campaign")
    page.get_by_test_id("send").click()
    fill = page.get_by_role("dialog")
    fill.locator('[data-block-id="title"]').fill("Spring launch e-mail")
    fill.locator('[data-block-id="brief"]').fill(
        "Two-part announcement to 42,000 customers.\nPlease check the health claim."
    )
    choose(page, "channels", "Email", "Paid social")
    fill.locator('[data-block-id="budget"]').fill("12000")
    launch = datetime.now(UTC) + timedelta(days=40)
    fill.locator('[data-block-id="launch_on"]').fill(launch.date().isoformat())
    fill.locator('[data-block-id="asset_url"]').fill("https://assets.example/spring")
    picture(page, "4-modal")
    page.get_by_test_id("modal-submit").click()


def test_a_campaign_gets_approved_by_hand_and_survives_a_restart(page, product):
    install(page, product)
    send_campaign(page)
    everyones = page.locator("#messages .message:not([data-ephemeral])")
    card = everyones.filter(has_text="Spring launch e-mail")
    receipt = page.locator('[data-ephemeral="true"]', has_text="waits for")
    expect(receipt).to_be_visible()
    expect(card.get_by_role("button", name="Approve")).to_be_visible()
    picture(page, "5-card-waiting")

    become(page, "olga")
    card.get_by_role("button", name="Approve").click()
    refusal = page.locator('[data-ephemeral="true"]', has_text="can decide on this")
    expect(refusal).to_be_visible()
    picture(page, "6-refused")

    become(page, "ana")
    expect(refusal).to_have_count(0)
    page.locator('[data-app="Countersign"]').click()
    page.locator('[data-tab="home"]').click()
    expect(page.get_by_text("Waiting for you (1)")).to_be_visible()
    picture(page, "7-home")
    page.locator('[data-channel="campaign-approvals"]').click()
    card.get_by_role("button", name="Approve").click()
    expect(card.get_by_role("heading", name="Approved: Spring launch e-mail")).to_be_visible()
    expect(card).to_contain_text("Ana Ruiz")
    expect(card.locator('[data-action-id^="campaign."]')).to_have_count(0)
    picture(page, "8-card-approved")

    become(page, "dana")
    page.locator('[data-app="Countersign"]').click()
    page.locator('[data-tab="messages"]').click()
    told = page.locator("#messages .message", has_text="is approved")
    expect(told).to_be_visible()
    picture(page, "9-told")

    assert product.stop() == 0
    product.start()

    page.reload()
    expect(told).to_be_visible()
    page.locator('[data-channel="campaign-approvals"]').click()
    expect(card).to_contain_text("Ana Ruiz")
    page.get_by_test_id("composer").fill("/campaign list")
    page.get_by_test_id("send").click()
    expect(page.locator('[data-ephemeral="true"]', has_text="Sent by you")).to_contain_text(
        "Spring launch e-mail · approved"
    )
