import { expect, test } from 'vitest';

import { graph } from './graph';

const flow = (department: string, tool: string, label: string | null, exchanges: number) => ({
  department,
  tool,
  tool_name: tool,
  label,
  exchanges,
});

test('flows become links from departments through tools to data', () => {
  const { nodes, links, tallest } = graph([
    flow('Legal', 'ChatGPT', 'pii', 2),
    flow('Sales', 'ChatGPT', 'pii', 3),
    flow('Sales', 'Claude', null, 1),
  ]);
  const named = links.map((link) => [nodes[link.source]?.name, nodes[link.target]?.name, link.value]);
  expect(named).toContainEqual(['Legal', 'ChatGPT', 2]);
  expect(named).toContainEqual(['Claude', 'Nothing found or seen', 1]);
  expect(named.filter(([from]) => from === 'ChatGPT')).toEqual([['ChatGPT', expect.any(String), 5]]);
  expect(tallest).toBe(2);
});

test('a department named like a tool is another node', () => {
  expect(graph([flow('Claude', 'Claude', null, 1)]).nodes).toHaveLength(3);
});

test('beyond twelve, the smallest tools are one', () => {
  const many = Array.from({ length: 20 }, (_, at) => flow('Sales', `tool ${at}`, null, 20 - at));
  const { nodes, tallest } = graph(many);
  expect(tallest).toBe(12);
  expect(nodes.map((node) => node.name)).toContain('Other tools');
});
