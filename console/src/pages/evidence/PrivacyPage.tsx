import { Button, Textarea, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';

import { erasuresQuery, useAskErasure, useDecideErasure, useExportPerson } from '~features/evidence/privacy';
import { useSession } from '~features/session/session';
import type { Erasure } from '~shared/api/types';
import { formatCount } from '~shared/format/numbers';
import { plain } from '~shared/format/words';
import { FactList, Page, Panel } from '~shared/ui/Page';
import { Refused } from '~shared/ui/Refused';
import { Failed, Lines, Nothing } from '~shared/ui/States';
import { Time } from '~shared/ui/Time';

import css from './Evidence.module.css';

export function PrivacyPage() {
  const { data, error, refetch } = useQuery(erasuresQuery);
  return (
    <Page
      title="Privacy"
      lead="What is kept about a person: a copy for them, and erasure. Both are in the audit log; an erasure needs two administrators."
    >
      <div className={css.stack}>
        <Ask />
        {error && !data && <Failed error={error} retry={() => void refetch()} />}
        {!data && !error && <Lines count={3} height={28} />}
        {data?.length === 0 && <Nothing title="Nobody asked for an erasure" />}
        {data?.map((erasure) => (
          <Asked key={erasure.id} erasure={erasure} />
        ))}
      </div>
    </Page>
  );
}

function Ask() {
  const [person, setPerson] = useState('');
  const copy = useExportPerson();
  const ask = useAskErasure();
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const reason = String(new FormData(form).get('reason'));
    ask.mutate({ person, reason }, { onSuccess: () => form.reset() });
  };
  return (
    <Panel title="A person’s data">
      <form onSubmit={submit} className={css.form}>
        <TextInput
          label="Person"
          description="Their name in the directory, as in anna.kovacs."
          required
          withAsterisk={false}
          value={person}
          onChange={(event) => setPerson(event.currentTarget.value)}
        />
        <Textarea
          name="reason"
          label="Reason for an erasure"
          description="For example the date of their request."
          required
          withAsterisk={false}
          autosize
          minRows={2}
        />
        <div className={css.buttons}>
          <Button
            variant="default"
            disabled={person === ''}
            loading={copy.isPending}
            onClick={() => copy.mutate(person)}
          >
            Download a copy
          </Button>
          <Button type="submit" loading={ask.isPending}>
            Ask for erasure
          </Button>
        </div>
        <Refused error={copy.error ?? ask.error} />
      </form>
    </Panel>
  );
}

function Asked({ erasure }: { erasure: Erasure }) {
  const decide = useDecideErasure(erasure);
  const session = useSession();
  const mine = erasure.asked_by === session.user.name;
  const { erased } = erasure;
  return (
    <Panel title={erasure.person ? `Erase ${erasure.person}` : 'Erasure'} aside={<span>{plain(erasure.state)}</span>}>
      <FactList
        facts={[
          ['Asked by', erasure.asked_by],
          ['Asked', <Time key="asked" at={erasure.asked_at} />],
          ['Reason', erasure.reason],
          ['Decided by', erasure.decided_by],
          [
            'Erased',
            erased &&
              `${formatCount(erased.records)} records, ${formatCount(erased.payloads)} audit payloads, ${formatCount(erased.workflows)} workflows, ${formatCount(erased.exceptions)} exceptions, ${formatCount(erased.captures)} captured contents`,
          ],
        ]}
      />
      {erasure.state === 'asked' && (
        <div className={css.buttons}>
          <Button
            color="red"
            disabled={mine}
            loading={decide.isPending}
            onClick={() => decide.mutate('confirm')}
            title={mine ? 'Another administrator must confirm it' : undefined}
          >
            Erase for ever
          </Button>
          <Button variant="default" loading={decide.isPending} onClick={() => decide.mutate('withdraw')}>
            Withdraw
          </Button>
          {mine && <span className="muted">Another administrator must confirm it.</span>}
        </div>
      )}
      <Refused error={decide.error} />
    </Panel>
  );
}
