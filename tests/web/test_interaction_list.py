"""The list of all interactions: filters, views, the panel, changing several, CSV."""

from __future__ import annotations

import csv
import io
import re
from html import unescape

import pytest

from making import at
from web.browsing import text_of

pytestmark = pytest.mark.usefixtures("clock")


def listed(answer):
    """The titles of the list, from the top."""
    return [unescape(title) for title in re.findall(r'class="row-link"[^>]*>([^<]+)<', answer.text)]


def chips(answer):
    words = r'<span class="quiet">([^<]*)</span> <span class="truncate">([^<]*)</span>'
    found = re.findall(rf'class="chip-removable" href="([^"]+)"[^>]*>{words}', answer.text)
    return {unescape(f"{label}: {text}"): unescape(link) for link, label, text in found}


@pytest.fixture
def calls(rows, ada):
    """The newest first."""
    return [
        rows.log(ada, title="Pricing call", duration=30, sentiment="positive", start_datetime=at(hours=-1)),
        rows.log(None, by="alice", title="Coffee alone", type="coffee", start_datetime=at(hours=-2)),
        rows.log(ada, by="alice", title="Her own call", start_datetime=at(hours=-3), topics_discussed=["Budget"]),
    ]


def test_all_of_the_site_newest_first(vera, calls):
    page = vera.get("/interactions")
    assert listed(page) == ["Pricing call", "Coffee alone", "Her own call"]
    text = text_of(page)
    assert "3 interactions" in text
    assert "Today, 12:00" in text
    assert "Ada Lovelace Pricing call" in text
    assert "30 min Good" in text


def test_filters_are_chips_that_can_be_removed(bob, calls, ada):
    page = bob.get(f"/interactions?type=call&contact={ada}&lead=Bob&from=2026-03-02&q=pricing")
    assert listed(page) == ["Pricing call"]
    on = chips(page)
    assert list(on) == ["Type: Call", "Contact: Ada Lovelace", "Led by: Bob", "From: Mon 2 Mar"]
    assert "lead=" not in on["Led by: Bob"]
    assert "type=call" in on["Led by: Bob"]
    assert listed(bob.get(on["Led by: Bob"])) == ["Pricing call"]
    assert 'value="call" checked' in page.text
    assert 'value="pricing"' in page.text


def test_htmx_gets_the_list_and_the_address_to_show(bob, calls):
    answer = bob.get("/interactions?q=&type=coffee&topic=&sort=", htmx=True)
    assert answer.text.lstrip().startswith('<div id="interactions"')
    assert answer.headers["HX-Replace-Url"] == "/interactions?type=coffee"


def test_a_filter_that_does_not_fit_is_said_and_can_be_removed(bob, calls):
    answer = bob.get("/interactions?from=soon&type=call")
    assert answer.status_code == 422
    assert "From must be a date" in text_of(answer)
    assert listed(answer) == []
    assert listed(bob.get(chips(answer)["From: soon"])) == ["Pricing call", "Her own call"]
    assert bob.get("/interactions.csv?from=soon").status_code == 422


def test_columns_are_sorted_by_their_heads(bob, calls):
    page = bob.get("/interactions")
    assert re.search(r'<th class="col-when" scope="col" aria-sort="descending">', page.text)
    head = re.search(r'id="sort-title" href="([^"]+)"', page.text)[1]
    page = bob.get(head)
    assert listed(page) == ["Coffee alone", "Her own call", "Pricing call"]
    assert re.search(r'<th class="col-title" scope="col" aria-sort="ascending">', page.text)
    assert listed(bob.get(unescape(re.search(r'id="sort-title" href="([^"]+)"', page.text)[1]))) == [
        "Pricing call",
        "Her own call",
        "Coffee alone",
    ]


@pytest.mark.parametrize("query", ["", "sort=title&"])
def test_more_rows_come_at_the_end(bob, rows, ada, query):
    for number in range(60):
        rows.log(ada, title=f"Call number {number:02}", start_datetime=at(days=-number - 1))
    page = bob.get(f"/interactions?{query}")
    assert len(listed(page)) == 50
    link = unescape(re.search(r'id="more".*?href="([^"]+)"', page.text)[1])
    more = bob.get(link, htmx=True)
    assert more.text.lstrip().startswith("<tr")
    assert [*listed(page), *listed(more)] == [f"Call number {number:02}" for number in range(60)]
    assert 'id="more"' not in more.text
    whole = bob.get(link)
    assert listed(whole) == listed(more)
    assert "Back to the beginning" in text_of(whole)


def test_empty_lists_say_what_to_do(bob, vera, calls):
    assert "Remove one, or search for fewer words" in text_of(bob.get("/interactions?q=nothing+like+it"))


