import { Button, Textarea } from '@mantine/core';
import { type FormEvent, useState } from 'react';

import { Problem } from '~shared/api/problem';
import type { Justification } from '~shared/api/types';
import { ClauseName } from '~shared/ui/Badges';
import sole from '~shared/ui/sole.module.css';
import { Time } from '~shared/ui/Time';
import css from './JustifyPage.module.css';
import { useGiveReason } from './queries';

const SHORTEST = 10;
const LONGEST = 2000;

interface Props {
  id: string;
  token: string | undefined;
  held: Justification;
}

export function ReasonForm({ id, token, held: { exchange } }: Props) {
  const give = useGiveReason(id, token);
  const [reason, setReason] = useState('');
  const long = reason.trim().length;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    give.mutate(reason.trim());
  };
  return (
    <>
      <h1 className={sole.title}>Why do you need this?</h1>
      <p>
        What you sent to <strong>{exchange.tool_name ?? exchange.tool}</strong> (<Time at={exchange.at} as="relative" />
        ) is held until you say why it is needed.
      </p>
      <ul className={css.clauses}>
        {exchange.clauses.map((clause) => (
          <li key={clause.id}>
            <ClauseName id={clause.id} /> <strong>{clause.title}</strong>
            {clause.sentence && <p>{clause.sentence}</p>}
            {clause.why && <p className="muted">{clause.why}</p>}
          </li>
        ))}
      </ul>
      <form className={css.form} onSubmit={submit}>
        <Textarea
          label="Your reason"
          description="It is kept with the exchange, and people in charge of the policy can read it."
          autosize
          minRows={4}
          maxLength={LONGEST}
          required
          withAsterisk={false}
          size="md"
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
        {give.error && (
          <p role="alert" className={css.error}>
            {give.error instanceof Problem ? (give.error.detail ?? give.error.message) : give.error.message}
          </p>
        )}
        <Button type="submit" size="md" fullWidth loading={give.isPending} disabled={long < SHORTEST}>
          Give this reason
        </Button>
        {long > 0 && long < SHORTEST && <p className="muted">A few more words, please.</p>}
      </form>
    </>
  );
}
