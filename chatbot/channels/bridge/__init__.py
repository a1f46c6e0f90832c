"""The signed bridge for platforms that let no bot in directly: Standard Webhooks both ways."""
