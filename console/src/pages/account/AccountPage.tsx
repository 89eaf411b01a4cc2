import { Button, Code, NumberInput, PasswordInput, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { FormEvent } from 'react';

import { useMay, useSession } from '~features/session/session';
import type { ApiToken } from '~shared/api/types';
import { formatDay } from '~shared/format/times';
import { plain } from '~shared/format/words';
import { Page, Panel } from '~shared/ui/Page';
import { Refused } from '~shared/ui/Refused';
import { Failed, Lines } from '~shared/ui/States';
import css from './Account.module.css';
import { tokensQuery, useAddToken, useChangePassword, useRemoveToken } from './queries';

/** One's own account: password and tokens. */
export function AccountPage() {
  const { user } = useSession();
  const may = useMay();
  return (
    <Page title="My account" lead={`${user.name}, ${plain(user.role).toLowerCase()}.`}>
      <div className={css.panels}>
        <Password />
        {may('use_tokens') && <Tokens />}
      </div>
    </Page>
  );
}

function Password() {
  const change = useChangePassword();
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const values = new FormData(event.currentTarget);
    const body = { current: String(values.get('current')), new: String(values.get('new')) };
    change.mutate(body, { onSuccess: () => window.location.assign('/sign-in') });
  };
  return (
    <Panel title="Password">
      <form onSubmit={submit} className={css.form}>
        <PasswordInput
          name="current"
          label="Current password"
          required
          withAsterisk={false}
          autoComplete="current-password"
        />
        <PasswordInput
          name="new"
          label="New password"
          description="At least 12 characters. Every session ends; sign in again with it."
          required
          withAsterisk={false}
          autoComplete="new-password"
          minLength={12}
        />
        <Refused error={change.error} />
        <div>
          <Button type="submit" loading={change.isPending}>
            Change the password
          </Button>
        </div>
      </form>
    </Panel>
  );
}

function Tokens() {
  const { data, error, refetch } = useQuery(tokensQuery);
  const add = useAddToken();
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const values = new FormData(event.currentTarget);
    const days = Number(values.get('days'));
    add.mutate({ name: String(values.get('name')).trim(), role: null, days: days > 0 ? days : null });
  };
  if (!data) {
    return error ? <Failed error={error} retry={() => void refetch()} /> : <Lines count={3} />;
  }
  return (
    <Panel title="API tokens">
      <ul className={css.list}>
        {data.map((token) => (
          <TokenItem key={token.name} token={token} />
        ))}
      </ul>
      <form onSubmit={submit} className={css.form}>
        <TextInput name="name" label="What it is for" required withAsterisk={false} />
        <NumberInput name="days" label="Days" description="Empty: no end." min={1} max={3650} />
        <Refused error={add.error} />
        {add.data && (
          <p role="status">
            Copy it now, it is not shown again: <Code>{add.data.token}</Code>
          </p>
        )}
        <div>
          <Button type="submit" loading={add.isPending}>
            Make a token
          </Button>
        </div>
      </form>
    </Panel>
  );
}

function TokenItem({ token }: { token: ApiToken }) {
  const remove = useRemoveToken(token.name);
  return (
    <li className={css.token}>
      <span>
        <strong>{token.name}</strong>{' '}
        <span className="muted">
          {plain(token.role)}, by {token.created_by},{' '}
          {token.expires_at ? `until ${formatDay(token.expires_at)}` : 'no end'}
        </span>
      </span>
      <Button
        size="compact-sm"
        variant="default"
        aria-label={`Remove ${token.name}`}
        loading={remove.isPending}
        onClick={() => remove.mutate(undefined)}
      >
        Remove
      </Button>
      <Refused error={remove.error} />
    </li>
  );
}
