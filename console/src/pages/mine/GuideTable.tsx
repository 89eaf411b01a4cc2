import { Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';

import { guideQuery } from '~features/mine/queries';
import type { PolicyGuide } from '~shared/api/types';
import { ActionBadge, ClauseName } from '~shared/ui/Badges';
import { Scroll } from '~shared/ui/Scroll';

import css from './Mine.module.css';

type Cell = PolicyGuide['table'][number];

/** What may be sent where, for one kind of data: tools down, accounts across. Computed from the rules. */
export function GuideTable() {
  const { data } = useQuery(guideQuery);
  const [chosen, setChosen] = useState<string | null>(null);
  if (!data) {
    return null;
  }
  const kinds = unique(data.table.map((cell) => cell.data));
  const kind = chosen ?? kinds[0] ?? null;
  const cells = data.table.filter((cell) => cell.data === kind);
  const accounts = unique(cells.map((cell) => cell.account));
  return (
    <>
      <Select
        label="The same as a table, for a prompt that contains"
        data={kinds}
        value={kind}
        onChange={setChosen}
        allowDeselect={false}
        mt="md"
        mb="sm"
      />
      <Scroll label="What may be sent where">
        <table className={css.guide}>
          <thead>
            <tr>
              <th scope="col">The tool is</th>
              {accounts.map((account) => (
                <th key={account} scope="col">
                  Signed in {account}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {unique(cells.map((cell) => cell.tool)).map((tool) => (
              <tr key={tool}>
                <th scope="row">{tool}</th>
                {accounts.map((account) => (
                  <td key={account}>
                    <Answer cell={cells.find((cell) => cell.tool === tool && cell.account === account)} />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </>
  );
}

function Answer({ cell }: { cell: Cell | undefined }) {
  if (!cell) {
    return null;
  }
  return (
    <>
      <ActionBadge action={cell.action} /> {cell.clause && <ClauseName id={cell.clause} />}
    </>
  );
}

const unique = (words: string[]) => [...new Set(words)];
