"""The pages on which people set up their account: one blueprint each."""
