import { Button, PasswordInput, Select, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';

import { useSession } from '~features/session/session';
import type { NewUser, User } from '~shared/api/types';
import { plain } from '~shared/format/words';
import { Page, Panel } from '~shared/ui/Page';
import { Refused } from '~shared/ui/Refused';
import { Scroll } from '~shared/ui/Scroll';
import { Failed, Lines } from '~shared/ui/States';
import { Time } from '~shared/ui/Time';

import { directoryQuery, useAddUser, useRemoveUser, usersQuery } from './queries';
import css from './Users.module.css';

const ROLES: NewUser['role'][] = ['employee', 'analyst', 'policy_author', 'auditor', 'administrator'];

/** Who signs in to Bylaw, and as what. */
export function UsersPage() {
  const { data, error, refetch } = useQuery(usersQuery);
  return (
    <Page
      title="Accounts"
      lead="Who signs in to Bylaw, and what they may do. Removing an account ends its sessions and tokens."
    >
      {!data ? (
        error ? (
          <Failed error={error} retry={() => void refetch()} />
        ) : (
          <Lines count={6} height={26} />
        )
      ) : (
        <div className={css.panels}>
          <Panel title="Accounts">
            <Scroll label="All accounts">
              <table className={css.table}>
                <thead>
                  <tr>
                    <th scope="col">Name</th>
                    <th scope="col">Role</th>
                    <th scope="col">Person</th>
                    <th scope="col">Since</th>
                    <th scope="col">
                      <span className="visually-hidden">Remove</span>
                    </th>
                  </tr>
                </thead>
                <tbody>
                  {data.map((user) => (
                    <UserRow key={user.name} user={user} />
                  ))}
                </tbody>
              </table>
            </Scroll>
          </Panel>
          <AddUser />
        </div>
      )}
    </Page>
  );
}

function UserRow({ user }: { user: User }) {
  const remove = useRemoveUser(user.name);
  const [sure, setSure] = useState(false);
  const own = useSession().user.name === user.name;
  return (
    <tr>
      <th scope="row">{user.name}</th>
      <td>
        {plain(user.role)}
        {user.disabled_at && ', disabled'}
      </td>
      <td>{user.person_id ?? '–'}</td>
      <td>
        <Time at={user.created_at} />
      </td>
      <td>
        {!own && (
          <Button
            size="compact-sm"
            variant={sure ? 'filled' : 'default'}
            loading={remove.isPending}
            onClick={() => (sure ? remove.mutate(undefined) : setSure(true))}
            onBlur={() => setSure(false)}
          >
            {sure ? `Really remove ${user.name}` : 'Remove'}
          </Button>
        )}
        <Refused error={remove.error} />
      </td>
    </tr>
  );
}

function AddUser() {
  const add = useAddUser();
  const { data: people } = useQuery(directoryQuery);
  const [role, setRole] = useState<NewUser['role']>('employee');
  const [person, setPerson] = useState<string | null>(null);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const values = new FormData(form);
    const body = {
      name: String(values.get('name')).trim(),
      password: String(values.get('password')),
      role,
      person_id: person,
    };
    add.mutate(body, {
      onSuccess: () => {
        form.reset();
        setPerson(null);
      },
    });
  };
  return (
    <Panel title="Add an account">
      <form onSubmit={submit} className={css.form}>
        <TextInput name="name" label="Name" required withAsterisk={false} autoComplete="off" />
        <PasswordInput
          name="password"
          label="Password"
          description="At least 12 characters; to be changed by its owner."
          required
          withAsterisk={false}
          autoComplete="new-password"
          minLength={12}
        />
        <Select
          label="Role"
          data={ROLES.map((value) => ({ value, label: plain(value) }))}
          value={role}
          onChange={(value) => setRole((value as NewUser['role'] | null) ?? 'employee')}
          allowDeselect={false}
        />
        <Select
          label="Person"
          description="Whose account it is; what the policy asks of people needs one."
          data={(people ?? []).map(({ id, name }) => ({ value: id, label: `${name} (${id})` }))}
          value={person}
          onChange={setPerson}
          searchable
          clearable
        />
        <Refused error={add.error} />
        <div>
          <Button type="submit" loading={add.isPending}>
            Add the account
          </Button>
        </div>
      </form>
    </Panel>
  );
}
