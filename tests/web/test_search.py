"""Searching: everything as one types, and interactions by rows of filters."""

from __future__ import annotations

import re
from html import unescape

import pytest

from making import at
from web.browsing import text_of
from web.test_interaction_list import listed

pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def calls(rows, ada):
    rows.log(ada, title="Pricing call", duration=30, notes="They asked for a discount of five per cent")
    rows.log(None, title="Coffee alone", type="coffee", location="Café Étoile", start_datetime=at(hours=-2))
    rows.meeting(ada, purpose="Kick-off")


def test_everything_in_groups_with_the_words_marked(vera, calls):
    page = vera.get("/search?q=ADA")
    text = text_of(page)
    assert "Contacts 1 AL Ada Lovelace" in text
    assert "Interactions 1 Pricing call" in text
    assert "Meetings 1 AL Kick-off" in text
    assert "<mark>Ada</mark> Lovelace" in page.text
    assert "<mark>ada</mark>@example.com" in page.text


def test_why_something_was_found(bob, calls):
    page = bob.get("/search?q=etoile")
    assert "Café <mark>Étoile</mark>" in page.text
    assert "a <mark>discount</mark> of five" in bob.get("/search?q=discount").text


def test_what_was_typed_stays_text(bob, rows):
    rows.contact("<b>Bold</b> & Co")
    page = bob.get("/search?q=%3Cb%3E")
    assert "<mark>&lt;b&gt;</mark>Bold&lt;/b&gt; &amp; Co" in page.text


def test_as_one_types(bob, calls):
    answer = bob.get("/search?q=kick", htmx=True)
    assert answer.text.lstrip().startswith('<div id="found"')
    assert "<html" not in answer.text


def test_nothing_found_and_nothing_asked(bob, vera, calls):
    assert "Add the contact “nobody”" in text_of(bob.get("/search?q=nobody"))
    assert "Add the contact" not in text_of(vera.get("/search?q=nobody"))
    assert "Find anything" in text_of(bob.get("/search"))
    assert bob.get("/search?q=" + "x" * 501).status_code == 422


def test_rows_of_filters_find_interactions(bob, calls):
    page = bob.get("/search?f1=duration&o1=gte&v1=30&f2=title&o2=contains&v2=pric")
    assert listed(page) == ["Pricing call"]
    assert 'name="v1" value="30"' in page.text
    assert "Save as a view" in page.text


def test_a_row_that_does_not_fit_says_so_beside_it(bob, calls):
    answer = bob.get("/search?f1=duration&o1=gte&v1=long&f2=title&o2=contains")
    assert answer.status_code == 422
    assert re.search(r'id="wrong-1">.*?This must be a whole number\.', answer.text, re.DOTALL)
    assert re.search(r'id="wrong-2">.*?This is required\.', answer.text, re.DOTALL)
    assert 'aria-describedby="wrong-1"' in answer.text
    assert listed(answer) == []


def test_adding_and_removing_rows_without_javascript(bob, calls):
    page = bob.get("/search?by=filters")
    assert page.text.count('class="rule"') == 1
    page = bob.get("/search?by=filters&f1=duration&o1=gte&v1=30&add=1")
    assert page.status_code == 200
    assert page.text.count('class="rule"') == 2
    assert "field-error" not in page.text
    page = bob.get("/search?by=filters&f1=duration&o1=gte&v1=30&f2=title&o2=contains&v2=x&remove=1")
    assert page.text.count('class="rule"') == 1
    assert 'name="v2" value="x"' in page.text