def test_a_list_without_any_row(bob, vera):
    assert "Log an interaction" in text_of(bob.get("/interactions"))
    assert "Nothing logged yet" in text_of(vera.get("/interactions"))


def test_the_panel(bob, vera, calls):
    answer = bob.get(f"/interactions/{calls[2]}/panel", htmx=True)
    text = text_of(answer)
    for words in ("Her own call", "When Today", "Contact Ada Lovelace", "Topics Budget", "History Alice created this"):
        assert words.replace("Today", "Mon 2 Mar") in text, words
    assert f"/interactions/{calls[2]}/edit" in answer.text
    assert "/edit" not in vera.get(f"/interactions/{calls[2]}/panel", htmx=True).text
    assert "/edit" not in bob.get(f"/interactions/{calls[1]}/panel", htmx=True).text
    assert bob.get(f"/interactions/{calls[2]}/panel").location == f"/interactions/{calls[2]}"


def test_editing_in_the_panel_changes_the_line_too(bob, calls):
    form = bob.get(f"/interactions/{calls[0]}/edit?panel=1", htmx=True)
    assert 'hx-target="#peek"' in form.text
    body = {
        "panel": "1",
        "version": "1",
        "type": "lunch",
        "at": "2026-03-02T12:00",
        "title": "Lunch after all",
        "sentiment": "",
    }
    answer = bob.post(f"/interactions/{calls[0]}/edit", body, htmx=True)
    assert answer.text.lstrip().startswith('<article class="detail"')
    assert re.search(rf'<tr id="line-{calls[0]}"[^>]*hx-swap-oob="true">', answer.text)
    assert "Saved: Lunch after all." in text_of(answer)
    refused = bob.post(f"/interactions/{calls[0]}/edit", body | {"title": "abc", "version": "2"}, htmx=True)
    assert refused.status_code == 422
    assert refused.text.lstrip().startswith('<article class="detail"')


def test_deleting_in_the_panel_and_undoing(bob, calls):
    answer = bob.post(f"/interactions/{calls[0]}/delete", {"panel": "1"}, htmx=True)
    assert f'hx-swap-oob="delete:#line-{calls[0]}"' in answer.text
    assert "Deleted: Pricing call." in text_of(answer)
    assert len(listed(bob.get("/interactions"))) == 2
    undone = bob.post(f"/interactions/{calls[0]}/restore", {"undo": "1"}, htmx=True)
    assert "interactions-changed" in undone.headers["HX-Trigger-After-Settle"]
    assert len(listed(bob.get("/interactions"))) == 3


def test_saving_a_view_and_finding_it_as_a_tab(bob, browse, calls):
    page = bob.follow(bob.post("/views", {"name": "Coffees", "query": "type=coffee&sort=title"}))
    assert listed(page) == ["Coffee alone"]
    assert re.search(r'class="tab"[^>]*aria-current="page"[^>]*>Coffees<', page.text)
    assert "Saved as “Coffees”." in text_of(page)
    assert "Coffees" not in browse("alice").get("/interactions").text
    gone = bob.follow(bob.undo(page))
    assert "The view “Coffees” is deleted." in text_of(gone)
    assert "The view “Coffees” is back." in text_of(bob.follow(bob.undo(gone)))


def test_a_view_whose_filters_were_changed_can_be_saved_anew(bob, rows, calls):
    uid = rows.view("Calls", "type=call", shared=True)
    page = bob.get(f"/interactions?view={uid}&type=coffee")
    assert "Save changes" in page.text
    saved = bob.follow(bob.post(f"/views/{uid}/edit", {"query": "type=coffee"}))
    assert listed(saved) == ["Coffee alone"]
    assert "Save changes" not in saved.text
    assert 'title="Shared with' in saved.text
    renamed = bob.follow(bob.post(f"/views/{uid}/edit", {"name": "Mine alone"}))
    assert "Mine alone" in renamed.text
    assert 'title="Shared with' not in renamed.text


def tabs(page):
    return [unescape(name) for name in re.findall(r'class="tab"[^>]*>([^<]+)<', page.text)]


def test_a_view_is_moved_among_the_tabs(bob, vera, rows):
    first, second = rows.view("First", shared=True), rows.view("Second", shared=True)
    page = bob.get(f"/interactions?view={second}&type=call")
    assert "Move left" in page.text
    assert "Move right" not in page.text
    moved = bob.follow(bob.post(f"/views/{second}/move", {"to": "left"}))
    assert "“Second” has moved." in text_of(moved)
    assert tabs(moved) == tabs(vera.get("/interactions")) == ["All", "Planned", "Second", "First"]
    assert tabs(bob.follow(bob.post(f"/views/{second}/move", {"to": "right"}))) == ["All", "Planned", "First", "Second"]
    assert vera.post(f"/views/{first}/move", {"to": "right"}).status_code == 403


