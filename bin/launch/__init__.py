"""What bin/run, bin/flask, bin/test and their like are made of. It runs before any package is there: standard library only."""
