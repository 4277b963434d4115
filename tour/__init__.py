"""The pictures of docs/tour.md: which there are (pictures.py), and how they are made small (png.py). bin/tour takes them."""
