"""What is typed, to a syntax tree. Pure: no index, no files, no arrays.

    text -> syntax.parse -> synonyms.Expander.expand -> compounds.spelled_out
         -> reading.without_function_words -> reading.groups_of, reading.read -> what is required

nodes      the tree; str(node) is what `parsed` shows
periods    dates in queries     patterns   wildcards, sites and names as tests of strings
spelling   what may be misspelt, how likely a candidate is, and the typed text with it
rewriting  trees with words replaced
"""
