"""One folder per outside system: the only places that know a wire."""