def test_the_field_decides_the_operators_and_the_input(bob, ada):
    def control(query):
        return bob.get(f"/search/rows?{query}", htmx=True).text

    assert 'type="number" name="v1"' in control("f1=duration&o1=eq")
    assert 'type="date" name="v1"' in control("f1=start_datetime&o1=gt")
    assert control("f1=start_datetime&o1=between").count('type="date" name="v1"') == 2
    assert 'type="checkbox" name="v1" value="coffee"' in control("f1=type&o1=in")
    assert '<option value="yes"' in control("f1=notes&o1=is_null")
    assert 'placeholder="Find a contact"' in control("f1=contact_id&o1=eq")
    assert f'name="v1" value="{ada}" checked><span class="truncate">Ada Lovelace' in control(f"f1=contact_id&o1=eq&v1={ada}")
    assert f'type="checkbox" name="v1" value="{ada}"><span class="truncate">Ada Lovelace' in control("f1=contact_id&o1=in")
    # Another field was chosen, with which the operator does not go.
    assert '<option value="eq" selected>is' in control("f1=type&o1=gt&v1=5")


def names(answer):
    """The contacts that are offered to choose from, a + before those that are chosen."""
    found = re.findall(r'name="v1" value="[^"]+"( checked)?><span class="truncate">([^<]+)', answer.text)
    return [("+" if ticked else "") + unescape(name) for ticked, name in found]


def test_any_contact_is_found_for_one_of_several(bob, charlie, rows, ada):
    grace = rows.contact("Grace Hopper")
    rows.log(grace, title="About compilers")
    rows.log(ada, title="About engines")
    for number in range(60):
        rows.log(rows.contact(f"Contact {number:02}"), title=f"Talk {number}")
    start = bob.get("/search/rows?f1=contact_id&o1=in", htmx=True)
    assert len(names(start)) == 8
    assert "Grace Hopper" not in names(start)
    assert names(bob.get("/search/whom?as=v1&several=1&whom=hopp", htmx=True)) == ["Grace Hopper"]
    ticked = bob.get(f"/search/whom?as=v1&several=1&whom=lovel&v1={grace}", htmx=True)
    assert names(ticked) == ["+Grace Hopper", "Ada Lovelace"]
    assert 'type="checkbox"' in ticked.text
    nobody = bob.get(f"/search/whom?as=v1&several=1&whom=nobody&v1={grace}", htmx=True)
    assert names(nobody) == ["+Grace Hopper"]
    assert "No other contact matches" in text_of(nobody)
    # Another site's contacts are not called by their names.
    assert names(charlie.get(f"/search/whom?as=v1&several=1&whom=hopper&v1={grace}", htmx=True)) == []

    # Without JavaScript what was typed is sent with the form, and the page asks again.
    for operator, kind in (("in", "checkbox"), ("eq", "radio")):
        page = bob.get(f"/search?by=filters&f1=contact_id&o1={operator}&whom=hopper")
        assert names(page) == ["Grace Hopper"]
        assert f'type="{kind}" name="v1"' in page.text
        assert "This is required" not in text_of(page)
    assert "This is required" in text_of(bob.get("/search?by=filters&f1=contact_id&o1=in&whom="))
    page = bob.get(f"/search?by=filters&f1=contact_id&o1=in&v1={grace}&v1={ada}&whom=")
    assert listed(page) == ["About engines", "About compilers"]
    assert names(page)[:2] == ["+Ada Lovelace", "+Grace Hopper"]


def test_twenty_rows_are_the_most(bob):
    query = "&".join(f"f{number}=title&o{number}=contains&v{number}=x" for number in range(1, 21))
    answer = bob.get(f"/search/rows?add=1&{query}", htmx=True)
    assert answer.text.count('class="rule"') == 20
    assert "disabled" in answer.text


def test_the_address_is_the_search(bob, calls):
    page = bob.get("/search?f1=type&o1=in&v1=call&v1=coffee&sort=title")
    sort = unescape(re.search(r'id="sort-title" href="([^"]+)"', page.text)[1])
    assert listed(page) == ["Coffee alone", "Pricing call"]
    assert listed(bob.get(sort)) == ["Pricing call", "Coffee alone"]


def test_a_search_saved_as_a_view_is_a_tab_of_the_list(bob, calls):
    query = "f1=duration&o1=gte&v1=30"
    page = bob.follow(bob.post("/views", {"name": "Long ones", "query": query}))
    assert listed(page) == ["Pricing call"]
    assert "Length in minutes is at least 30" in text_of(page)
