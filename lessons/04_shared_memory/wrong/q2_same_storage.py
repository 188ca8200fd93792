"""One storage is taken for the same places."""

EXERCISE = "q2"
FAILS = {"tells_views_apart": "different places of it"}
FAILS_HIDDEN = {"other_layouts": "the answer should be"}


def sees(a, b):
    return a.untyped_storage().data_ptr() == b.untyped_storage().data_ptr()
