"""TikTok Business Messaging."""
