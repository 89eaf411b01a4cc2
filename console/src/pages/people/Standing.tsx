import { TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';

import { standingQuery } from '~features/people/queries';
import { counted } from '~shared/format/numbers';
import { formatDay } from '~shared/format/times';
import { Panel } from '~shared/ui/Page';
import { Scroll } from '~shared/ui/Scroll';
import { Failed, Lines, Nothing } from '~shared/ui/States';

import css from './People.module.css';

/** People shown at once; whoever looks for more than that has a word to search for. */
const SHOWN = 200;

export function Standing() {
  const { data, error, refetch } = useQuery(standingQuery);
  const [text, setText] = useState('');
  if (!data) {
    return error ? <Failed error={error} retry={() => void refetch()} /> : <Lines count={8} height={26} />;
  }
  const words = text.toLowerCase();
  const found = data.filter((one) => `${one.person} ${one.department ?? ''}`.toLowerCase().includes(words));
  const accepted = data.filter((one) => one.accepted_until).length;
  const overdue = data.filter((one) => one.overdue > 0).length;
  return (
    <Panel
      title="How people stand"
      aside={
        <span className="muted">{`${accepted} of ${data.length} have accepted the policy, ${overdue} are late with training`}</span>
      }
    >
      <TextInput
        type="search"
        data-search
        aria-label="Search people"
        placeholder="Search pseudonym or department…"
        leftSection={<IconSearch size={17} stroke={1.8} aria-hidden />}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      {found.length === 0 ? (
        <Nothing title="Nobody fits">Take the search away, or add people to the directory.</Nothing>
      ) : (
        <Scroll label="People">
          <table className={css.table}>
            <thead>
              <tr>
                <th scope="col">Person</th>
                <th scope="col">Policy</th>
                <th scope="col">Training</th>
                <th scope="col">Ladder</th>
              </tr>
            </thead>
            <tbody>
              {found.slice(0, SHOWN).map((one) => (
                <tr key={one.person}>
                  <th scope="row">
                    {one.person} <span className="muted">{one.department}</span>
                  </th>
                  <td>{one.accepted_until ? `accepted until ${formatDay(one.accepted_until)}` : 'not accepted'}</td>
                  <td>
                    {counted(one.passed.length, 'module')} passed, {one.open.length} to do
                    {one.overdue > 0 && `, ${one.overdue} late`}
                  </td>
                  <td>
                    {one.suspended_until
                      ? `suspended until ${formatDay(one.suspended_until)}`
                      : one.cases > 0
                        ? `${counted(one.cases, 'case')} to decide`
                        : '–'}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      )}
    </Panel>
  );
}
