import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';

import { OwnReports } from '~features/reports/OwnReports';
import {
  myExceptionRequestsQuery,
  myToolRequestsQuery,
  useExceptionStep,
  useWithdrawToolRequest,
} from '~features/requests/queries';
import { EXCEPTION_WORDS, lastingWords, OUTCOME_WORDS, TOOL_REQUEST_WORDS } from '~features/requests/words';
import type { ExceptionRequest, ToolRequest } from '~shared/api/types';
import { counted } from '~shared/format/numbers';
import { formatDay } from '~shared/format/times';
import { ClauseName, LabelChip } from '~shared/ui/Badges';
import { Complaint } from '~shared/ui/Complaint';
import { Page, Panel } from '~shared/ui/Page';
import queue from '~shared/ui/queue.module.css';
import { Failed, Lines, Nothing } from '~shared/ui/States';
import { Time } from '~shared/ui/Time';
import { Word } from '~shared/ui/Word';
import css from './Requests.module.css';

/** What I asked for and reported, and what became of it. */
export function RequestsPage() {
  const tools = useQuery(myToolRequestsQuery);
  const exceptions = useQuery(myExceptionRequestsQuery);
  return (
    <Page
      title="My requests"
      lead="Ask for a tool, for an exception, or tell us what you saw. You see here what becomes of it."
      actions={
        <>
          <Button component={Link} to="/requests/tool">
            Request a tool
          </Button>
          <Button component={Link} to="/requests/exception" variant="default">
            Request an exception
          </Button>
          <Button component={Link} to="/requests/report" variant="default">
            Report something
          </Button>
        </>
      }
    >
      <div className={queue.columns}>
        <Panel title="Tools">
          <State {...tools} nothing="You have not asked for a tool yet.">
            {(all) => all.map((request) => <ToolItem key={request.id} request={request} />)}
          </State>
        </Panel>
        <Panel title="Exceptions">
          <State {...exceptions} nothing="You have not asked for an exception yet.">
            {(all) => all.map((request) => <ExceptionItem key={request.id} request={request} />)}
          </State>
        </Panel>
        <Panel title="Reports under your name">
          <OwnReports />
        </Panel>
      </div>
    </Page>
  );
}

interface StateProps<T> {
  data: T[] | undefined;
  error: Error | null;
  refetch: () => unknown;
  nothing: string;
  children: (all: T[]) => React.ReactNode;
}

function State<T>({ data, error, refetch, nothing, children }: StateProps<T>) {
  if (error && !data) {
    return <Failed error={error} retry={() => void refetch()} />;
  }
  if (!data) {
    return <Lines count={3} />;
  }
  return data.length === 0 ? <Nothing title={nothing} /> : <ul className={queue.list}>{children(data)}</ul>;
}

function ToolItem({ request }: { request: ToolRequest }) {
  const withdraw = useWithdrawToolRequest();
  const [word, tone] =
    request.state === 'decided' && request.outcome ? OUTCOME_WORDS[request.outcome] : TOOL_REQUEST_WORDS[request.state];
  const open = request.state === 'waiting' || request.state === 'in_review';
  return (
    <li className={queue.item}>
      <div className={queue.head}>
        <span className={queue.name}>{request.name}</span>
        <Word tone={tone}>{word}</Word>
        <span className="muted">
          <Time at={request.asked_at} as="relative" />
          {request.people > 1 && `, wanted by ${counted(request.people, 'person', 'people')}`}
        </span>
      </div>
      <p>{request.purpose}</p>
      {request.conditions && <p>Conditions: {request.conditions}</p>}
      {request.approved_for.length > 0 && (
        <div className={css.labels}>
          {request.approved_for.map((label) => (
            <LabelChip key={label} label={label} />
          ))}
        </div>
      )}
      {request.until && <p className="muted">Until {formatDay(request.until)}</p>}
      {request.closed && <p className="muted">{request.closed}</p>}
      {open && (
        <div>
          <Button
            variant="default"
            size="compact-sm"
            loading={withdraw.isPending}
            onClick={() => withdraw.mutate({ id: request.id, revision: request.revision })}
          >
            No longer wanted
          </Button>
        </div>
      )}
      <Complaint error={withdraw.error} />
    </li>
  );
}

function ExceptionItem({ request }: { request: ExceptionRequest }) {
  const step = useExceptionStep();
  const [word, tone] = EXCEPTION_WORDS[request.state];
  const act = request.state === 'requested' ? 'withdraw' : request.state === 'in_force' ? 'revoke' : undefined;
  return (
    <li className={queue.item}>
      <div className={queue.head}>
        <ClauseName id={request.clause} />
        <span className={queue.name}>{request.clause_title}</span>
        <Word tone={tone}>{word}</Word>
      </div>
      <p>
        {request.group ? `For the group ${request.group}: ` : ''}
        {request.reason}
      </p>
      <p className="muted">
        {lastingWords(request.lasts_seconds)}
        {request.tool ? `, with ${request.tool}` : ', with every tool'}
        {request.until && request.state !== 'requested' && (
          <>
            , until <Time at={request.until} />
          </>
        )}
      </p>
      {request.state === 'requested' && (
        <p className="muted">
          {request.signatures.length} of {counted(request.needed.length, 'function')} agreed:{' '}
          {request.needed.join(', ')}
        </p>
      )}
      {request.denied && <p>Why not: {request.denied}</p>}
      {act && (
        <div>
          <Button
            variant="default"
            size="compact-sm"
            loading={step.isPending}
            onClick={() =>
              step.mutate({
                id: request.id,
                revision: request.revision,
                step: act === 'withdraw' ? { withdraw: {} } : { revoke: {} },
              })
            }
          >
            {act === 'withdraw' ? 'Withdraw' : 'Give it back'}
          </Button>
        </div>
      )}
      <Complaint error={step.error} />
    </li>
  );
}
