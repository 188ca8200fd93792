"""Layout: where the boxes of a graph stand. Layered, iterative, in pure Python; numbers in, numbers out.

Data flows from the top to the bottom. A node stands in the row above its nearest consumer, so a leaf is near where it
is used; the order within a row comes from barycentre sweeps, the coordinates from least squares that keep that order.

Note [What stood keeps standing]
Given the `previous` corners, a box that had one gets exactly the same again, and new boxes take the free place nearest
to their neighbours. Three things end this: a box that an edge now forces further down, one that has grown into its
neighbour, and a picture of which less than half is left, which is laid out afresh. A wholly new component goes to the
right of everything that stands.

Note [One trunk a source]
A long edge passes rows in which boxes stand. All edges that come from one box share a trunk, one crossing point a row;
otherwise a weight that is used by a thousand steps would ask for half a million crossing points.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Mapping, Sequence
from typing import NamedTuple

HEIGHT = 46.0  # of every box
ROW = 96.0  # from one row's top to the next
GAP = 26.0  # between two boxes of a row
TRUNK = 8.0  # room that a passing edge takes
MOST_BENDS = 60  # of one edge
SHELF = 1400.0  # components stand side by side up to this width


class Box(NamedTuple):
    """A box to place."""

    id: str
    width: float


class Link(NamedTuple):
    """An edge from a later operation to the one whose gradient it makes, as in `next_functions`."""

    id: str
    source: str
    slot: int
    target: str


class Layout(NamedTuple):
    """Top left corners by box, points by link (from `source` up to `target`), and the size of the whole."""

    corners: dict[str, tuple[float, float]]
    points: dict[str, list[tuple[float, float]]]
    width: float
    height: float


def layout(
    boxes: Sequence[Box], links: Sequence[Link], previous: Mapping[str, tuple[float, float]] | None = None
) -> Layout:
    """Place the boxes; the same arguments always give the same picture.

    >>> placed = layout([Box("w", 60), Box("mul", 60)], [Link("e", "mul", 0, "w")])
    >>> placed.corners["w"][1] < placed.corners["mul"][1]
    True
    """
    graph = _Graph(boxes, links)
    stood = _still_standing(boxes, previous or {})
    rows: list[int] = [0] * len(boxes)
    left: list[float] = [0.0] * len(boxes)
    trunks: dict[int, dict[int, float]] = {}
    fresh: list[list[int]] = []
    standing: list[int] = []
    for members in graph.components():
        if any(boxes[i].id in stood for i in members):
            standing += members
        else:
            fresh.append(members)
    if standing:
        _grow(graph, standing, stood, rows, left, trunks)
    _pack(graph, fresh, standing, rows, left, trunks)
    return _finish(graph, rows, left, trunks)


class _Graph:
    """The boxes by number, and who uses whom."""

    def __init__(self, boxes: Sequence[Box], links: Sequence[Link]) -> None:
        self.boxes = boxes
        self.links = links
        number = {box.id: i for i, box in enumerate(boxes)}
        self.ends = [(number[link.source], number[link.target]) for link in links]
        self.inputs: list[list[int]] = [[] for _ in boxes]
        self.users: list[list[int]] = [[] for _ in boxes]
        for i in sorted(range(len(links)), key=lambda i: links[i].slot):
            source, target = self.ends[i]
            self.inputs[source].append(target)
            self.users[target].append(source)

    def components(self) -> list[list[int]]:
        """The connected parts, each in the order of the boxes."""
        part = [-1] * len(self.boxes)
        parts: list[list[int]] = []
        for first in range(len(self.boxes)):
            if part[first] >= 0:
                continue
            part[first] = len(parts)
            members, todo = [first], [first]
            while todo:
                i = todo.pop()
                for j in self.inputs[i] + self.users[i]:
                    if part[j] < 0:
                        part[j] = len(parts)
                        members.append(j)
                        todo.append(j)
            parts.append(sorted(members))
        return parts

    def inputs_first(self, members: list[int]) -> list[int]:
        """A topological order: whatever a box uses comes before it."""
        waiting = {i: len(self.inputs[i]) for i in members}
        order = [i for i in members if not waiting[i]]
        for i in order:  # grows while it is read
            for user in self.users[i]:
                waiting[user] -= 1
                if not waiting[user]:
                    order.append(user)
        return order


def _still_standing(
    boxes: Sequence[Box], previous: Mapping[str, tuple[float, float]]
) -> dict[str, tuple[float, float]]:
    """The corners to keep, or none where less than half of the old picture is left."""
    kept = {box.id: previous[box.id] for box in boxes if box.id in previous}
    return kept if 2 * len(kept) >= len(previous) else {}


# A component laid out afresh ------------------------------------------------------------------------------------


def _rows(graph: _Graph, members: list[int], rows: list[int]) -> None:
    """The longest path from the leaves; then everything moves down to just above its nearest user."""
    order = graph.inputs_first(members)
    for i in order:
        rows[i] = 1 + max((rows[j] for j in graph.inputs[i]), default=-1)
    for i in reversed(order):
        if graph.users[i]:
            rows[i] = min(rows[j] for j in graph.users[i]) - 1
    top = min(rows[i] for i in order)
    for i in order:
        rows[i] -= top


class _Layers:
    """Rows of entities: the boxes of a component (their number) and, behind them, the points where trunks pass."""

    def __init__(self, graph: _Graph, members: list[int], rows: list[int]) -> None:
        self.width: dict[int, float] = {i: graph.boxes[i].width for i in members}
        self.above: dict[int, list[int]] = {i: [] for i in members}
        self.below: dict[int, list[int]] = {i: [] for i in members}
        self.row: dict[int, int] = {i: rows[i] for i in members}
        self.trunk: dict[int, dict[int, int]] = {}
        number = len(graph.boxes)
        room = 3 * len(members) + 2000  # beyond it, further long edges are led around the boxes afterwards
        for i in members:
            passed = range(rows[i] + 1, max((rows[user] for user in graph.users[i]), default=0))
            if len(passed) > room:
                continue
            room -= len(passed)
            last, trunk = i, {}
            for row in passed:
                trunk[row] = number
                self.row[number] = row
                self.width[number] = TRUNK
                self.above[number] = [last]
                self.below[number] = []
                self.below[last].append(number)
                last, number = number, number + 1
            self.trunk[i] = trunk
            for user in graph.users[i]:
                end = trunk.get(rows[user] - 1, i)
                if rows[user] - 1 == self.row[end]:
                    self.below[end].append(user)
        for i, under in self.below.items():
            for j in under:
                if j < len(graph.boxes):
                    self.above[j].append(i)

    def first_order(self, members: list[int]) -> list[list[int]]:
        """Depth first from the results, inputs by slot: a tree comes out with no crossing at all."""
        layers: list[list[int]] = [[] for _ in range(1 + max(self.row.values()))]
        seen: set[int] = set()
        for first in sorted(members, key=lambda i: (-self.row[i], i)):
            todo = [first]
            while todo:
                i = todo.pop()
                if i in seen:
                    continue
                seen.add(i)
                layers[self.row[i]].append(i)
                todo.extend(reversed(self.above[i]))
        return layers


def _crossings(layers: list[list[int]], layered: _Layers) -> int:
    """How often edges cross: inversions between neighbouring rows."""
    crossings = 0
    for upper, lower in zip(layers, layers[1:], strict=False):
        place = {i: at for at, i in enumerate(lower)}
        passed: list[int] = []
        for i in upper:
            ends = sorted(place[j] for j in layered.below[i])
            crossings += sum(len(passed) - bisect_left(passed, end + 1) for end in ends)
            for end in ends:
                insort(passed, end)
    return crossings


def _ordered(layered: _Layers, members: list[int]) -> list[list[int]]:
    """The rows in an order with few crossings: barycentre sweeps down and up, the best one is kept."""
    layers = layered.first_order(members)
    best, fewest = [list(row) for row in layers], _crossings(layers, layered)
    place = {i: at for row in layers for at, i in enumerate(row)}
    for sweep in range(6 if len(layered.row) < 2500 else 2):
        if not fewest:
            break
        down = sweep % 2 == 0
        beside = layered.above if down else layered.below
        for row in layers if down else reversed(layers):
            middle = {
                i: sum(place[j] for j in beside[i]) / len(beside[i]) if beside[i] else place[i] for i in row
            }
            row.sort(key=middle.__getitem__)
            for at, i in enumerate(row):
                place[i] = at
        found = _crossings(layers, layered)
        if found < fewest:
            best, fewest = [list(row) for row in layers], found
    return best


def _offsets(row: list[int], width: Mapping[int, float]) -> list[float]:
    """How far each one's centre is from the first one's where they stand as close as they may."""
    offset, offsets = 0.0, [0.0]
    for before, i in zip(row, row[1:], strict=False):
        offset += (width[before] + width[i]) / 2 + (GAP if width[i] > TRUNK or width[before] > TRUNK else TRUNK)
        offsets.append(offset)
    return offsets


def _spread(offsets: list[float], wanted: list[float], weight: list[float]) -> list[float]:
    """Centres as near to the wanted ones as the order and the gaps allow: least squares, pooling neighbours."""
    if len(wanted) == 1:
        return wanted
    pools: list[tuple[float, float, int]] = []  # mean, weight, how many
    for at, offset in enumerate(offsets):
        mean, heavy, count = wanted[at] - offset, weight[at], 1
        while pools and pools[-1][0] > mean:
            other, other_weight, other_count = pools.pop()
            mean = (mean * heavy + other * other_weight) / (heavy + other_weight)
            heavy += other_weight
            count += other_count
        pools.append((mean, heavy, count))
    means = [mean for mean, _, count in pools for _ in range(count)]
    return [mean + offset for mean, offset in zip(means, offsets, strict=True)]


def _centres(layers: list[list[int]], layered: _Layers) -> dict[int, float]:
    """Horizontal centres: each row in turn moves towards the row before it, down and up a few times."""
    centre: dict[int, float] = {}
    layers = [row for row in layers if row]
    offsets = {row[0]: _offsets(row, layered.width) for row in layers}
    for row in layers:
        centre.update(zip(row, _spread(offsets[row[0]], [0.0] * len(row), [1.0] * len(row)), strict=True))
    rank = {i: _rank(i, layered) for i in layered.row}
    ways = [(layers, _leading(layered.above, rank)), (list(reversed(layers)), _leading(layered.below, rank))]
    for turn in range(8 if len(layered.row) < 2500 else 4):
        rows, leading = ways[turn % 2]
        for row in rows:
            wanted, weight = [], []
            for i in row:
                beside = leading[i]
                if len(beside) == 1:
                    wanted.append(centre[beside[0]])
                else:
                    wanted.append(sum([centre[j] for j in beside]) / len(beside) if beside else centre[i])
                weight.append(_WEIGHTS[rank[i]] if beside else 0.5)
            centre.update(zip(row, _spread(offsets[row[0]], wanted, weight), strict=True))
    return centre


_WEIGHTS = (1.0, 1e3, 1e6)


def _leading(near: Mapping[int, list[int]], rank: Mapping[int, int]) -> dict[int, list[int]]:
    """Of each one's neighbours those that matter most: the main line is to be straight, and what hangs beside it has
    no say in where it goes."""
    leading = {}
    for i, beside in near.items():
        first = max([rank[j] for j in beside], default=0)
        leading[i] = [j for j in beside if rank[j] == first]
    return leading


def _rank(i: int, layered: _Layers) -> int:
    """How much a place matters: an operation most, then a trunk or what is only fed by leaves, a leaf least."""
    if layered.width[i] == TRUNK:
        return 1
    above = layered.above[i]
    if not above:
        return 0
    return 2 if any(layered.above[j] for j in above) else 1


def _pack(
    graph: _Graph,
    components: list[list[int]],
    standing: list[int],
    rows: list[int],
    left: list[float],
    trunks: dict[int, dict[int, float]],
) -> None:
    """Lay out each component and set it beside the last one; what is full is followed by a new shelf."""
    x = max((left[i] + graph.boxes[i].width + 2 * GAP for i in standing), default=0.0)
    shelf_row, next_row = 0, 1 + max((rows[i] for i in standing), default=-1)
    for members in components:
        _rows(graph, members, rows)
        layered = _Layers(graph, members, rows)
        centre = _centres(_ordered(layered, members), layered)
        start = min(centre[i] - layered.width[i] / 2 for i in centre)
        width = max(centre[i] + layered.width[i] / 2 for i in centre) - start
        if x and x + width > SHELF and not standing:
            x, shelf_row = 0.0, next_row
        for i in members:
            rows[i] += shelf_row
            left[i] = round(x + centre[i] - layered.width[i] / 2 - start, 1)
        for i, trunk in layered.trunk.items():
            trunks[i] = {row + shelf_row: round(x + centre[j] - start, 1) for row, j in trunk.items()}
        next_row = max(next_row, 1 + max(rows[i] for i in members))
        x += width + 2 * GAP


# A picture that grows -------------------------------------------------------------------------------------------


class _Places:
    """What is taken in each row, as sorted intervals."""

    def __init__(self) -> None:
        self.taken: dict[int, list[tuple[float, float]]] = {}

    def free(self, row: int, left: float, width: float, gap: float) -> bool:
        taken = self.taken.get(row, [])
        at = bisect_left(taken, (left, left))
        after = at == len(taken) or taken[at][0] >= left + width + gap
        return after and (at == 0 or taken[at - 1][1] + gap <= left)

    def take(self, row: int, left: float, width: float) -> None:
        insort(self.taken.setdefault(row, []), (left, left + width))

    def nearest(self, row: int, wanted: float, width: float, gap: float) -> float:
        """The free left edge nearest to the wanted one, never left of the picture's own edge."""
        wanted = max(0.0, wanted)
        if self.free(row, wanted, width, gap):
            return wanted
        taken = self.taken[row]
        at = bisect_left(taken, (wanted, wanted))
        best = None
        for i in range(min(at, len(taken) - 1), -1, -1):  # leftwards: just before an interval
            place = taken[i][0] - gap - width
            if place < 0:
                break
            if place <= wanted and (i == 0 or taken[i - 1][1] + gap <= place):
                best = place
                break
        for i in range(max(at - 1, 0), len(taken)):  # rightwards: just after one
            place = taken[i][1] + gap
            if best is not None and place - wanted >= wanted - best:
                break
            if place >= wanted and (i + 1 == len(taken) or taken[i + 1][0] >= place + width + gap):
                return place
        assert best is not None  # the place after the last interval is always free
        return best


