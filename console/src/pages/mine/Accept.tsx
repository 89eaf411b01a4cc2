import { Button, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';

import { canSign, keysQuery, useAddKey, useRemoveKey } from '~features/mine/keys';
import { useAccept, useRead, useSign } from '~features/mine/queries';
import type { Mine, MyKeys } from '~shared/api/types';
import { formatDay } from '~shared/format/times';
import { Panel } from '~shared/ui/Page';
import { Refused } from '~shared/ui/Refused';

import css from './Mine.module.css';

/** That I have read the policy and accept it, with a signature if I like. */
export function Accept({ mine, version }: { mine: Mine; version: string }) {
  const read = useRead();
  const accept = useAccept();
  const sign = useSign();
  const keys = useQuery({ ...keysQuery, enabled: canSign() });
  const { accepted_until, campaigns, read: known } = mine.policy;
  const campaign = campaigns[0]?.id ?? null;
  const confirm = () => {
    if (accepted_until) {
      read.mutate(version);
      return;
    }
    read.mutate(version, { onSuccess: () => accept.mutate({ policy: version, campaign }) });
  };
  const asked = keys.data?.policy === version ? keys.data : undefined;
  const waiting = accept.isPending || read.isPending || sign.isPending;
  return (
    <Panel title={accepted_until ? 'You have accepted this policy' : 'Accept this policy'}>
      <div className={css.form}>
        <p>
          {accepted_until
            ? `That counts until ${formatDay(accepted_until)}, unless clauses change before.`
            : 'I have read the policy and will keep to it. That I say so is recorded with the time, my account and the version.'}
        </p>
        <Refused error={accept.error ?? read.error ?? sign.error} />
        {(!accepted_until || known !== version) && (
          <Button onClick={confirm} loading={waiting}>
            {accepted_until ? 'I have read it' : 'I accept the policy'}
          </Button>
        )}
        {asked && asked.keys.length > 0 && (
          <Button variant="default" onClick={() => sign.mutate({ asked, campaign })} loading={waiting}>
            I accept the policy and sign it with my key
          </Button>
        )}
        {asked && <Keys asked={asked} />}
      </div>
    </Panel>
  );
}

/** The security keys that sign for me. */
function Keys({ asked }: { asked: MyKeys }) {
  const [name, setName] = useState('');
  const add = useAddKey();
  const remove = useRemoveKey();
  return (
    <details className={css.fold}>
      <summary>Sign with a security key</summary>
      <p>
        A key, or this device with your finger, face or PIN, signs the version that you accept. Nobody else can make
        that signature, and it can be checked without Bylaw.
      </p>
      <ul className={css.list}>
        {asked.keys.map((key) => (
          <li key={key.id}>
            {key.name}, added on {formatDay(key.at)}{' '}
            <Button
              size="compact-sm"
              variant="default"
              onClick={() => remove.mutate(key.id)}
              aria-label={`Remove the key ${key.name}`}
            >
              Remove
            </Button>
          </li>
        ))}
      </ul>
      <Refused error={add.error ?? remove.error} />
      <TextInput
        label="What you call the key"
        placeholder="The blue one on my key ring"
        maxLength={200}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <Button
        variant="default"
        disabled={!name.trim()}
        loading={add.isPending}
        onClick={() => add.mutate({ asked, name }, { onSuccess: () => setName('') })}
      >
        Add a key
      </Button>
    </details>
  );
}
