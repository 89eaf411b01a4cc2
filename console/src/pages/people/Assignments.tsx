import { Button, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { FormEvent } from 'react';

import { assignmentsQuery, useWithdraw } from '~features/people/queries';
import { useMay } from '~features/session/session';
import type { Assignment } from '~shared/api/types';
import { formatDay } from '~shared/format/times';
import { Panel } from '~shared/ui/Page';
import { Refused } from '~shared/ui/Refused';
import { Failed, Lines } from '~shared/ui/States';

import css from './People.module.css';

/** Assignments shown at once, those due first. */
const SHOWN = 100;

/** Who has to take what, and why. */
export function Assignments() {
  const { data, error, refetch } = useQuery(assignmentsQuery);
  if (!data) {
    return error ? <Failed error={error} retry={() => void refetch()} /> : <Lines count={4} />;
  }
  const open = data.filter((one) => one.state === 'open').sort((a, b) => a.due.localeCompare(b.due));
  return (
    <Panel title="To be done">
      {open.length === 0 && <p className="muted">Nobody has anything to do.</p>}
      {open.slice(0, SHOWN).map((one) => (
        <Item key={one.id} one={one} />
      ))}
      {open.length > SHOWN && <p className="muted">And {open.length - SHOWN} more.</p>}
    </Panel>
  );
}

function Item({ one }: { one: Assignment }) {
  const withdraw = useWithdraw(one.id);
  const may = useMay();
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    withdraw.mutate(String(new FormData(event.currentTarget).get('reason')));
  };
  return (
    <section className={css.item} aria-label={`${one.person}, ${one.module}`}>
      <p>
        <strong>{one.person}</strong>: {one.module}, by {formatDay(one.due)}
        <span className="muted"> ({why(one.cause)})</span>
      </p>
      {may('manage_training') && (
        <details className={css.fold}>
          <summary>Withdraw</summary>
          <form onSubmit={submit} className={css.row}>
            <TextInput name="reason" aria-label={`Why ${one.person} need not take ${one.module}`} required />
            <Button type="submit" variant="default" loading={withdraw.isPending}>
              Withdraw
            </Button>
          </form>
          <Refused error={withdraw.error} />
        </details>
      )}
    </section>
  );
}

function why(cause: Assignment['cause']): string {
  if (cause === 'hire') {
    return 'new here';
  }
  if ('lapse' in cause) {
    return 'to be renewed';
  }
  if ('policy_change' in cause) {
    return 'the policy has changed';
  }
  return 'violation' in cause ? `violated ${cause.violation.clauses.join(', ')}` : `asked for by ${cause.asked.by}`;
}
