"""Reading the files of a corpus, by several processes where there are many.

Apart from the index, so that a process that reads loads nothing of it.
"""
