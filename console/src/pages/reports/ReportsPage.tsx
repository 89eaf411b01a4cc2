import { SegmentedControl } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link, useParams } from 'react-router';

import { reportsQuery } from '~features/reports/queries';
import { ABOUT_WORDS, FINDING_WORDS, REPORT_WORDS } from '~features/reports/words';
import { formatDay } from '~shared/format/times';
import { Page, Panel } from '~shared/ui/Page';
import queue from '~shared/ui/queue.module.css';
import { Failed, Lines, Nothing } from '~shared/ui/States';
import { Word } from '~shared/ui/Word';
import { ReportCase } from './ReportCase';

const VIEWS = [
  { value: 'open', label: 'To do' },
  { value: 'closed', label: 'Closed' },
];

/** The triage queue; with an id, one report. */
export function ReportsPage() {
  const { id } = useParams();
  return id ? <ReportCase key={id} id={id} /> : <Queue />;
}

function Queue() {
  const [view, setView] = useState('open');
  const { data, error, refetch } = useQuery(reportsQuery);
  const shown = data?.filter(({ state }) => (state === 'closed') === (view === 'closed'));
  return (
    <Page title="Reports" lead="What people told us, with their name or without. Texts are shown in the report only.">
      <div className={queue.columns}>
        <div>
          <SegmentedControl aria-label="State" data={VIEWS} value={view} onChange={setView} />
        </div>
        <Panel title="Queue">
          {error && !data ? (
            <Failed error={error} retry={() => void refetch()} />
          ) : !shown ? (
            <Lines count={4} />
          ) : shown.length === 0 ? (
            <Nothing title="There is nothing here" />
          ) : (
            <ul className={queue.list}>
              {shown.map((report) => (
                <li key={report.id} className={queue.head}>
                  <Link to={`/reports/${report.id}`}>{ABOUT_WORDS[report.about]}</Link>
                  <Word tone={REPORT_WORDS[report.state][1]}>{REPORT_WORDS[report.state][0]}</Word>
                  <span className="muted">
                    {formatDay(report.reported_on)}, {report.reporter ?? 'anonymous'}
                    {report.owner && `, with ${report.owner}`}
                    {report.finding && `, ${FINDING_WORDS[report.finding].toLowerCase()}`}
                  </span>
                </li>
              ))}
            </ul>
          )}
        </Panel>
      </div>
    </Page>
  );
}
