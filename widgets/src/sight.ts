// In sight: which of many boxes and lines are to be drawn for a part of the drawing.
import type { Item, Line, Rect } from "./arrange";
import type { Point } from "./protocol";

export function itemsInSight(items: readonly Item[], { x, y, width, height }: Rect): Item[] {
  const [right, bottom] = [x + width, y + height];
  return items.filter(
    (item) => item.y < bottom && item.x < right && item.y + item.height > y && item.x + item.width > x,
  );
}

/**
 * The lines that begin in sight or pass through. Of those that only pass by on the way to the same place, one is enough:
 * they lie upon each other.
 */
export function linesInSight(lines: readonly Line[], { x, y, width, height }: Rect): Line[] {
  const [right, bottom] = [x + width, y + height];
  const passing = new Map<string, { from: number; line: Line }>();
  const found = lines.filter(({ points }, index) => {
    const [startX, startY] = points[0]!;
    if (startY < y || points.at(-1)![1] > bottom) return false;
    if (startY < bottom && startX > x && startX < right) return true;
    const { to } = lines[index]!;
    if (startY > (passing.get(to)?.from ?? Number.NEGATIVE_INFINITY))
      passing.set(to, { from: startY, line: lines[index]! });
    return false;
  });
  const crosses = ({ points }: Line) => {
    const across = points.map((point) => point[0]);
    return Math.min(...across) < right && Math.max(...across) > x;
  };
  return [...found, ...[...passing.values()].map(({ line }) => line).filter(crosses)];
}

/** What lies under a point of the drawing, or as near to it as `slack`. */
export function itemAt(items: readonly Item[], [x, y]: Point, slack: number): Item | undefined {
  return items.find(
    (item) =>
      x > item.x - slack &&
      x < item.x + item.width + slack &&
      y > item.y - slack &&
      y < item.y + item.height + slack,
  );
}
