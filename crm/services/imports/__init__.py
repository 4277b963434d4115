"""Real input: contacts and interactions out of the files that other programs export.

`text` makes text of bytes; `tables` (CSV) and `vcards` make rows of text; `contact_columns` and `interaction_columns` know
what the columns of those programs mean. None of them sees the database. `contacts` and `interactions` write the rows,
through the same services and schemas that a form or the API uses.
"""
