"""The ways out of the house: each speaks another program's protocol, and knows no table."""
