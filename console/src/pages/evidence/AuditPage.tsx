import { Button, TextInput } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { DataTable, type DataTableColumn } from 'mantine-datatable';
import { useSearchParams } from 'react-router';

import { auditQuery } from '~features/evidence/queries';
import type { AuditEntry } from '~shared/api/types';
import { formatCount } from '~shared/format/numbers';
import { plain } from '~shared/format/words';
import { Page } from '~shared/ui/Page';
import { Failed, Lines, Nothing } from '~shared/ui/States';
import { Time } from '~shared/ui/Time';

import css from './Evidence.module.css';
import { Verification } from './Verification';

const MIDDLE = '(min-width: 48rem)';

const COLUMNS: DataTableColumn<AuditEntry>[] = [
  { accessor: 'sequence', title: 'No.', textAlign: 'right', render: (entry) => formatCount(entry.sequence) },
  { accessor: 'at', title: 'When', render: (entry) => <Time at={entry.at} /> },
  { accessor: 'what', title: 'What', render: (entry) => <What entry={entry} /> },
  { accessor: 'by', title: 'Who', visibleMediaQuery: MIDDLE, render: (entry) => <Who entry={entry} /> },
];

export function AuditPage() {
  const [params] = useSearchParams();
  const filter = {
    what: params.get('what') || undefined,
    subject: params.get('subject') || undefined,
    from: day(params.get('from')),
    to: day(params.get('to')),
  };
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(auditQuery(filter));
  const entries = data?.pages.flatMap((page) => page.items);
  return (
    <Page
      title="Audit log"
      lead="What people did, for ever: publications, approvals, exceptions, reviews, reveals. Every entry is signed; nobody can change one unnoticed."
    >
      <div className={css.stack}>
        <Verification />
        <Controls />
      </div>
      {error && !data && <Failed error={error} retry={() => void refetch()} />}
      {!data && !error && <Lines count={9} height={28} />}
      {entries && entries.length === 0 && <Nothing title="No entry fits">Take a filter away.</Nothing>}
      {entries && entries.length > 0 && (
        <DataTable
          className={css.table}
          idAccessor="sequence"
          records={entries}
          columns={COLUMNS}
          verticalAlign="top"
          scrollAreaProps={{ type: 'never' }}
        />
      )}
      {hasNextPage && (
        <div className={css.more}>
          <Button variant="default" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            Earlier entries
          </Button>
        </div>
      )}
    </Page>
  );
}

const day = (text: string | null) => (text ? new Date(`${text}T00:00:00`).toISOString() : undefined);

const FIELDS = [
  { name: 'what', label: 'What was done', placeholder: 'exception, or exception.granted', type: 'search' },
  { name: 'subject', label: 'To what', placeholder: 'DATA-2, chatgpt, a version…', type: 'search' },
  { name: 'from', label: 'From', placeholder: undefined, type: 'date' },
  { name: 'to', label: 'Before', placeholder: undefined, type: 'date' },
] as const;

function Controls() {
  const [params, setParams] = useSearchParams();
  const set = (key: string, value: string) =>
    setParams(
      (params) => {
        if (value) {
          params.set(key, value);
        } else {
          params.delete(key);
        }
        return params;
      },
      { replace: true, preventScrollReset: true },
    );
  return (
    <search className={css.controls} aria-label="Filter entries">
      {FIELDS.map(({ name, ...field }) => (
        <TextInput
          key={name}
          {...field}
          value={params.get(name) ?? ''}
          onChange={(event) => set(name, event.currentTarget.value)}
        />
      ))}
    </search>
  );
}

function What({ entry }: { entry: AuditEntry }) {
  const [noun = '', verb = ''] = entry.what.split('.');
  return (
    <>
      {plain(noun)} {plain(verb).toLowerCase()}
      <span className={css.sub}>{entry.subject}</span>
      {entry.detail !== null && <span className={css.sub}>{told(entry.detail)}</span>}
    </>
  );
}

/** The details on one line: they differ from act to act. */
function told(detail: unknown): string {
  if (typeof detail !== 'object' || detail === null) {
    return String(detail);
  }
  return Object.entries(detail)
    .map(
      ([name, value]) => `${plain(name).toLowerCase()}: ${typeof value === 'string' ? value : JSON.stringify(value)}`,
    )
    .join(' · ');
}

function Who({ entry }: { entry: AuditEntry }) {
  return entry.erased ? <span className="muted">erased</span> : entry.by;
}