def test_a_view_nobody_could_list_is_refused(bob):
    answer = bob.post("/views", {"name": "Nonsense", "query": "from=soon"})
    assert answer.status_code == 422
    assert "Query cannot be saved: from must be a date" in text_of(answer)


def tick(*uids, act, **more):
    return {"row": [str(uid) for uid in uids], "act": act, "back": "/interactions?type=call", **more}


def test_changing_several_and_undoing_without_javascript(bob, calls):
    page = bob.follow(bob.post("/interactions/several", tick(calls[0], calls[2], act="type:lunch")))
    assert "2 interactions are changed." in text_of(page)
    assert listed(page) == []
    assert len(listed(bob.follow(bob.undo(page)))) == 3
    assert listed(bob.get("/interactions?type=call")) == ["Pricing call", "Her own call"]


def test_what_was_so_already_is_said(bob, calls):
    bob.post("/interactions/several", tick(calls[0], act="mood:negative"))
    page = bob.follow(bob.post("/interactions/several", tick(calls[0], calls[2], act="mood:negative")))
    assert "1 interaction is changed. 1 was so already. Undo" in text_of(page)
    again = bob.post("/interactions/several", tick(calls[0], calls[2], act="mood:negative"), htmx=True)
    assert "0 interactions are changed. 2 were so already." in text_of(again)
    assert "Undo" not in text_of(again)


def test_what_could_not_be_changed_is_said(bob, calls):
    answer = bob.post("/interactions/several", tick(*calls, act="mood:negative"), htmx=True)
    text = text_of(answer)
    assert "2 interactions are changed. 1 could not be." in text
    assert "1 could not be changed Coffee alone: You can change what you made yourself" in text
    assert listed(answer) == ["Pricing call", "Her own call"]
    page = bob.post("/interactions/several", tick(calls[1], act="delete"))
    assert "Coffee alone: You can change" in text_of(page)
    assert 'href="/interactions?type=call"' in page.text


@pytest.mark.parametrize(
    ("act", "more", "words"),
    [
        ("lead", {"new_lead": "Dora"}, "Dora"),
        ("topics", {"new_topics": "Terms, Travel"}, ""),
        ("mood:none", {}, ""),
        ("contact", {"new_contact": "{grace}"}, "Grace Hopper"),
    ],
)
def test_what_can_be_set(bob, rows, calls, act, more, words):
    grace = rows.contact("Grace Hopper")
    sent = {name: value.format(grace=grace) for name, value in more.items()}
    answer = bob.post("/interactions/several", tick(calls[0], act=act, **sent), htmx=True)
    assert "1 interaction is changed." in text_of(answer)
    assert words in text_of(answer)


def test_deleting_several(bob, calls):
    answer = bob.post("/interactions/several", tick(calls[0], act="delete"), htmx=True)
    assert "1 interaction is deleted." in text_of(answer)
    fields = dict(re.findall(r'name="(first|last)" value="(\d+)"', answer.text))
    undone = bob.post("/interactions/several/undo", fields | {"undo": "1"}, htmx=True)
    assert undone.headers["HX-Reswap"] == "none"
    assert "Pricing call" in listed(bob.get("/interactions"))


@pytest.mark.parametrize("act", ["", "lead", "contact", "topics", "dance", "type:dance"])
def test_nonsense_changes_nothing(bob, calls, act):
    assert bob.post("/interactions/several", tick(calls[0], act=act)).status_code == 422
    assert bob.post("/interactions/several", tick("nonsense", act="delete")).status_code == 303


def read(answer):
    return list(csv.reader(io.StringIO(answer.get_data(as_text=True).lstrip("\ufeff"))))


def test_csv_of_what_is_found(vera, calls):
    answer = vera.get("/interactions.csv?type=call")
    assert answer.mimetype == "text/csv"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="interactions-2026-03-02.csv"'
    head, *lines = read(answer)
    assert head[:6] == ["Start", "Type", "Contact", "Title", "Lead", "Minutes"]
    assert lines[0][:7] == ["2026-03-02 12:00", "Call", "Ada Lovelace", "Pricing call", "Bob", "30", "Good"]
    assert len(lines) == 2


def test_no_cell_is_a_formula(bob, rows, ada):
    rows.log(ada, title="=HYPERLINK(1)", notes="@SUM(A1)", lead="+49 30", location="-1", start_datetime=at(hours=-1))
    line = read(bob.get("/interactions.csv"))[1]
    for cell in ("'=HYPERLINK(1)", "'@SUM(A1)", "'+49 30", "'-1"):
        assert cell in line


def test_contacts_to_choose_from(bob, rows, ada):
    rows.contact("Grace Hopper")
    answer = bob.get("/interactions/whom?whom=grace&as=new_contact", htmx=True)
    assert 'name="new_contact"' in answer.text
    assert "Ada" not in answer.text
