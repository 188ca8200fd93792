"""Words that would be markup if anybody took them for it, and whether anybody did."""

HOSTILE = "</script><script>window.ran='script'</script><img src=x onerror=\"window.ran='img'\"><!--\"'>&lt;b&gt;]]></title>"


def nothing_ran(page):
    """Whether no hostile word became an element or a script in this page."""
    page.wait_for_timeout(100)  # an image's error is told later
    return page.evaluate(
        "() => window.ran === undefined && document.querySelector('img[src=x], [onerror], script[src]') === null"
    )
