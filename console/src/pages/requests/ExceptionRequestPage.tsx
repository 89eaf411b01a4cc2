import { Button, Select, Textarea } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useNavigate, useSearchParams } from 'react-router';

import { DataClasses } from '~features/requests/DataClasses';
import { exceptionTermsQuery, useRequestException } from '~features/requests/queries';
import { lastingWords } from '~features/requests/words';
import { toolsQuery } from '~features/tools/queries';
import type { ExceptionTerms } from '~shared/api/types';
import { Complaint } from '~shared/ui/Complaint';
import { Page, Panel } from '~shared/ui/Page';
import queue from '~shared/ui/queue.module.css';
import { Failed, Lines } from '~shared/ui/States';

const TIMES = [3_600, 28_800, 86_400, 604_800, 1_209_600, 2_592_000, 7_776_000];

/** Ask for an exception; a link such as `/requests/exception?clause=DATA-1&tool=chatgpt` has both chosen. */
export function ExceptionRequestPage() {
  const { data: terms, error, refetch } = useQuery(exceptionTermsQuery);
  return (
    <Page
      title="Request an exception"
      lead="An exception is for a reason and a time. It counts as soon as everyone who must agree has, and ends by itself."
    >
      <Panel title="What do you need?">
        {error && !terms ? (
          <Failed error={error} retry={() => void refetch()} />
        ) : terms ? (
          <Form terms={terms} />
        ) : (
          <Lines />
        )}
      </Panel>
    </Page>
  );
}

function Form({ terms }: { terms: ExceptionTerms[] }) {
  const [params] = useSearchParams();
  const navigate = useNavigate();
  const request = useRequestException();
  const { data: tools = [] } = useQuery(toolsQuery);
  const [clause, setClause] = useState<string | null>(params.get('clause'));
  const [tool, setTool] = useState<string | null>(params.get('tool'));
  const [labels, setLabels] = useState<string[]>([]);
  const [lasts, setLasts] = useState('28800');
  const chosen = terms.find((one) => one.clause === clause);

  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const reason = String(new FormData(event.currentTarget).get('reason')).trim();
    request.mutate(
      { clause: clause ?? '', tool, labels, lasts_seconds: Number(lasts), reason },
      { onSuccess: () => void navigate('/requests') },
    );
  };

  return (
    <form className={queue.form} onSubmit={submit}>
      <Select
        label="Clause"
        data={terms.map((one) => ({ value: one.clause, label: `${one.clause} ${one.title}` }))}
        value={clause}
        onChange={setClause}
        searchable
        description={chosen && whoAgrees(chosen)}
      />
      <Select
        label="Tool"
        placeholder="Every tool"
        clearable
        clearButtonProps={{ 'aria-label': 'Every tool' }}
        data={tools.map(({ id, name }) => ({ value: id, label: name }))}
        value={tool}
        onChange={setTool}
        searchable
      />
      <DataClasses
        label="Only for this data"
        description="Choose nothing if the exception is for whatever the clause is about."
        value={labels}
        onChange={setLabels}
      />
      <Select
        label="For how long"
        allowDeselect={false}
        data={TIMES.filter((time) => !chosen || time <= chosen.longest_seconds).map((time) => ({
          value: String(time),
          label: lastingWords(time),
        }))}
        value={lasts}
        onChange={(value) => setLasts(value ?? lasts)}
      />
      <Textarea
        name="reason"
        label="Why do you need it?"
        description="Those who decide read it, and it is kept with the exception."
        required
        withAsterisk={false}
        maxLength={2000}
        autosize
        minRows={3}
      />
      <Complaint error={request.error} />
      <div className={queue.buttons}>
        <Button type="submit" loading={request.isPending} disabled={!chosen || chosen.needed.length === 0}>
          Send the request
        </Button>
      </div>
    </form>
  );
}

function whoAgrees({ needed, longest_seconds }: ExceptionTerms): string {
  return needed.length === 0
    ? 'The policy says that nobody may be exempted from this clause.'
    : `Must agree: ${needed.join(', ')}. Longest time: ${lastingWords(longest_seconds)}.`;
}
