import { Button, Modal, SegmentedControl, Textarea } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';

import { exceptionRequestsQuery, useExceptionStep } from '~features/requests/queries';
import { EXCEPTION_WORDS, lastingWords } from '~features/requests/words';
import type { ExceptionRequest } from '~shared/api/types';
import { ClauseName, LabelChip } from '~shared/ui/Badges';
import { Complaint } from '~shared/ui/Complaint';
import { Page, Panel } from '~shared/ui/Page';
import queue from '~shared/ui/queue.module.css';
import { Failed, Lines, Nothing } from '~shared/ui/States';
import { Time } from '~shared/ui/Time';
import { Word } from '~shared/ui/Word';
import css from './Requests.module.css';

const VIEWS = [
  { value: 'requested', label: 'Waiting' },
  { value: 'in_force', label: 'In force' },
  { value: 'all', label: 'All' },
];

/** The exceptions that people asked for: what waits, what counts, what was. */
export function ExceptionsPage() {
  const [view, setView] = useState('requested');
  const { data, error, refetch } = useQuery(exceptionRequestsQuery);
  const shown = data?.filter((request) => view === 'all' || request.state === view);
  return (
    <Page title="Exceptions" lead="Who asked to be exempt from which clause, until when, and who agreed.">
      <div className={queue.columns}>
        <div>
          <SegmentedControl aria-label="State" data={VIEWS} value={view} onChange={setView} />
        </div>
        <Panel title="Requests">
          {error && !data ? (
            <Failed error={error} retry={() => void refetch()} />
          ) : !shown ? (
            <Lines count={4} />
          ) : shown.length === 0 ? (
            <Nothing title="There is nothing here" />
          ) : (
            <ul className={queue.list}>
              {shown.map((request) => (
                <Request key={request.id} request={request} />
              ))}
            </ul>
          )}
        </Panel>
      </div>
    </Page>
  );
}

function Request({ request }: { request: ExceptionRequest }) {
  const step = useExceptionStep();
  const [denying, { open, close }] = useDisclosure(false);
  const [word, tone] = EXCEPTION_WORDS[request.state];
  const take = (given: Parameters<typeof step.mutate>[0]['step']) =>
    step.mutate({ id: request.id, revision: request.revision, step: given }, { onSuccess: close });
  return (
    <li className={queue.item}>
      <div className={queue.head}>
        <ClauseName id={request.clause} />
        <span className={queue.name}>{request.person ?? `group ${request.group}`}</span>
        <Word tone={tone}>{word}</Word>
        <span className="muted">
          asked by {request.by}, <Time at={request.asked_at} as="relative" />
        </span>
      </div>
      <p>{request.reason}</p>
      <p className="muted">
        {lastingWords(request.lasts_seconds)}, {request.tool ? `with ${request.tool}` : 'with every tool'}
        {request.until && (
          <>
            , until <Time at={request.until} />
          </>
        )}
      </p>
      {request.labels.length > 0 && (
        <div className={css.labels}>
          {request.labels.map((label) => (
            <LabelChip key={label} label={label} />
          ))}
        </div>
      )}
      <p className="muted">
        Must agree: {request.needed.join(', ') || 'nobody can'}
        {request.signatures.length > 0 &&
          `; agreed: ${request.signatures.map((made) => `${made.by} for ${made.function}`).join(', ')}`}
      </p>
      <div className={queue.buttons}>
        {request.mine.map((name) => (
          <Button
            key={name}
            size="compact-md"
            loading={step.isPending}
            onClick={() => take({ agree: { function: name } })}
          >
            Agree for {name}
          </Button>
        ))}
        {request.mine.length > 0 && (
          <Button size="compact-md" variant="default" onClick={open}>
            Deny
          </Button>
        )}
        {request.state === 'in_force' && (
          <Button size="compact-md" variant="default" loading={step.isPending} onClick={() => take({ revoke: {} })}>
            Take it back
          </Button>
        )}
      </div>
      {!denying && <Complaint error={step.error} />}
      <Modal opened={denying} onClose={close} title="Deny the exception" closeButtonProps={{ 'aria-label': 'Close' }}>
        <form
          className={queue.form}
          onSubmit={(event: FormEvent<HTMLFormElement>) => {
            event.preventDefault();
            const reason = String(new FormData(event.currentTarget).get('reason')).trim();
            take({ deny: { function: request.mine[0] ?? '', reason } });
          }}
        >
          <Textarea name="reason" label="Why" description="Whoever asked reads it." required withAsterisk={false} />
          <Complaint error={step.error} />
          <div className={queue.buttons}>
            <Button type="submit" loading={step.isPending}>
              Deny
            </Button>
          </div>
        </form>
      </Modal>
    </li>
  );
}
