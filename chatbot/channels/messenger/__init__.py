"""Facebook Messenger over the Graph API, one page an account. Docs: developers.facebook.com/docs/messenger-platform."""
