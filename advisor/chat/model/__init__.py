"""The optional language model: it may reword an answer that stands, read facts, and point at a proposal."""
