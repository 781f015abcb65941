"""What typed text may become: tables made when a generation is published, and what reads them."""
