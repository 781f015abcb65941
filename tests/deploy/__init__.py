"""What stands in deploy/, as far as it can be tried without the machine it is for."""
