"""Importing contacts in the browser."""

from __future__ import annotations

import io
import re

from crm.extensions import db
from crm.jobs import contact_imports as jobs
from crm.models import ContactImport
from web.browsing import text_of


def send(browser, text, name="people.csv"):
    return browser.post("/imports", {"file": (io.BytesIO(text.encode()), name)})


def run(app):
    """What the worker would do."""
    with app.app_context():
        for key in list(db.session.scalars(db.select(ContactImport.id))):
            db.session.rollback()
            jobs.run(key)


def test_from_the_file_to_the_report(app, bob, rows):
    rows.contact("Ada", emails=["ada@example.com"])
    page = bob.follow(send(bob, "Full name,Mail,Where\nAda,ada@example.com,Engines\nBo,bo@example.com,\nCy,nonsense,\n"))
    text = text_of(page)
    for words in ("people.csv is here. Nothing is imported yet.", "1 new", "1 already here", "1 refused", "Import 2 contacts"):
        assert words in text, words
    assert re.search(r'<option value="emails\*" selected>E-mail', page.text)
    path = page.request.path
    chosen = {"column-0": "name", "column-1": "emails*", "column-2": "company"}
    assert "Engines" in text_of(bob.follow(bob.post(f"{path}/columns", chosen)))
    waiting = bob.follow(bob.post(f"{path}/start"))
    assert 'hx-trigger="every 1s"' in waiting.text
    assert 'role="status"' in waiting.text
    run(app)
    part = bob.get(path, htmx=True)
    assert part.text.lstrip().startswith('<div id="import-state"')
    assert "every 1s" not in part.text
    for words in (
        "Everything is read.",
        "1 added",
        "1 completed",
        "1 refused",
        "Row 4 E-mail: “nonsense” is not an e-mail address",
    ):
        assert words in text_of(part), words
    refused = bob.get(f"{path}/refused.csv")
    assert "attachment" in refused.headers["Content-Disposition"]
    assert "Cy,nonsense" in refused.text
    assert "people.csv 1 added, 1 completed, 1 refused" in text_of(bob.get("/imports"))
    assert "Engines" in text_of(bob.get("/contacts?search=ada"))
    assert "This import is done." in text_of(bob.follow(bob.post(f"{path}/start")))


def test_what_is_chosen_counts_without_looking_again(app, bob):
    page = bob.follow(send(bob, "Who,Where\nAda,Engines\nBo,Ships\n"))
    assert "Nothing of it" not in text_of(page)
    path, chosen = page.request.path, {"column-0": "name", "column-1": "company"}
    looked = bob.post(f"{path}/columns", chosen, htmx=True)
    assert looked.text.lstrip().startswith('<div id="look"')
    assert "Looked again: 2 new, 0 already here, 0 refused." in text_of(looked)
    refused = bob.post(f"{path}/columns", {"column-0": "notes", "column-1": ""}, htmx=True)
    assert refused.status_code == 422
    assert "one of them must be a name" in text_of(refused)
    assert "/start" not in refused.text
    again = bob.post(f"{path}/start", {"column-0": "notes", "column-1": ""})
    assert again.status_code == 422
    assert '<option value="notes" selected>' in again.text
    bob.post(f"{path}/start", {"column-0": "name", "column-1": "notes"})
    run(app)
    assert "This import is done." in text_of(bob.follow(bob.post(f"{path}/start", chosen)))
    assert "Ships" not in text_of(bob.get("/contacts?search=bo"))


def test_what_happens_to_each_row_in_words(bob, rows):
    ada = rows.contact("Ada King", emails=["ada@example.com"])
    people = ("Ada,ada@example.com,", "Bo,bo@example.com,7", "Bo,bo@example.com,", "Cy,,soon", "Di,no mail,")
    page = bob.follow(send(bob, "\n".join(("name,email,keep in touch days", *people))))
    said = text_of(page)
    for words in ("Completes Ada King", "Goes into row 3", "Cy Keep in touch: “soon” is not a number of days"):
        assert words in said, words
    assert "Import 2 contacts" in said
    assert f'href="/contacts/{ada}"' in page.text
    assert "keep_in_touch_days:" not in said
    nothing = bob.follow(send(bob, "name,email\nAda,no mail\n"))
    assert "Nothing of it can be imported." in text_of(nothing)
    assert "/start" not in nothing.text


def test_a_card_that_is_refused_is_found_by_its_line(app, bob):
    card = "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:{0}\r\nEMAIL:{1}\r\nEND:VCARD\r\n"
    page = bob.follow(send(bob, card.format("Ada", "ada@example.com") + card.format("Bo", "nonsense"), name="people.vcf"))
    assert "people.vcf 2 contacts" in text_of(page)
    bob.post(f"{page.request.path}/start")
    run(app)
    assert "Line 6 E-mail: “nonsense” is not an e-mail address" in text_of(bob.get(page.request.path))


def test_no_name_no_file_and_no_table(bob):
    page = bob.follow(send(bob, "Full name,Where\nAda,Engines\n"))
    answer = bob.post(f"{page.request.path}/columns", {"column-1": "notes"})
    assert answer.status_code == 422
    assert "one of them must be a name" in text_of(answer)
    assert bob.post("/imports").status_code == 422
    excel = bob.post("/imports", {"file": (io.BytesIO(b"PK\x03\x04..."), "x.xlsx")})
    assert excel.status_code == 422
    assert "Excel workbook" in text_of(excel)


def test_a_file_is_larger_than_a_form(bob):
    text = "name,notes\n" + "".join(f"Contact {number},{'word ' * 40}\n" for number in range(10_000))
    assert len(text) > 2 * 1024 * 1024
    page = bob.follow(send(bob, text))
    assert "Import 10,000 rows" in text_of(page)
    assert "with the first 500" in text_of(page)
    assert bob.post("/contacts/new", {"name": "Ada", "notes": "x" * 3_000_000}).status_code == 413


def test_throwing_the_file_away(bob):
    page = bob.follow(send(bob, "name\nAda\n"))
    assert "The file is removed" in text_of(bob.follow(bob.post(f"{page.request.path}/delete")))
    assert bob.get(page.request.path).status_code == 404


def test_a_viewer_may_not(vera, bob):
    assert send(vera, "name\nAda\n").status_code == 403
    assert "/imports" not in vera.get("/contacts").text
