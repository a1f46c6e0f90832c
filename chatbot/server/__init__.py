"""The doors: webhooks, the web chat, health, the operators' socket. Decides nothing about conversations."""
