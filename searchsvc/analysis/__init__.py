"""Text to terms."""

from searchsvc.analysis.tokenizer import *  # noqa: F403
