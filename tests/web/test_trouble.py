"""A session that ends, a server that goes away: quiet words, and on from where one was."""

from playwright.sync_api import expect

from tests.web.conftest import PASSWORD, Person


def test_a_session_that_ends(person: Person) -> None:
    """One is asked to sign in over the page as it was, and what was chosen is still there."""
    person.keep(2)
    page = person.visitor.go()
    person.visitor.expected.append("401")
    page.locator(".tile").first.hover()
    page.locator(".tile .tick").first.click()
    person.visitor.context.clear_cookies()
    page.get_by_role("toolbar").get_by_title("Tags").click()
    page.get_by_label("Add tags…").fill("later")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Done").click()
    ended = page.get_by_role("dialog", name="You were signed out")
    expect(ended.get_by_label("Name")).not_to_have_value("")
    ended.get_by_label("Password", exact=True).fill(PASSWORD)
    ended.get_by_role("button", name="Sign in").click()
    expect(ended).to_be_hidden()
    page.get_by_role("button", name="Done").click()
    expect(page.get_by_text("1 image changed.")).to_be_visible()
    assert sum("later" in image["tags"] for image in person.images()) == 1


def test_no_network(person: Person) -> None:
    person.keep(1)
    page = person.visitor.go()
    page.locator(".tile").wait_for()
    person.visitor.expected.append("ERR_INTERNET_DISCONNECTED")
    person.visitor.context.set_offline(True)
    search = page.get_by_label("Search", exact=True)
    search.fill("words")
    search.press("Enter")
    expect(page.get_by_role("heading", name="No connection")).to_be_visible()
    person.visitor.context.set_offline(False)
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("heading", name="Nothing found")).to_be_visible()
