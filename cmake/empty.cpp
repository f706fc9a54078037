// A layer without sources of its own still needs one translation unit.
