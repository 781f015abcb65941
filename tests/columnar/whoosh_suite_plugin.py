"""A pytest plugin for Whoosh's own test suite: makes the columnar codec the default one.

Loaded with `-p` before any test module, so that `from whoosh.codec import default_codec` and the
tests that name W3Codec itself get ours as well.
"""

import whoosh.codec
import whoosh.codec.whoosh3

from searchsvc.columnar import ColumnarCodec

whoosh.codec.default_codec = ColumnarCodec
whoosh.codec.whoosh3.W3Codec = ColumnarCodec
