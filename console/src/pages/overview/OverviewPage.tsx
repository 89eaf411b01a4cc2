import { SegmentedControl } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useSearchParams } from 'react-router';

import { useLive } from '~features/live/live';
import { useMay } from '~features/session/session';
import { toolsQuery } from '~features/tools/queries';
import type { Overview } from '~shared/api/types';
import { Page, Panel } from '~shared/ui/Page';
import { Failed, Lines, Nothing } from '~shared/ui/States';

import { ActionChart } from './ActionChart';
import { Clauses, Departments, Labels, People, Tools } from './Counts';
import { Headline } from './Headline';
import css from './OverviewPage.module.css';
import { overviewQuery, useCountAnew } from './queries';
import { isRange, onlyJustBegun, RANGES, type RangeName } from './ranges';
import { Totals } from './Totals';

export function OverviewPage() {
  const [range, setRange] = useRange();
  const { data, error, refetch } = useQuery(overviewQuery(range));
  const countAnew = useCountAnew();
  useLive(useMay()('read_exchanges'), { arrived: countAnew, missed: countAnew });
  const choice = (
    <SegmentedControl
      aria-label="Period"
      value={range}
      onChange={(name) => setRange(name as RangeName)}
      data={Object.entries(RANGES).map(([value, { name }]) => ({ value, label: name }))}
    />
  );
  return (
    <Page title="Overview" lead="How AI tools are used, and what the policy did about it." actions={choice}>
      {data ? (
        <Figures overview={data} range={range} />
      ) : error ? (
        <Failed error={error} retry={() => void refetch()} />
      ) : (
        <Waiting />
      )}
    </Page>
  );
}

/** The period in the address, or the day; the hour where a day would be one lonely bar. */
function useRange(): [RangeName, (range: RangeName) => void] {
  const [params, setParams] = useSearchParams();
  const chosen = params.get('range');
  const { data: day } = useQuery({ ...overviewQuery('24h'), enabled: !isRange(chosen) });
  const range = isRange(chosen) ? chosen : day && onlyJustBegun(day) ? '1h' : '24h';
  return [range, (range) => setParams({ range }, { replace: true })];
}

function Figures({ overview, range }: { overview: Overview; range: RangeName }) {
  const { data: tools } = useQuery(toolsQuery);
  const { words } = RANGES[range];
  return (
    <div className={css.stack}>
      <Headline overview={overview} tools={tools ?? []} when={words} />
      <Totals totals={overview.totals} />
      {overview.totals.exchanges === 0 ? (
        <Panel title="No exchanges yet">
          <Nothing title={`Nothing was observed ${words}`}>
            Exchanges appear here within a second of being seen. Choose a longer period, or check that clients use the
            proxy.
          </Nothing>
        </Panel>
      ) : (
        <>
          <ActionChart buckets={overview.by_action} seconds={overview.range.bucket_seconds} />
          <div className={css.three}>
            <Tools rows={overview.by_tool} />
            <Labels rows={overview.by_label} />
            <Clauses rows={overview.top_clauses} />
          </div>
          <div className={css.two}>
            <Departments rows={overview.departments} />
            <People rows={overview.people} />
          </div>
        </>
      )}
    </div>
  );
}

function Waiting() {
  return (
    <div className={css.stack}>
      <Lines count={2} height={34} />
      <Panel title="Exchanges over time">
        <Lines count={7} height={26} />
      </Panel>
    </div>
  );
}
