import { Button, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { Link } from 'react-router';

import { Conversation } from '~features/reports/Conversation';
import { useAddToCase, useCase } from '~features/reports/queries';
import { ABOUT_WORDS, FINDING_WORDS, REPORT_WORDS } from '~features/reports/words';
import type { OwnReport } from '~shared/api/types';
import { Complaint } from '~shared/ui/Complaint';
import queue from '~shared/ui/queue.module.css';
import sole from '~shared/ui/sole.module.css';
import { Word } from '~shared/ui/Word';
import { Place } from './AnonymousPage';

/** An anonymous report, followed by its case code. The code stays in this page: never in the address. */
export function CasePage() {
  const read = useCase();
  const [code, setCode] = useState('');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    read.mutate(code);
  };
  return (
    <Place title="Follow a report">
      <h1 className={sole.title}>Follow a report</h1>
      {read.data ? (
        <Case code={code} first={read.data} />
      ) : (
        <form className={queue.form} onSubmit={submit} aria-label="Case code">
          <TextInput
            label="Case code"
            description="As you were shown it; dashes and capitals do not matter."
            autoComplete="off"
            spellCheck={false}
            required
            withAsterisk={false}
            value={code}
            onChange={(event) => setCode(event.currentTarget.value)}
          />
          <Complaint error={read.error} />
          <Button type="submit" loading={read.isPending}>
            Show the report
          </Button>
        </form>
      )}
      <p>
        <Link to="/report">Report something else</Link>
      </p>
    </Place>
  );
}

function Case({ code, first }: { code: string; first: OwnReport }) {
  const add = useAddToCase();
  const report = add.data ?? first;
  const [word, tone] = REPORT_WORDS[report.state];
  return (
    <>
      <p>
        {ABOUT_WORDS[report.about]} <Word tone={tone}>{word}</Word>{' '}
        {report.finding && <span className="muted">{FINDING_WORDS[report.finding]}</span>}
      </p>
      <Conversation
        messages={report.messages}
        reader="reporter"
        sending={add.isPending}
        error={add.error}
        onSend={(text) => add.mutate({ code, text })}
      />
    </>
  );
}
