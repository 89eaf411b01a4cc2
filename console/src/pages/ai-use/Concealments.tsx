import { Table } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';

import { concealmentsQuery } from '~features/ai-use/queries';
import type { ShownConcealment } from '~shared/api/types';
import { counted, formatCount } from '~shared/format/numbers';
import { CONCEALMENT_WORDS } from '~shared/format/words';
import { Panel } from '~shared/ui/Page';
import { Scroll } from '~shared/ui/Scroll';
import { Failed } from '~shared/ui/States';
import { Time } from '~shared/ui/Time';

import css from './AiUsePage.module.css';

/** Where encrypted DNS and hellos hide names: what logs and packets cannot show of these people. */
export function Concealments({ days }: { days: number }) {
  const { data, error, refetch } = useQuery(concealmentsQuery(days));
  if (error && !data) {
    return <Failed error={error} retry={() => void refetch()} />;
  }
  return data && data.concealed.length > 0 ? (
    <Panel title="Where names are hidden" className={css.flows}>
      <p className="muted">
        These connections keep the names of hosts from being seen: tools that are used behind them may be missing above.
      </p>
      <Scroll label="Resolvers and providers">
        <Table verticalSpacing="xs">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>How</Table.Th>
              <Table.Th>By</Table.Th>
              <Table.Th>People</Table.Th>
              <Table.Th ta="right">Connections</Table.Th>
              <Table.Th>Last seen</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {data.concealed.map((one) => (
              <Row key={`${one.way} ${one.host}`} one={one} />
            ))}
          </Table.Tbody>
        </Table>
      </Scroll>
    </Panel>
  ) : null;
}

function Row({ one }: { one: ShownConcealment }) {
  return (
    <Table.Tr>
      <Table.Td>{CONCEALMENT_WORDS[one.way]}</Table.Td>
      <Table.Td>{one.host || 'not known'}</Table.Td>
      <Table.Td>
        {counted(one.people, 'person', 'people')}
        <span className={css.sub}>{Object.keys(one.departments).join(', ')}</span>
      </Table.Td>
      <Table.Td ta="right">{formatCount(one.times)}</Table.Td>
      <Table.Td>
        <Time at={one.last_seen} as="relative" />
      </Table.Td>
    </Table.Tr>
  );
}
