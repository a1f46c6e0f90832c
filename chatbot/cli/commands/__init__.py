"""One module a command; each holds it under the name `command`."""
