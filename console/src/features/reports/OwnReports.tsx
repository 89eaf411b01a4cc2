import { useQuery } from '@tanstack/react-query';

import type { OwnReport } from '~shared/api/types';
import { formatDay } from '~shared/format/times';
import { Failed, Lines, Nothing } from '~shared/ui/States';
import { Word } from '~shared/ui/Word';

import { Conversation } from './Conversation';
import { myReportsQuery, useAddToMyReport } from './queries';
import css from './Reports.module.css';
import { ABOUT_WORDS, FINDING_WORDS, REPORT_WORDS } from './words';

/** What I reported under my name, with what was answered. */
export function OwnReports() {
  const { data, error, refetch } = useQuery(myReportsQuery);
  if (error && !data) {
    return <Failed error={error} retry={() => void refetch()} />;
  }
  if (!data) {
    return <Lines count={3} />;
  }
  if (data.length === 0) {
    return <Nothing title="You have reported nothing under your name." />;
  }
  return (
    <ul className={css.list}>
      {data.map((report) => (
        <Own key={report.id} report={report} />
      ))}
    </ul>
  );
}

function Own({ report }: { report: OwnReport }) {
  const add = useAddToMyReport();
  const [word, tone] = REPORT_WORDS[report.state];
  return (
    <li className={css.report}>
      <div className={css.head}>
        <strong>{ABOUT_WORDS[report.about]}</strong>
        <Word tone={tone}>{word}</Word>
        <span className="muted">
          {formatDay(report.reported_on)}
          {report.finding && `, ${FINDING_WORDS[report.finding].toLowerCase()}`}
        </span>
      </div>
      <Conversation
        messages={report.messages}
        reader="reporter"
        sending={add.isPending}
        error={add.error}
        onSend={(text) => add.mutate({ id: report.id ?? '', text })}
      />
    </li>
  );
}
