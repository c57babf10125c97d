"""`pictor doctor`: what is wrong with an installation, and what to do. Nothing is changed, and nothing is started."""
