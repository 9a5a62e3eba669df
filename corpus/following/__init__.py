"""Following the news: feeds are found, asked when it is time, and their articles taken once."""
