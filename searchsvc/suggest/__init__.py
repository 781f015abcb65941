"""What typed text may become, from what live articles say.

`write_tables` writes the tables when a generation is published; `SuggestTables` opens them, and a
`Suggester` of an index view answers a SuggestRequest with Suggestions. What readers type is never
part of it.
"""
