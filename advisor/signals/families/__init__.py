"""One module per family of signals; a module that stands here is found by itself."""
