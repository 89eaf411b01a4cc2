import { Button, Table } from '@mantine/core';
import { useDisclosure, useElementSize } from '@mantine/hooks';
import { Sankey } from 'recharts';

import type { ShownFlow } from '~shared/api/types';
import { counted, formatCount } from '~shared/format/numbers';
import { familyWords } from '~shared/format/words';
import { Panel } from '~shared/ui/Page';
import { Scroll } from '~shared/ui/Scroll';

import css from './AiUsePage.module.css';
import { graph } from './graph';

const HEIGHT = 26;

/** Which department's data goes to which tool: as a diagram, or as a table for those who cannot see it. */
export function Flows({ flows, rest }: { flows: ShownFlow[]; rest: number }) {
  const [asTable, { toggle }] = useDisclosure(false);
  const aside = (
    <Button variant="subtle" size="compact-sm" aria-pressed={asTable} onClick={toggle}>
      {asTable ? 'As a diagram' : 'As a table'}
    </Button>
  );
  return (
    <Panel title="Where data goes" aside={aside} className={css.flows}>
      {asTable ? <FlowTable flows={flows} /> : <Diagram flows={flows} />}
      {rest > 0 && <p className="muted">{counted(rest, 'exchange')} in smaller flows are not shown.</p>}
    </Panel>
  );
}

function Diagram({ flows }: { flows: ShownFlow[] }) {
  const { ref, width } = useElementSize();
  const data = graph(flows);
  return (
    <figure ref={ref} aria-label="Flows from departments to tools to kinds of data. The table has the same figures.">
      {width > 0 && (
        <Sankey
          width={width}
          height={Math.max(160, data.tallest * HEIGHT)}
          data={{ nodes: data.nodes, links: data.links }}
          nodePadding={12}
          nodeWidth={10}
          sort={false}
          margin={{ left: 4, right: 150, top: 6, bottom: 6 }}
          node={<Node width={0} />}
          link={{ stroke: 'var(--muted)', strokeOpacity: 0.22 }}
        />
      )}
    </figure>
  );
}

interface NodeProps {
  x?: number;
  y?: number;
  width: number;
  height?: number;
  payload?: { name: string; value: number };
}

function Node({ x = 0, y = 0, width, height = 0, payload }: NodeProps) {
  return (
    <g>
      <rect x={x} y={y} width={width} height={height} rx={2} className={css.node} />
      <text x={x + width + 6} y={y + height / 2} dominantBaseline="middle" className={css.nodeName}>
        {payload?.name}
      </text>
    </g>
  );
}

function FlowTable({ flows }: { flows: ShownFlow[] }) {
  return (
    <Scroll label="Flows">
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Department</Table.Th>
            <Table.Th>Tool</Table.Th>
            <Table.Th>Data</Table.Th>
            <Table.Th ta="right">Exchanges</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {flows.map((flow) => (
            <Table.Tr key={`${flow.department} ${flow.tool} ${flow.label}`}>
              <Table.Td>{flow.department}</Table.Td>
              <Table.Td>{flow.tool_name}</Table.Td>
              <Table.Td>{flow.label ? familyWords(flow.label) : 'Nothing found or seen'}</Table.Td>
              <Table.Td ta="right">{formatCount(flow.exchanges)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Scroll>
  );
}
