"""How fast Rapport answers, beside what Flask alone takes (docs/performance.md)."""
