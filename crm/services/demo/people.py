"""The demo's people and words, invented; the addresses are of a domain that RFC 2606 keeps free."""

from __future__ import annotations

SITES = (
    ("Berlin", "Head office", "Europe/Berlin"),
    ("Lisbon", "The southern office, opened last spring", "Europe/Lisbon"),
)

# Name, user name, administrator, and role by site.
USERS = (
    ("Alice Moreau", "alice", True, {"Berlin": "manager"}),
    ("Bob Okafor", "bob", False, {"Berlin": "member", "Lisbon": "member"}),
    ("Vera Lindqvist", "vera", False, {"Berlin": "viewer"}),
    ("Charlie Tan", "charlie", False, {"Lisbon": "manager"}),
)

FIRST_NAMES = (
    "Ada", "Étienne", "Grace", "Søren", "Lucía", "Jürgen", "Aïcha", "Tomás", "Ingrid", "Kenji", "Oluwaseun", "Marta",
    "Dmitri", "Hélène", "Ravi", "Zoë", "Mateusz", "Beatriz", "Niamh", "Yusuf", "Clara", "Anders", "Priya", "João",
    "Saoirse", "Emil", "Fatima", "Viktor", "Mei", "Paolo", "Katarína", "Daniel", "Leila", "Oskar", "Renée", "Samuel",
    "Agnieszka", "Hugo", "Ximena", "Noor",
)  # fmt: skip

LAST_NAMES = (
    "Lovelace", "Hopper", "Dubois", "Kierkegaard", "Fernández", "Müller", "Benali", "Novák", "Bergström", "Tanaka",
    "Adeyemi", "Kowalska", "Petrov", "Lefèvre", "Iyer", "van Dijk", "Zieliński", "Carvalho", "O’Sullivan", "Demir",
    "Weiß", "Lund", "Nair", "Pereira", "Byrne", "Johansson", "El-Sayed", "Horváth", "Chen", "Ricci", "Šimková",
    "Becker", "Haddad", "Nyström", "Marchand", "Okonkwo", "Wójcik", "Laurent", "Ortega", "Rahman",
)  # fmt: skip

COMPANIES = (
    "Nordlicht Energie", "Atelier Brume", "Hexagon Labs", "Ferrovia Sul", "Blue Harbour Logistics",
    "Kastanie & Söhne", "Meridian Health", "Papyrus Press", "Quay Street Capital", "Solstice Robotics",
    "Tidewater Foods", "Umbra Optics", "Vantage Rail", "Windmühle Bakery Group",
)  # fmt: skip

JOB_TITLES = (
    "Head of Procurement", "Chief Executive", "Operations Manager", "Research Lead", "Office Manager",
    "Finance Director", "Product Owner", "Journalist", "Partner", "Plant Manager", "Head of Design", "IT Director",
)  # fmt: skip

TAGS = ("customer", "prospect", "partner", "press", "supplier", "investor", "alumni", "vip")

TOPICS = (
    "pricing", "renewal", "pilot", "integration", "onboarding", "roadmap", "contract", "hiring", "budget", "support",
    "security review", "training", "case study", "delivery dates", "new office", "press release",
)  # fmt: skip

PURPOSES = (
    "Quarterly review", "Kick-off of the pilot", "Renewal of the contract", "Walk through the roadmap",
    "Introduce the new account team", "Negotiate the annual price", "Debrief of the trade fair",
    "Plan the training days", "Look at the security questionnaire",
)  # fmt: skip

AGENDAS = (
    ("What went well since last time", "Open support cases", "Budget for next year"),
    ("Goals of the pilot", "Who does what", "Dates"),
    ("Usage and satisfaction", "Price and term", "Next steps"),
    ("What is coming", "What they miss most", "Reference visit"),
)

SENTENCES = (
    "They are happy with the pilot and want two more teams on it before the summer.",
    "The budget is decided in March; until then we keep it small.",
    "Their new IT director asks for a security review first, a questionnaire is on its way.",
    "Delivery slipped by a week, which they had to explain to their board.",
    "Very interested in the case study, provided that legal can see it before it is printed.",
    "We agreed to send a revised offer with the three-year term.",
    "Talked at length about hiring; good people are hard to find for them too.",
    "The integration with their calendar works, the one with the old archive does not yet.",
    "They compare us with one other supplier and decide by the end of the month.",
    "Mostly personal: the move to the new office, the children, a marathon in autumn.",
    "Asked for training on site, two half days, for about fifteen people.",
    "No objections to the price, but the notice period is too long for them.",
)  # fmt: skip

OUTCOMES = (
    "Agreed on the scope and on the dates. They name one person on their side who decides.",
    "They renew for a year and want to talk about three years in spring.",
    "No decision yet: finance wants to see the numbers once more.",
)

PROMISES = (
    "Send the revised offer", "Send the slides", "Introduce them to the support team",
    "Ask legal about the notice period", "Answer the security questionnaire", "Propose dates for the training",
    "Send the case study for approval", "Call back about the delivery dates", "Draft the agenda of the workshop",
    "Find a date for the site visit", "Check the invoice of last month", "Put them in touch with a reference",
    "Write up what was said about hiring",
)  # fmt: skip

NEXT_STEPS = (
    "We meet again as soon as the numbers are there.",
    "The contract goes to legal on both sides, to be signed within the month.",
    "They talk to their teams and name the dates that suit them.",
)

PLACES = (
    "Their office",
    "Our office, room Elbe",
    "Café Oberholz",
    "Video call",
    "Trade fair, hall 3",
    "Phone",
    "Restaurant Tejo",
)

# Lists of interactions with a name, by the query of their address.
VIEWS = (("Difficult talks", "mood=negative"), ("Long calls", "type=call&duration_from=45"))

TITLES = {
    "meeting": "Meeting about {}",
    "call": "Call about {}",
    "email": "Wrote about {}",
    "message": "Short question on {}",
    "coffee": "Coffee, mostly {}",
    "lunch": "Lunch: {} and more",
    "conference": "Met at the fair: {}",
}
