import { Alert, Button, Checkbox, Textarea, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useNavigate } from 'react-router';

import { reviewQuery, rolloutQuery, usePublish, useUnschedule, useWithdraw } from '~features/drafts/queries';
import { useMay, useSession } from '~features/session/session';
import { Problem } from '~shared/api/problem';
import type { DraftDocument, Review, Rollout } from '~shared/api/types';
import { Panel } from '~shared/ui/Page';
import { Failed, Lines, Nothing } from '~shared/ui/States';
import { Time } from '~shared/ui/Time';

import { CheckList } from './CheckList';
import css from './Drafts.module.css';
import { RebaseNotice } from './RebaseNotice';
import { StageFields, type Stages } from './StageFields';

export function PublishPanel({ draft }: { draft: DraftDocument }) {
  const review = useQuery(reviewQuery(draft.id));
  const rollout = useQuery(rolloutQuery);
  const error = review.error ?? rollout.error;
  if (draft.state === 'scheduled') {
    return <Scheduled draft={draft} />;
  }
  if (draft.state !== 'open') {
    return <Nothing title="This draft is not open any more" />;
  }
  if (!review.data || !rollout.data) {
    return error ? <Failed error={error} retry={() => void review.refetch()} /> : <Lines count={8} />;
  }
  return (
    <div className={css.columns}>
      <PublishForm draft={draft} review={review.data} rollout={rollout.data} />
      <Panel title="Before it can come into force">
        <CheckList checks={review.data.checks} />
        {!draft.current && <RebaseNotice draft={draft} version={rollout.data.version} />}
      </Panel>
    </div>
  );
}

/** Checks that no emergency waives. */
const ALWAYS = ['base', 'valid', 'examples', 'invariants'];

function PublishForm({ draft, review, rollout }: { draft: DraftDocument; review: Review; rollout: Rollout }) {
  const [at, setAt] = useState('');
  const [stages, setStages] = useState<Stages>(rollout);
  const [urgent, setUrgent] = useState(false);
  const [reason, setReason] = useState('');
  const publish = usePublish(draft.id);
  const withdraw = useWithdraw(draft.id);
  const navigate = useNavigate();
  const may = useMay();
  const { user } = useSession();
  const missing = review.checks.filter(({ outcome }) => outcome === 'failed');
  const ready = urgent
    ? missing.every(({ check }) => !ALWAYS.includes(check)) && reason.trim().length >= 10
    : missing.length === 0;
  const error = publish.error ?? withdraw.error;
  // The form is gone by then, and callbacks given to `mutate` with it.
  const leave = () =>
    void withdraw.mutateAsync(draft.revision).then(
      () => navigate('/drafts'),
      () => undefined,
    );
  const submit = () => {
    const { whole, clauses, groups } = stages;
    const known = new Set(review.clauses.map(({ id }) => id));
    const kept = Object.fromEntries(Object.entries(clauses).filter(([id]) => known.has(id)));
    publish.mutate({
      revision: draft.revision,
      at: at ? new Date(at).toISOString() : null,
      rollout: { whole, clauses: kept, groups },
      emergency: urgent ? reason.trim() : null,
    });
  };
  return (
    <Panel title="Publish">
      <div className={css.form}>
        <TextInput
          type="datetime-local"
          label="Comes into force"
          description="Empty: at once."
          disabled={urgent}
          value={urgent ? '' : at}
          onChange={(event) => setAt(event.currentTarget.value)}
        />
        <StageFields value={stages} clauses={review.clauses.map(({ id }) => id)} onChange={setStages} />
        {user.role === 'administrator' && (
          <Checkbox
            label="This is an emergency"
            description="Comes into force at once, without approvals. The audit log keeps your name and the reason."
            checked={urgent}
            onChange={(event) => setUrgent(event.currentTarget.checked)}
          />
        )}
        {urgent && (
          <Textarea
            label="Why it cannot wait"
            required
            minLength={10}
            autosize
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
          />
        )}
        {error && (
          <Alert role="alert" color="ink" title={error.message}>
            {error instanceof Problem && error.detail}
          </Alert>
        )}
        <div className={css.buttons}>
          <Button variant="default" loading={withdraw.isPending} onClick={leave}>
            Withdraw the draft
          </Button>
          {may('publish_policy') && (
            <Button disabled={!ready} loading={publish.isPending} onClick={submit}>
              {at && !urgent ? 'Schedule' : 'Publish'}
            </Button>
          )}
        </div>
      </div>
    </Panel>
  );
}

function Scheduled({ draft }: { draft: DraftDocument }) {
  const back = useUnschedule(draft.id);
  return (
    <Panel title="Scheduled">
      <p>It comes into force by itself {draft.at && <Time at={draft.at} />}, if everything is still in order then.</p>
      {back.error && <p role="alert">{back.error.message}</p>}
      <div className={css.buttons}>
        <Button variant="default" loading={back.isPending} onClick={() => back.mutate(draft.revision)}>
          Take back the date
        </Button>
      </div>
    </Panel>
  );
}
