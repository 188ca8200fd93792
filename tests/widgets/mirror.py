"""What a view holds: every message it was told, and after each update everything, as the browser puts it together."""

from typing import Any

from minitorch_widgets.picture.updates import applied


class Mirror(list):
    """Give its `hear` to `inspector.connect`. In the list every update stands as the message it amounts to."""

    def __init__(self) -> None:
        super().__init__()
        self.raw: list[dict[str, Any]] = []
        self.whole: dict[str, Any] | None = None

    def hear(self, message: dict[str, Any]) -> None:
        self.raw.append(message)
        if message["type"] == "snapshot":
            self.whole = message
        if message["type"] == "update":
            assert self.whole is not None and self.whole["revision"] == message["base"]
            self.whole = message = applied(self.whole, message)
        self.append(message)
