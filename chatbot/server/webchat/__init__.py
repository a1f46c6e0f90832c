"""The web chat's doors: page and script, writing, reading live in three ways, files."""
