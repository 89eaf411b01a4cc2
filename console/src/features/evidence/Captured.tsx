import { Button, Textarea } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';

import { useMay } from '~features/session/session';
import type { ExchangeDetail } from '~shared/api/types';
import { formatBytes } from '~shared/format/numbers';
import { Refused } from '~shared/ui/Refused';
import { Time } from '~shared/ui/Time';

import css from './Reveal.module.css';
import { RevealPanel } from './RevealPanel';
import { revealsQuery, useAskReveal } from './reveals';

interface Props {
  exchange: string;
  captured: NonNullable<ExchangeDetail['captured']>;
}

/** That an exchange's content was captured, and how two people get to see it. */
export function Captured({ exchange, captured }: Props) {
  const may = useMay();
  return (
    <div className={css.reveal}>
      <p>
        {formatBytes(captured.bytes)} are kept encrypted until <Time at={captured.until} />
        {captured.whole > captured.bytes && `, the first of ${formatBytes(captured.whole)}`}. Bylaw cannot read them.
      </p>
      {may('reveal_evidence') && <Reveals exchange={exchange} />}
    </div>
  );
}

function Reveals({ exchange }: { exchange: string }) {
  const { data } = useQuery(revealsQuery);
  const ask = useAskReveal(exchange);
  const [reason, setReason] = useState('');
  const theirs = data?.filter((reveal) => reveal.exchange === exchange) ?? [];
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    ask.mutate(reason, { onSuccess: () => setReason('') });
  };
  return (
    <>
      {theirs.map((reveal) => (
        <RevealPanel key={reveal.id} reveal={reveal} />
      ))}
      {data && !theirs.some((reveal) => reveal.state === 'asked' || reveal.yours_to_fetch) && (
        <form onSubmit={submit} className={css.reveal}>
          <Textarea
            label="Why it has to be seen"
            description="A second person reads this and has to agree."
            required
            withAsterisk={false}
            autosize
            minRows={2}
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
          />
          <div className={css.buttons}>
            <Button type="submit" size="xs" loading={ask.isPending}>
              Ask to see it
            </Button>
          </div>
          <Refused error={ask.error} />
        </form>
      )}
    </>
  );
}
