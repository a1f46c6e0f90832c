"""Our own web chat: a page and an embeddable widget that read the transcript from the store by cursor."""
