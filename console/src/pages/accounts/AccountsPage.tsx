import { Button, Modal, TagsInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';

import { accountsQuery, useFunctions } from '~features/accounts/queries';
import { policyQuery } from '~features/policy/queries';
import { Problem } from '~shared/api/problem';
import type { Account } from '~shared/api/types';
import { plain } from '~shared/format/words';
import { Page } from '~shared/ui/Page';
import { Failed, Lines } from '~shared/ui/States';

import css from './AccountsPage.module.css';

/** Functions that most policies ask. */
const USUAL = ['security', 'legal', 'privacy', 'business', 'it'];

export function AccountsPage() {
  const { data, error, refetch } = useQuery(accountsQuery);
  const [chosen, choose] = useState<Account>();
  return (
    <Page
      title="Accounts"
      lead="Who signs in to Bylaw, and for which functions of the organisation they approve, such as legal or security."
    >
      {data ? (
        <ul className={css.list}>
          {data.map((account) => (
            <li key={account.name} className={css.account}>
              <span>
                <strong>{account.name}</strong>
                <br />
                <span className="muted">
                  {plain(account.role)}
                  {account.functions.length > 0 && `, speaks for ${account.functions.join(', ')}`}
                </span>
              </span>
              <Button variant="default" onClick={() => choose(account)}>
                Functions of {account.name}
              </Button>
            </li>
          ))}
        </ul>
      ) : error ? (
        <Failed error={error} retry={() => void refetch()} />
      ) : (
        <Lines />
      )}
      {chosen && <Functions account={chosen} onClose={() => choose(undefined)} />}
    </Page>
  );
}

function Functions({ account, onClose }: { account: Account; onClose: () => void }) {
  const policy = useQuery(policyQuery);
  const [functions, setFunctions] = useState(account.functions);
  const save = useFunctions(account.name);
  const known = [...new Set([...(policy.data?.approvals ?? []), ...USUAL])];
  return (
    <Modal opened onClose={onClose} title={`Functions of ${account.name}`} closeButtonProps={{ 'aria-label': 'Close' }}>
      <div className={css.form}>
        <TagsInput
          label="Speaks for"
          description="In lower case, as the policy’s approvals and clauses name them."
          data={known}
          value={functions}
          onChange={setFunctions}
        />
        {save.error && (
          <p role="alert">
            {save.error.message}. {save.error instanceof Problem && save.error.detail}
          </p>
        )}
        <div className={css.buttons}>
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button loading={save.isPending} onClick={() => save.mutate(functions, { onSuccess: onClose })}>
            Save
          </Button>
        </div>
      </div>
    </Modal>
  );
}
