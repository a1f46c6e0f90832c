"""Instagram direct messages: both API stacks, which send the same webhooks."""
