import { Button, Textarea } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { Link } from 'react-router';

import { useAppeal } from '~features/mine/queries';
import type { Case } from '~shared/api/types';
import { counted } from '~shared/format/numbers';
import { plain } from '~shared/format/words';
import { Refused } from '~shared/ui/Refused';
import { Time } from '~shared/ui/Time';

import css from './Mine.module.css';

/** Steps of the ladder that I have reached, each with what led there and how to appeal. */
export function CaseList({ cases }: { cases: Case[] }) {
  return (
    <ul className={css.modules}>
      {cases.map((one) => (
        <li key={one.id} className={css.case}>
          <p className={css.name}>
            {plain(one.state)}: {one.words}
          </p>
          <p className="muted">
            <Time at={one.at} />, {counted(one.points, 'point')}, by{' '}
            <Link to={`/policy#${one.clause}`}>{one.clause}</Link>.
            {one.approved && ` Approved by ${one.approved.by}: ${one.approved.reason}`}
            {one.dismissed && ` Dismissed by ${one.dismissed.by}: ${one.dismissed.reason}`}
          </p>
          <details className={css.fold}>
            <summary>{counted(one.violations.length, 'violation')}</summary>
            <ul className={css.violations}>
              {one.violations.map((violation) => (
                <li key={`${violation.exchange} ${violation.clause}`}>
                  <Time at={violation.at} /> {violation.clause} on {violation.tool},{' '}
                  {counted(violation.points, 'point')}
                </li>
              ))}
            </ul>
          </details>
          {one.appeal && <p>Your appeal: {one.appeal.reason}</p>}
          {one.judged && (
            <p>
              {one.judged.by} decided: {one.judged.reason}
            </p>
          )}
          {one.state === 'approved' && <Appeal id={one.id} />}
        </li>
      ))}
    </ul>
  );
}

function Appeal({ id }: { id: string }) {
  const [open, setOpen] = useState(false);
  const appeal = useAppeal(id);
  if (!open) {
    return (
      <Button variant="default" size="compact-sm" onClick={() => setOpen(true)}>
        Appeal
      </Button>
    );
  }
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    appeal.mutate(String(new FormData(event.currentTarget).get('reason')));
  };
  return (
    <form onSubmit={submit} className={css.form}>
      <Textarea
        name="reason"
        label="Why do you not agree?"
        description="Somebody who was not part of the decision looks at it again."
        required
        withAsterisk={false}
        autosize
        minRows={2}
      />
      <Refused error={appeal.error} />
      <Button type="submit" loading={appeal.isPending}>
        Send the appeal
      </Button>
    </form>
  );
}