def _grow(
    graph: _Graph,
    members: list[int],
    stood: Mapping[str, tuple[float, float]],
    rows: list[int],
    left: list[float],
    trunks: dict[int, dict[int, float]],
) -> None:
    """Keep what stood, and find room for the rest. See Note [What stood keeps standing]."""
    order = graph.inputs_first(members)
    old = {i: stood[graph.boxes[i].id] for i in members if graph.boxes[i].id in stood}
    for i in order:
        lowest = 1 + max((rows[j] for j in graph.inputs[i]), default=-1)
        rows[i] = max(lowest, round(old[i][1] / ROW)) if i in old else lowest
    for i in reversed(order):
        if i not in old and graph.users[i]:
            rows[i] = min(rows[j] for j in graph.users[i]) - 1
    places = _Places()
    placed: set[int] = set()
    for i in sorted(old, key=lambda i: (rows[i], old[i][0], i)):
        left[i] = old[i][0]
        if rows[i] == round(old[i][1] / ROW) and places.free(rows[i], left[i], graph.boxes[i].width, 4.0):
            places.take(rows[i], left[i], graph.boxes[i].width)
            placed.add(i)
    _place_new(graph, order, placed, old, places, rows, left)
    for i in order:
        passed = range(rows[i] + 1, max((rows[user] for user in graph.users[i]), default=0))
        if len(passed) <= 500:
            trunks[i] = _trunk(places, passed, left[i] + graph.boxes[i].width / 2)


