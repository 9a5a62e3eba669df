"""What a question says: names, days, phrases, who said what, and what it leans on."""
