import { BarChart } from '@mantine/charts';
import { Button } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';

import type { Action, Overview } from '~shared/api/types';
import { formatCount } from '~shared/format/numbers';
import { formatFull, formatTick } from '~shared/format/times';
import { ACTION_WORDS, ACTIONS } from '~shared/format/words';
import { ActionMark } from '~shared/ui/Badges';
import { Panel } from '~shared/ui/Page';

import css from './OverviewPage.module.css';

type Bucket = Overview['by_action'][number];

const SERIES = ACTIONS.map((name) => ({ name, label: ACTION_WORDS[name], color: `var(--${name})` }));

interface Props {
  buckets: Bucket[];
  seconds: number;
}

/** Exchanges over time, stacked by action; the same as a table for those who cannot see it. */
export function ActionChart({ buckets, seconds }: Props) {
  const [asTable, { toggle }] = useDisclosure(false);
  const aside = (
    <Button variant="subtle" size="compact-sm" aria-pressed={asTable} onClick={toggle}>
      {asTable ? 'As a chart' : 'As a table'}
    </Button>
  );
  return (
    <Panel title="Exchanges over time" aside={aside}>
      <Legend buckets={buckets} />
      {asTable ? <Table buckets={buckets} seconds={seconds} /> : <Chart buckets={buckets} seconds={seconds} />}
    </Panel>
  );
}

function Chart({ buckets, seconds }: Props) {
  return (
    <figure aria-label="Bars: exchanges over time, by action. The table has the same figures.">
      <BarChart
        h={240}
        data={buckets}
        dataKey="at"
        type="stacked"
        series={SERIES}
        tickLine="none"
        gridAxis="x"
        maxBarWidth={34}
        strokeDasharray="2 5"
        xAxisProps={{ tickFormatter: (at: string) => formatTick(at, seconds), minTickGap: 48 }}
        yAxisProps={{ tickFormatter: formatCount, allowDecimals: false, width: 44 }}
        tooltipProps={{ labelFormatter: (at) => (at ? formatTick(String(at), seconds) : '') }}
        valueFormatter={formatCount}
        barProps={{ isAnimationActive: false }}
      />
    </figure>
  );
}

function Legend({ buckets }: { buckets: Bucket[] }) {
  const total = (action: Action) => buckets.reduce((sum, bucket) => sum + bucket[action], 0);
  return (
    <ul className={css.legend}>
      {ACTIONS.map((action) => (
        <li key={action} className={css.key}>
          <ActionMark action={action} />
          <span aria-hidden="true">{ACTION_WORDS[action]}</span>
          <span className="muted number">{formatCount(total(action))}</span>
        </li>
      ))}
    </ul>
  );
}

function Table({ buckets, seconds }: Props) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section className={css.scroll} tabIndex={0} aria-label="Exchanges over time, as a table">
      <table className={css.table}>
        <thead>
          <tr>
            <th scope="col">From</th>
            {ACTIONS.map((action) => (
              <th key={action} scope="col">
                {ACTION_WORDS[action]}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {buckets.map((bucket) => (
            <tr key={bucket.at}>
              <th scope="row" title={formatFull(bucket.at)}>
                {formatTick(bucket.at, seconds)}
              </th>
              {ACTIONS.map((action) => (
                <td key={action}>{formatCount(bucket[action])}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