def _place_new(
    graph: _Graph,
    order: list[int],
    placed: set[int],
    old: Mapping[int, tuple[float, float]],
    places: _Places,
    rows: list[int],
    left: list[float],
) -> None:
    """First what uses something that stands, then the leaves above what they are used by."""
    for leaves in (False, True):
        for i in order:
            if i in placed or (not leaves and not graph.inputs[i]):
                continue
            width = graph.boxes[i].width
            beside = [j for j in graph.inputs[i] + graph.users[i] if j in placed]
            middles = [left[j] + graph.boxes[j].width / 2 for j in beside]
            wanted = old[i][0] if i in old else sum(middles) / len(middles) - width / 2 if middles else 0.0
            left[i] = round(places.nearest(rows[i], wanted, width, GAP), 1)
            places.take(rows[i], left[i], width)
            placed.add(i)


def _trunk(places: _Places, passed: range, x: float) -> dict[int, float]:
    """Where a long edge passes each row: as straight as the boxes allow."""
    trunk = {}
    for row in passed:
        x = places.nearest(row, x - TRUNK / 2, TRUNK, TRUNK) + TRUNK / 2
        places.take(row, x - TRUNK / 2, TRUNK)
        trunk[row] = round(x, 1)
    return trunk


# Numbers out ----------------------------------------------------------------------------------------------------


