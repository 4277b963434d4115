"""Forms: what people type, ending in the schemas that the API reads with."""
