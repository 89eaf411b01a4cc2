import { Button } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';

import type { Incident } from '~shared/api/types';
import { counted, formatBytes } from '~shared/format/numbers';
import { formatTick } from '~shared/format/times';
import { Panel } from '~shared/ui/Page';

import css from './Incidents.module.css';

type Chart = NonNullable<Incident['chart']>;

const DAY = 86_400_000;

const amount = (chart: Chart, value: number) =>
  chart.unit === 'bytes'
    ? formatBytes(Math.round(value))
    : counted(
        Math.round(value),
        chart.unit === 'people' ? 'person' : 'exchange',
        chart.unit === 'people' ? 'people' : 'exchanges',
      );

/** Day by day what was observed, with the band of usual days behind it. */
export function Timeline({ chart }: { chart: Chart }) {
  const [asTable, { toggle }] = useDisclosure(false);
  const aside = (
    <Button variant="subtle" size="compact-sm" aria-pressed={asTable} onClick={toggle}>
      {asTable ? 'As a chart' : 'As a table'}
    </Button>
  );
  return (
    <Panel title="Day by day" aside={aside}>
      {asTable ? <Table chart={chart} /> : <Bars chart={chart} />}
      <p className="muted">
        {chart.high === null
          ? 'Marked: the days of the incident.'
          : `Marked: the days of the incident. The band is a usual day, ${amount(chart, chart.low ?? 0)} to ${amount(chart, chart.high)}.`}
      </p>
    </Panel>
  );
}

const isOf = (chart: Chart, at: string) =>
  Date.parse(at) + DAY > Date.parse(chart.since) && Date.parse(at) <= Date.parse(chart.until);

function Bars({ chart }: { chart: Chart }) {
  const highest = Math.max(1, chart.high ?? 0, ...chart.points.map(({ value }) => value));
  // a root makes small days visible beside one that is a hundred times as large
  const height = (value: number) => `${100 * Math.sqrt(Math.max(0, value) / highest)}%`;
  const first = chart.points[0];
  const last = chart.points.at(-1);
  return (
    <figure
      className={css.timeline}
      aria-label={`Bars: 28 days, the highest ${amount(chart, highest)}. The table has the same figures.`}
    >
      <div className={css.bars}>
        {chart.high !== null && (
          <div
            className={css.band}
            style={{
              bottom: height(chart.low ?? 0),
              height: `calc(${height(chart.high)} - ${height(chart.low ?? 0)})`,
            }}
          />
        )}
        {chart.points.map(({ at, value }) => (
          <div key={at} className={css.slot} title={`${formatTick(at, 86_400)}: ${amount(chart, value)}`}>
            <div className={css.bar} data-marked={isOf(chart, at) || undefined} style={{ height: height(value) }} />
          </div>
        ))}
      </div>
      <div className={css.ends} aria-hidden>
        <span>{first && formatTick(first.at, 86_400)}</span>
        <span>highest {amount(chart, highest)}</span>
        <span>{last && formatTick(last.at, 86_400)}</span>
      </div>
    </figure>
  );
}

function Table({ chart }: { chart: Chart }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section className={css.scroll} tabIndex={0} aria-label="Day by day, as a table">
      <table className={css.table}>
        <thead>
          <tr>
            <th scope="col">Day</th>
            <th scope="col">Observed</th>
            <th scope="col">Incident</th>
          </tr>
        </thead>
        <tbody>
          {chart.points.map(({ at, value }) => (
            <tr key={at}>
              <th scope="row">{formatTick(at, 86_400)}</th>
              <td>{amount(chart, value)}</td>
              <td>{isOf(chart, at) ? 'yes' : ''}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
