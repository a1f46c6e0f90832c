"""The database's history, one file a step; run by chatbot.storage.migrate, never by hand."""
