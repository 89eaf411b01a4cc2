/** The lines in which two texts differ, `-` before those of the first, `+` before those of the second, in order. */
export function lineDifferences(first: string, second: string): string[] {
  const [a, b] = [first.split('\n'), second.split('\n')];
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) {
    start += 1;
  }
  let end = 0;
  while (end < a.length - start && end < b.length - start && a.at(-1 - end) === b.at(-1 - end)) {
    end += 1;
  }
  return differing(a.slice(start, a.length - end), b.slice(start, b.length - end));
}

/** Above this many pairs of lines the two middles are told whole: comparing them would take too long. */
const MOST = 4_000_000;

function differing(a: string[], b: string[]): string[] {
  const whole = [...a.map((line) => `- ${line}`), ...b.map((line) => `+ ${line}`)];
  if (a.length * b.length > MOST) {
    return whole;
  }
  const kept = longest(a, b);
  const told: string[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      i += 1;
      j += 1;
    } else if (j >= b.length || (i < a.length && at(kept, i + 1, j) >= at(kept, i, j + 1))) {
      told.push(`- ${a[i]}`);
      i += 1;
    } else {
      told.push(`+ ${b[j]}`);
      j += 1;
    }
  }
  return told;
}

const at = (table: Uint32Array[], i: number, j: number) => table[i]?.[j] ?? 0;

/** How many lines the rests of two texts have in common, from each line on. */
function longest(a: string[], b: string[]): Uint32Array[] {
  const table = Array.from({ length: a.length + 1 }, () => new Uint32Array(b.length + 1));
  for (let i = a.length - 1; i >= 0; i -= 1) {
    const row = table[i];
    for (let j = b.length - 1; row && j >= 0; j -= 1) {
      row[j] = a[i] === b[j] ? at(table, i + 1, j + 1) + 1 : Math.max(at(table, i + 1, j), at(table, i, j + 1));
    }
  }
  return table;
}
