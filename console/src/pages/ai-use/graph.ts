import type { ShownFlow } from '~shared/api/types';
import { familyWords } from '~shared/format/words';

interface Graph {
  nodes: { name: string }[];
  links: { source: number; target: number; value: number }[];
  /** Most nodes in one column. */
  tallest: number;
}

const SHOWN = 12;
const NOTHING = 'Nothing found or seen';

/** Flows as a graph in three columns: departments, tools, families of data. Beyond twelve, tools are summed up. */
export function graph(flows: ShownFlow[]): Graph {
  const tools = largest(flows);
  const columns = [new Map<string, number>(), new Map<string, number>(), new Map<string, number>()] as const;
  const nodes: Graph['nodes'] = [];
  const place = (column: Map<string, number>, name: string) => {
    const found = column.get(name);
    if (found !== undefined) {
      return found;
    }
    column.set(name, nodes.length);
    return nodes.push({ name }) - 1;
  };
  const links = new Map<string, Graph['links'][number]>();
  const add = (source: number, target: number, value: number) => {
    const link = links.get(`${source} ${target}`);
    if (link) {
      link.value += value;
    } else {
      links.set(`${source} ${target}`, { source, target, value });
    }
  };
  for (const flow of flows) {
    const department = place(columns[0], flow.department);
    const tool = place(columns[1], tools.has(flow.tool_name) ? flow.tool_name : 'Other tools');
    const data = place(columns[2], flow.label ? familyWords(flow.label) : NOTHING);
    add(department, tool, flow.exchanges);
    add(tool, data, flow.exchanges);
  }
  return { nodes, links: [...links.values()], tallest: Math.max(...columns.map((column) => column.size)) };
}

function largest(flows: ShownFlow[]): Set<string> {
  const totals = new Map<string, number>();
  for (const flow of flows) {
    totals.set(flow.tool_name, (totals.get(flow.tool_name) ?? 0) + flow.exchanges);
  }
  const order = [...totals].sort(([, a], [, b]) => b - a);
  return new Set(order.slice(0, order.length > SHOWN ? SHOWN - 1 : SHOWN).map(([name]) => name));
}
