import { Button, TagsInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link, useNavigate } from 'react-router';

import { useOpenIncident } from '~features/incidents/queries';
import { Conversation } from '~features/reports/Conversation';
import { reportQuery, useAnswerReport, useEraseReport, useLinkReport, useReportStep } from '~features/reports/queries';
import { ABOUT_WORDS, FINDING_WORDS, REPORT_WORDS } from '~features/reports/words';
import type { Report, ReportStep } from '~shared/api/types';
import { formatDay } from '~shared/format/times';
import { Complaint } from '~shared/ui/Complaint';
import { FactList, Page, Panel } from '~shared/ui/Page';
import queue from '~shared/ui/queue.module.css';
import { Failed, Lines } from '~shared/ui/States';
import { Word } from '~shared/ui/Word';

/** One report as those who handle it see it. */
export function ReportCase({ id }: { id: string }) {
  const { data, error, refetch } = useQuery(reportQuery(id));
  const answer = useAnswerReport();
  if (!data) {
    return <Page title="Report">{error ? <Failed error={error} retry={() => void refetch()} /> : <Lines />}</Page>;
  }
  const [word, tone] = REPORT_WORDS[data.state];
  return (
    <Page title={ABOUT_WORDS[data.about]} actions={<Link to="/reports">All reports</Link>}>
      <div className={queue.columns} data-two>
        <Panel title="What was said" aside={<Word tone={tone}>{word}</Word>}>
          <Conversation
            messages={data.messages}
            reader="handler"
            sending={answer.isPending}
            error={answer.error}
            onSend={(text) => answer.mutate({ id, text })}
          />
        </Panel>
        <div className={queue.columns}>
          <Panel title="Case">
            <div className={queue.form}>
              <FactList
                facts={[
                  ['Reported', formatDay(data.reported_on)],
                  ['By', data.reporter ?? 'somebody who gave no name'],
                  ['Owner', data.owner],
                  ['Finding', data.finding && FINDING_WORDS[data.finding]],
                ]}
              />
              <Steps report={data} />
              <OpenIncident report={data} />
            </div>
          </Panel>
          <Panel title="Connected with">
            <LinksForm key={data.revision} report={data} />
          </Panel>
        </div>
      </div>
    </Page>
  );
}

const STEPS: Record<Report['state'], [string, ReportStep][]> = {
  received: [['Take it', { take: {} }]],
  triage: [['Look into it', { investigate: {} }]],
  investigating: [],
  closed: [['Open it again', { reopen: {} }]],
};

function Steps({ report }: { report: Report }) {
  const step = useReportStep();
  const erase = useEraseReport();
  const navigate = useNavigate();
  const { id, revision, state } = report;
  const open = state === 'triage' || state === 'investigating';
  return (
    <>
      <div className={queue.buttons}>
        {STEPS[state].map(([word, given]) => (
          <Button key={word} loading={step.isPending} onClick={() => step.mutate({ id, revision, step: given })}>
            {word}
          </Button>
        ))}
        {open &&
          Object.entries(FINDING_WORDS).map(([finding, word]) => (
            <Button
              key={finding}
              variant="default"
              loading={step.isPending}
              onClick={() =>
                step.mutate({ id, revision, step: { close: { finding: finding as keyof typeof FINDING_WORDS } } })
              }
            >
              Close: {word.toLowerCase()}
            </Button>
          ))}
        {state === 'closed' && (
          <Button
            variant="default"
            loading={erase.isPending}
            onClick={() => erase.mutate({ id, revision }, { onSuccess: () => void navigate('/reports') })}
          >
            Erase it
          </Button>
        )}
      </div>
      <Complaint error={step.error ?? erase.error} />
    </>
  );
}

/** What was reported may be worth an incident, where it is worked on with everything else. */
function OpenIncident({ report }: { report: Report }) {
  const open = useOpenIncident();
  const navigate = useNavigate();
  return (
    <>
      <div>
        <Button
          variant="default"
          loading={open.isPending}
          onClick={() => open.mutate(report.id, { onSuccess: ({ id }) => void navigate(`/incidents/${id}`) })}
        >
          Open an incident
        </Button>
      </div>
      <Complaint error={open.error} />
    </>
  );
}

function LinksForm({ report }: { report: Report }) {
  const link = useLinkReport();
  const [links, setLinks] = useState(report.links);
  const field = (name: 'clauses' | 'tools' | 'exchanges', label: string) => (
    <TagsInput
      label={label}
      value={links[name] ?? []}
      onChange={(value) => setLinks((before) => ({ ...before, [name]: value }))}
    />
  );
  return (
    <form
      className={queue.form}
      onSubmit={(event) => {
        event.preventDefault();
        link.mutate({ id: report.id, revision: report.revision, links });
      }}
    >
      {field('clauses', 'Clauses')}
      {field('tools', 'Tools')}
      {field('exchanges', 'Exchanges')}
      <Complaint error={link.error} />
      <div>
        <Button type="submit" variant="default" loading={link.isPending}>
          Save
        </Button>
      </div>
    </form>
  );
}
