import { Button, NumberInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';

import { budgetQuery, useSetBudget } from '~features/incidents/queries';
import { useMay } from '~features/session/session';
import type { DeviationBudget } from '~shared/api/types';
import { counted, formatCount } from '~shared/format/numbers';
import { formatDay } from '~shared/format/times';
import { Complaint } from '~shared/ui/Complaint';
import { FactList, Page, Panel } from '~shared/ui/Page';
import { Scroll } from '~shared/ui/Scroll';
import { Failed, Lines, Nothing } from '~shared/ui/States';
import { Time } from '~shared/ui/Time';

import css from './Incidents.module.css';
import { Views } from './Views';

/** How many deviations a week are wanted, beside how many there were. */
export function BudgetPage() {
  const { data, error, refetch } = useQuery(budgetQuery);
  return (
    <Page title="Budget" lead="You ask for so many deviations a week, and get about as many.">
      <Views current="budget" />
      {!data ? (
        <Panel title="Asked and raised">
          {error ? <Failed error={error} retry={() => void refetch()} /> : <Lines count={6} />}
        </Panel>
      ) : (
        <div className={css.columns}>
          <Panel title="Asked and raised">
            <Weeks budget={data} />
          </Panel>
          <div className={css.stack}>
            <Asked key={data.revision} budget={data} />
            <Learning budget={data} />
          </div>
        </div>
      )}
    </Page>
  );
}

function Weeks({ budget }: { budget: DeviationBudget }) {
  const highest = Math.max(1, budget.per_week ?? 0, ...budget.weeks.map(({ raised }) => raised));
  return (
    <Scroll label="Asked and raised">
      <table className={css.table}>
        <thead>
          <tr>
            <th scope="col">Week from</th>
            <th scope="col">Raised</th>
            <th scope="col">
              <span className="visually-hidden">As a bar</span>
            </th>
            <th scope="col">Asked</th>
            <th scope="col">Kept by rules</th>
          </tr>
        </thead>
        <tbody>
          {budget.weeks.map(({ from, raised, suppressed }) => (
            <tr key={from}>
              <th scope="row">{formatDay(from)}</th>
              <td className="number">{raised}</td>
              <td className={css.meterCell}>
                <div className={css.meter}>
                  <div className={css.filled} style={{ width: `${(100 * raised) / highest}%` }} />
                </div>
              </td>
              <td className="number">{budget.per_week ?? 'none'}</td>
              <td className="number">{suppressed}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

function Asked({ budget }: { budget: DeviationBudget }) {
  const set = useSetBudget(budget);
  const may = useMay();
  const [wanted, setWanted] = useState<number | string>(budget.per_week ?? 5);
  return (
    <Panel title="Asked for">
      <p>
        {budget.per_week === null ? 'Nothing is learned here.' : `${budget.per_week} a week`}
        {budget.per_week !== null && (budget.by ? `, by ${budget.by}` : ', by the configuration')}.
      </p>
      {may('set_budget') && (
        <form
          className={css.form}
          onSubmit={(event) => {
            event.preventDefault();
            set.mutate(Number(wanted));
          }}
        >
          <NumberInput label="Deviations a week" min={0.1} max={1000} value={wanted} onChange={setWanted} />
          <Complaint error={set.error} />
          <div>
            <Button type="submit" variant="default" loading={set.isPending}>
              Ask for as many
            </Button>
          </div>
        </form>
      )}
    </Panel>
  );
}

function Learning({ budget: { learning, kept } }: { budget: DeviationBudget }) {
  return (
    <Panel title="Learning">
      {!learning ? (
        <Nothing title="This node does not learn">
          Another one may; `behavior.budget` in its configuration says so.
        </Nothing>
      ) : (
        <FactList
          facts={[
            ['Up to', learning.reached && <Time at={learning.reached} />],
            ['People', formatCount(learning.people)],
            ['Exchanges learned', formatCount(learning.learned)],
            ['Late, learned', learning.late > 0 && formatCount(learning.late)],
            ['Too late, not learned', learning.too_late > 0 && formatCount(learning.too_late)],
            ['Twice, not learned', learning.duplicates > 0 && formatCount(learning.duplicates)],
            ['Far ahead, not learned', learning.ahead > 0 && formatCount(learning.ahead)],
            ['Raised since it began', counted(learning.raised, 'deviation')],
            ['Kept', kept && <Time at={kept.at} as="relative" />],
            ['Digest', kept && <code className={css.digest}>{kept.digest.slice(0, 16)}</code>],
          ]}
        />
      )}
    </Panel>
  );
}