def _finish(graph: _Graph, rows: list[int], left: list[float], trunks: dict[int, dict[int, float]]) -> Layout:
    """Corners and points. An edge leaves the top of its box at its slot's place and ends at a bottom's middle."""
    boxes = graph.boxes
    corners = {box.id: (left[i], rows[i] * ROW) for i, box in enumerate(boxes)}
    beside: dict[int, list[int]] = {}
    for at, (source, _) in enumerate(graph.ends):
        beside.setdefault(source, []).append(at)
    bends = {i: _bends(trunk) for i, trunk in trunks.items()}
    points: dict[str, list[tuple[float, float]]] = {}
    for source, edges in beside.items():
        edges.sort(key=lambda at: graph.links[at].slot)
        for place, at in enumerate(edges):
            target = graph.ends[at][1]
            x = left[source] + boxes[source].width * (place + 1) / (len(edges) + 1)
            line = [(round(x, 1), rows[source] * ROW)]
            line += _climb(bends.get(target, []), rows[source])
            line.append((round(left[target] + boxes[target].width / 2, 1), rows[target] * ROW + HEIGHT))
            points[graph.links[at].id] = line
    right = [left[i] + box.width for i, box in enumerate(boxes)]
    right += [x + TRUNK for trunk in trunks.values() for x in trunk.values()]
    height = max((row * ROW + HEIGHT for row in rows), default=0.0)
    return Layout(corners, points, round(max(right, default=0.0), 1), height)


def _bends(trunk: Mapping[int, float]) -> list[tuple[int, int, float]]:
    """The straight pieces of a trunk from its top down: first row, last row, x."""
    pieces: list[tuple[int, int, float]] = []
    for row in sorted(trunk):
        if pieces and pieces[-1][1] == row - 1 and abs(pieces[-1][2] - trunk[row]) < 0.5:
            pieces[-1] = (pieces[-1][0], row, pieces[-1][2])
        else:
            pieces.append((row, row, trunk[row]))
    return pieces


def _climb(pieces: list[tuple[int, int, float]], row: int) -> list[tuple[float, float]]:
    """The points of an edge that joins a trunk from `row` and follows it to its top."""
    end = bisect_left(pieces, (row, 0, 0.0))
    if end > MOST_BENDS:  # the middle of a very winding one is drawn straight
        pieces = pieces[: MOST_BENDS // 2] + pieces[end - MOST_BENDS // 2 : end]
        end = len(pieces)
    line = []
    for first, last, x in reversed(pieces[:end]):
        line += [(x, min(last, row - 1) * ROW + HEIGHT), (x, first * ROW)]
    return line
