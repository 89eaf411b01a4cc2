import { Alert, Button, PasswordInput, TextInput } from '@mantine/core';
import { type FormEvent, useEffect } from 'react';
import { Navigate, useLocation } from 'react-router';

import { useSessionQuery, useSignIn } from '~features/session/session';
import { isProblem, Problem } from '~shared/api/problem';
import { Mark } from '~shared/ui/Mark';

import css from './SignInPage.module.css';

interface Arrival {
  next?: string;
  expiredCode?: boolean;
}

export function SignInPage() {
  const session = useSessionQuery();
  const arrival = (useLocation().state ?? {}) as Arrival;
  useEffect(() => {
    document.title = 'Sign in · Bylaw';
  }, []);
  if (session.data) {
    return <Navigate to={arrival.next ?? '/'} replace />;
  }
  const badCode = arrival.expiredCode || isProblem(session.error, 401);
  return (
    <main className={css.place}>
      <div className={css.card}>
        <Mark size={44} />
        <h1 className={css.title}>Bylaw</h1>
        <p className={css.lead}>The policy you read is the policy that runs.</p>
        {badCode && (
          <Alert color="ink" role="alert" title="This sign-in link no longer works">
            A link works once and for a short time. Sign in with your password, or ask for a new link.
          </Alert>
        )}
        <SignInForm />
      </div>
    </main>
  );
}

function SignInForm() {
  const signIn = useSignIn();
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    signIn.mutate({ name: String(form.get('name')), password: String(form.get('password')) });
  };
  return (
    <form className={css.form} onSubmit={submit}>
      <TextInput name="name" label="Name" autoComplete="username" required withAsterisk={false} autoFocus />
      <PasswordInput
        name="password"
        label="Password"
        autoComplete="current-password"
        required
        withAsterisk={false}
        visibilityToggleButtonProps={{ 'aria-label': 'Show the password' }}
      />
      {signIn.error && (
        <p className={css.error} role="alert">
          {refusal(signIn.error)}
        </p>
      )}
      <Button type="submit" loading={signIn.isPending} fullWidth>
        Sign in
      </Button>
    </form>
  );
}

function refusal(error: Error): string {
  if (isProblem(error, 401)) {
    return 'That name and password do not belong together.';
  }
  if (isProblem(error, 429)) {
    return 'Too many tries. Wait a minute, then try again.';
  }
  return error instanceof Problem ? (error.detail ?? error.message) : error.message;
}
