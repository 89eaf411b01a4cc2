import { Button, NumberInput, Select, Textarea, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';

import { ownCanariesQuery, useDefineCanary, useRemoveCanary } from '~features/evidence/canaries';
import { useMay } from '~features/session/session';
import type { NewOwnCanary, OwnCanary } from '~shared/api/types';
import { ActionBadge } from '~shared/ui/Badges';
import { Panel } from '~shared/ui/Page';
import { Refused } from '~shared/ui/Refused';

import css from './Evidence.module.css';

const ACTIONS = ['allow', 'coach', 'justify', 'redact', 'block'] as const;

/** Canaries that people defined beside those of the policy's examples. */
export function OwnCanaries() {
  const may = useMay();
  return may('run_canaries') ? <Defined /> : null;
}

function Defined() {
  const { data } = useQuery(ownCanariesQuery);
  return (
    <Panel title="Canaries of your own">
      {data?.length === 0 && <p className="muted">Nobody defined one. Those of the policy’s examples are sent.</p>}
      {data?.map((canary) => (
        <Own key={canary.id} canary={canary} />
      ))}
      <details>
        <summary>Define a canary</summary>
        <Define />
      </details>
    </Panel>
  );
}

function Own({ canary }: { canary: OwnCanary }) {
  const remove = useRemoveCanary();
  const who = canary.person ?? (canary.group && `somebody in ${canary.group}`) ?? 'anybody';
  return (
    <section className={css.form} aria-label={canary.name}>
      <p>
        <strong>{canary.name}</strong> <ActionBadge action={canary.expect} />{' '}
        <span className="muted">
          {canary.clause} at {canary.tool}, as {who},{' '}
          {canary.every_hours ? `every ${canary.every_hours} h` : 'with all others'}; by {canary.by}.
        </span>
      </p>
      {canary.obstacle && <p role="alert">It cannot be sent: {canary.obstacle}.</p>}
      <div className={css.buttons}>
        <Button
          variant="default"
          size="compact-sm"
          loading={remove.isPending}
          aria-label={`Remove ${canary.name}`}
          onClick={() => remove.mutate(canary.id)}
        >
          Remove
        </Button>
      </div>
      <Refused error={remove.error} />
    </section>
  );
}

function Define() {
  const define = useDefineCanary();
  const [expect, setExpect] = useState<NewOwnCanary['expect']>('block');
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const given = new FormData(form);
    const text = (name: string) => String(given.get(name)).trim();
    const body: NewOwnCanary = {
      name: text('name'),
      clause: text('clause'),
      tool: text('tool'),
      text: text('text'),
      group: text('group') || null,
      person: text('person') || null,
      expect,
      every_hours: text('every') ? Number(text('every')) : null,
    };
    define.mutate(body, { onSuccess: () => form.reset() });
  };
  return (
    <form onSubmit={submit} className={css.form}>
      <TextInput name="name" label="Name" maxLength={60} required withAsterisk={false} />
      <TextInput
        name="clause"
        label="Clause whose promise it tries"
        placeholder="DATA-1"
        required
        withAsterisk={false}
      />
      <TextInput name="tool" label="Tool" description="Its id, as in chatgpt." required withAsterisk={false} />
      <Textarea
        name="text"
        label="What is sent"
        description="It is kept as you write it: use invented data."
        required
        withAsterisk={false}
        autosize
        minRows={2}
      />
      <TextInput name="group" label="As somebody in the group" description="An ordinary employee if left out." />
      <TextInput name="person" label="Or as this person" description="Their name in the directory." />
      <Select
        label="The gate must decide"
        data={[...ACTIONS]}
        value={expect}
        allowDeselect={false}
        onChange={(value) => setExpect((value ?? 'block') as NewOwnCanary['expect'])}
      />
      <NumberInput
        name="every"
        label="Every so many hours"
        description="With all others if left out."
        min={1}
        max={720}
      />
      <Refused error={define.error} />
      <div className={css.buttons}>
        <Button type="submit" loading={define.isPending}>
          Define
        </Button>
      </div>
    </form>
  );
}
