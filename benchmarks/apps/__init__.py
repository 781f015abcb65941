"""Small Flask apps over the other engines, as one would write them; what http.py serves."""
