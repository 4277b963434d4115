"""What the OpenAPI document says for people, and no schema can: of the whole, of its parts, of fields, under their services'
names. A field that is not here is called what it is."""

from __future__ import annotations

from crm.api.dialects import Dialect

TITLE = "Rapport"
VERSION = "1.2.0"

INTRODUCTION = f"""
Who talked to whom, what was promised, what comes next. Everything is under `/api/v1`; `/api` is the alias of the current
version.

## Two dialects

One interaction is one row, spoken of in two ways. What is written in one is read in the other.

| | site dialect | contact dialect |
|---|---|---|
| keys | `start_datetime`, `contact_id` | `date`, `contactId` |
| `{{id}}` in a path | integer (`id`) | GUID (`id`) |
| type | `"type": "Call"` | `"interactionType": "call"` |
| one | `{{"interaction": {{…}}}}` | the bare object |
| delete | 200 `{{"success": true}}` | 204 |
| a future date | a planned interaction | 422 on `date` |

The first rule that matches decides which one a request speaks:

1. `Accept: {Dialect.CONTACT.value}` or `Accept: {Dialect.SITE.value}`. To be sure, send it always; a body with this
   content type needs it too.
2. `/contacts…`, `/meetings…`, `/follow-ups…` and `/analytics…` speak the contact dialect.
3. `{{id}}` in the path: a GUID the contact dialect, an integer the site dialect.
4. A key that only the contact dialect has, in the body or the query (`contactId`, `date`, `pageSize`, …): contact.
5. Otherwise the site dialect.

What stands under `application/json` is what an endpoint answers without an `Accept` that names a dialect. An endpoint that is
in both documents under one name may answer either.

## Signing in

`POST /auth/login` answers a token that lives for 30 minutes: `Authorization: Bearer <token>`. Who belongs to several sites
chooses one with `POST /auth/site`, or names one with `X-Site-ID`.

## Writing

`PUT` and `PATCH` change the fields they name and leave the others; `null` clears. What only the server sets is ignored when it
is sent back. An unknown field or parameter is refused.
"""

OF_DIALECT = {
    Dialect.SITE: f"This is the site dialect alone: what is answered to `Accept: {Dialect.SITE.value}`.\n",
    Dialect.CONTACT: f"This is the contact dialect alone: what is answered to `Accept: {Dialect.CONTACT.value}`.\n",
}

# By the first part of the path. One that is not here is called by it.
TAGS = {
    "auth": ("Authentication", "Signing in and out, the site context, who one is."),
    "sites": ("Sites", "What belongs together: contacts, interactions and meetings belong to a site."),
    "users": ("Sites", ""),
    "contacts": ("Contacts", "The people one talks to, and the timeline of each."),
    "interactions": (
        "Interactions",
        "Calls, meetings, mails, coffees: what has happened and, in the site dialect, what is planned.",
    ),
    "meetings": ("Meetings", "Scheduled, moved, cancelled, completed."),
    "follow-ups": ("Follow-ups", "What was promised, by whom, until when."),
    "search": ("Search", "Finding interactions."),
    "analytics": ("Analytics", "What interactions add up to."),
    "openapi.json": ("About the API", "This document."),
    "docs": ("About the API", ""),
}

FIELDS = {
    "id": "The integer of the row.",
    "uid": "The GUID of the row.",
    "site_id": "From the site context, never from a body.",
    "contact_id": "The GUID of a contact of the site.",
    "lead": "Who leads it. Left out: the caller's name.",
    "type": "In a request it is read in any case.",
    "start_datetime": "ISO 8601. Without an offset: a time in `timezone`. Answered in UTC.",
    "scheduled_datetime": "ISO 8601. Without an offset: a time in `timezone`. Answered in UTC.",
    "end_datetime": "The start and `duration`: send either. If both are sent they must agree.",
    "duration": "In minutes.",
    "timezone": "A name of the IANA list. Left out: the user's, else the site's.",
    "source": "How it came to be here.",
    "meeting_id": "The meeting that made it when it was completed.",
    "interaction_id": "The interaction that it is about; of a meeting, the one that completing it made.",
    "created_by": "The id of the user.",
    "owner_id": "The id of a user of the site.",
    "due_on": 'A day. None is "someday".',
    "emails": "An address belongs to one contact of a site.",
    "keep_in_touch_days": "How often one wants to talk, in days.",
    "actual_date": "When the meeting began. Left out: when it was to begin, or now where that is still to come.",
    "action_items": "A follow-up is made of each. A text is a title.",
    "frequency": "By the keys of `buckets`.",
    "average_duration": "In whole minutes, over those that have a duration.",
    "page": "From 1 on.",
    "start_date": "A day of the site's time zone, which is included; or an instant.",
    "end_date": "A day of the site's time zone, which is included; or an instant.",
    "before": "`nextCursor` of an answer. Goes without `page`.",
    "next_cursor": "Send it as `before`. Null is the end.",
    "sort": "`-` before the name turns it round.",
    "group_by": "Weeks begin on Monday.",
    "query": "Every term must occur.",
    "search": "Every term must occur.",
    "total": "Exact, over all pages.",
}
