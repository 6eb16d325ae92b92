"""The public pages as people use them: on a phone, in the dark, without a mouse or a script."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from slackapp.tests.test_browser import open_browser, pytestmark  # noqa: F401  # skips alike
from slackapp.tests.test_pages import NAMES

PATIENCE = 30_000  # milliseconds; on a busy machine too
expect.set_options(timeout=PATIENCE)

WIDTHS = [320, 360, 640, 1280]  # 320: a screen of 1280 at 400 %; 640: at 200 %
SCHEMES = ["light", "dark"]
# Every text's contrast with what is behind it: WCAG 2.2, 1.4.3
CONTRASTS = """() => {
  const channel = v => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
  const numbers = text => text.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
  const behind = element => {
    for (let e = element; e; e = e.parentElement) {
      const color = numbers(getComputedStyle(e).backgroundColor);
      if (color.length === 3 || color[3] > 0) return color;
    }
    return [255, 255, 255];
  };
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    const text = walker.currentNode.textContent.trim();
    if (!text || !element.checkVisibility()) continue;
    const front = light(numbers(getComputedStyle(element).color)), back = light(behind(element));
    const ratio = (Math.max(front, back) + 0.05) / (Math.min(front, back) + 0.05);
    if (ratio < 4.5) found.push([text, ratio.toFixed(2)]);
  }
  return found;
}"""
STOPS = "a[href], button, input:not([type=hidden], [tabindex='-1']), select, textarea"
TOO_WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


@pytest.fixture
def browser(live_server):
    with open_browser() as chromium:
        yield chromium


@pytest.fixture
def page(browser, live_server):
    return new_page(browser, live_server)


def new_page(browser, live_server, **options) -> Page:
    page: Page = browser.new_context(base_url=live_server.url, **options).new_page()
    page.set_default_timeout(PATIENCE)
    return page


@pytest.mark.parametrize("scheme", SCHEMES)
def test_texts_can_be_read_and_nothing_sticks_out_at_any_width(browser, live_server, scheme):
    complaints = []
    page = new_page(browser, live_server, color_scheme=scheme)
    page.on("console", lambda message: complaints.append(message.text))
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        for name in NAMES:
            page.goto(reverse(name))
            assert not page.evaluate(TOO_WIDE), (name, width)
            assert page.evaluate(CONTRASTS) == [], (name, width)
        page.goto(reverse("support"))
        page.get_by_role("button", name="Send").click()
        assert not page.evaluate(TOO_WIDE), width
        assert page.evaluate(CONTRASTS) == [], width
    assert [words for words in complaints if "422" not in words] == []


def test_the_form_is_filled_corrected_and_sent_with_the_keyboard_alone(page):
    page.goto(reverse("support"))
    press(page, "Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    press(page, "Enter")
    tab_to(page, "What is it about?")
    page.keyboard.type("Something d")
    for label, words in (
        ("Your e-mail address", "dana"),
        ("Your name (optional)", "Dana Lee"),
        ("Your Slack workspace (optional)", "acme"),
        ("Your message", "It broke."),
    ):
        press(page, "Tab")
        expect(page.get_by_label(label)).to_be_focused()
        page.keyboard.type(words)
    press(page, "Tab")
    expect(page.get_by_role("button", name="Send")).to_be_focused()
    press(page, "Enter")

    alert = page.get_by_role("alert")
    expect(alert).to_be_focused()
    press(page, "Tab", "Enter")
    email = page.get_by_role("textbox", name="Your e-mail address")
    expect(email).to_be_focused()
    expect(email).to_have_accessible_description(re.compile("Enter an e-mail address like"))
    press(page, "End")
    page.keyboard.type("@example.com")
    press(page, "Enter")

    expect(page.get_by_role("heading", name="We have your message")).to_be_visible()
    expect(page.get_by_text(re.compile(r"S-[0-9A-F]{8}"))).to_be_visible()


def press(page, *keys):
    for key in keys:
        page.keyboard.press(key)


def tab_to(page, label):
    press(page, "Tab")
    expect(page.get_by_label(label)).to_be_focused()


def test_every_stop_of_the_tab_key_can_be_seen(page):
    for name in NAMES:
        page.goto(reverse(name))
        stops = page.locator(STOPS)
        for _ in range(stops.count()):
            press(page, "Tab")
            seen = page.evaluate(
                "(({outlineStyle: style, outlineWidth: width}) => style + width)"
                "(getComputedStyle(document.activeElement))"
            )
            assert seen == "solid3px", (name, page.evaluate("document.activeElement.outerHTML"))


def test_the_form_works_without_a_script(browser, live_server):
    page = new_page(browser, live_server, java_script_enabled=False)
    page.goto(f"{reverse('support')}?topic=question")
    page.get_by_label("Your e-mail address").fill("dana@example.com")
    page.get_by_label("Your message").fill("Does it work without a script?")
    page.get_by_role("button", name="Send").click()

    expect(page.get_by_role("heading", name="We have your message")).to_be_visible()


def test_the_robots_trap_is_out_of_sight_and_out_of_the_tab_key_s_way(page):
    page.goto(reverse("support"))

    trap = page.locator("#id_website")
    expect(trap).not_to_be_in_viewport()
    expect(trap).to_have_attribute("tabindex", "-1")
    expect(page.get_by_role("textbox", name="Leave this empty")).to_have_count(0)


def test_landmarks_are_named(page):
    page.goto(reverse("privacy"))

    for role, name in (("navigation", "Main"), ("navigation", "Footer")):
        expect(page.get_by_role(role, name=name)).to_have_count(1)
    for role in ("banner", "main", "contentinfo"):
        expect(page.get_by_role(role)).to_have_count(1)
