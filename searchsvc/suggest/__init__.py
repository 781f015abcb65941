"""What typed text may become, from what live articles say.

`write_tables` writes the tables when a generation is published; `SuggestTables` opens them. A
`Suggester` answers a SuggestRequest with Suggestions, over what an engine finds: a `SuggestSource`,
which an `IndexSource` is over the tables and an index view. What readers type is never part of it.
"""
