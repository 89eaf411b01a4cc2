import { Button, Textarea } from '@mantine/core';
import { useState } from 'react';

import type { Reveal } from '~shared/api/types';
import { plain } from '~shared/format/words';
import { FactList } from '~shared/ui/Page';
import { Refused } from '~shared/ui/Refused';
import { Time } from '~shared/ui/Time';

import css from './Reveal.module.css';
import { useDecideReveal, useFetchReveal } from './reveals';

/** A request to see what an exchange held: who asks, what a second person says, the encrypted file. */
export function RevealPanel({ reveal }: { reveal: Reveal }) {
  const fetch = useFetchReveal(reveal);
  const { asked, decided } = reveal;
  return (
    <div className={css.reveal}>
      <FactList
        facts={[
          ['Asked by', asked.by],
          ['Asked', <Time key="asked" at={asked.at} />],
          ['Why', asked.reason],
          [plain(reveal.state), decided && `${decided.by}: ${decided.reason}`],
          ['Can be downloaded until', reveal.fetched_until && <Time key="until" at={reveal.fetched_until} />],
        ]}
      />
      {reveal.state === 'asked' && <Decide reveal={reveal} />}
      {reveal.yours_to_fetch && (
        <div className={css.buttons}>
          <Button size="xs" loading={fetch.isPending} onClick={() => fetch.mutate()}>
            Download encrypted content
          </Button>
          <span className="muted">
            Open it with <code>bylaw evidence open</code> where the private key is. The download is in the audit log.
          </span>
        </div>
      )}
      <Refused error={fetch.error} />
    </div>
  );
}

function Decide({ reveal }: { reveal: Reveal }) {
  const decide = useDecideReveal(reveal);
  const [reason, setReason] = useState('');
  const say = (word: 'grant' | 'decline' | 'withdraw') => decide.mutate({ decide: word, reason });
  return (
    <div className={css.reveal}>
      <Textarea
        label="Reason"
        description={
          reveal.yours_to_decide ? 'Why you agree or not.' : 'Somebody else has to agree. Why you take it back.'
        }
        autosize
        minRows={2}
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
      <div className={css.buttons}>
        {reveal.yours_to_decide ? (
          <>
            <Button size="xs" disabled={!reason.trim()} loading={decide.isPending} onClick={() => say('grant')}>
              Agree
            </Button>
            <Button
              size="xs"
              variant="default"
              disabled={!reason.trim()}
              loading={decide.isPending}
              onClick={() => say('decline')}
            >
              Decline
            </Button>
          </>
        ) : (
          <Button
            size="xs"
            variant="default"
            disabled={!reason.trim()}
            loading={decide.isPending}
            onClick={() => say('withdraw')}
          >
            Take back
          </Button>
        )}
      </div>
      <Refused error={decide.error} />
    </div>
  );
}
