"""One module a step, in the order an item passes: dedupe, tweets, export."""
