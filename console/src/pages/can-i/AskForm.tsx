import { Button, FileButton, SegmentedControl, Select, Textarea } from '@mantine/core';
import { IconPaperclip } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';

import { toolsQuery } from '~features/tools/queries';
import type { AccountKind, Check, Tool } from '~shared/api/types';
import { STATE_WORDS } from '~shared/format/words';

import css from './CanIPage.module.css';

const EXAMPLES = [
  'Summarise this press release in three sentences.',
  'Complaint from Anna Kovacs, SSN 536-90-4399: draft a reply.',
];

const ACCOUNTS: { value: AccountKind; label: string }[] = [
  { value: 'corporate', label: 'Company' },
  { value: 'personal', label: 'Personal' },
  { value: 'anonymous', label: 'Not signed in' },
];

/** Text files only, and not huge ones: what is asked about is sent as text. */
const LARGEST = 1_000_000;

interface Props {
  asking: boolean;
  onAsk: (asked: Check) => void;
}

export function AskForm({ asking, onAsk }: Props) {
  const { data: tools = [] } = useQuery(toolsQuery);
  const [text, setText] = useState('');
  const [file, setFile] = useState<string>();
  const [tool, setTool] = useState<string | null>(null);
  const [account, setAccount] = useState<AccountKind>('corporate');
  const [complaint, setComplaint] = useState<string>();
  const chosen = tool ?? busiest(tools);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!chosen) {
      return;
    }
    onAsk({ text, tool: chosen, account, file_name: file ?? null, activity: file ? 'upload' : 'prompt' });
  };

  const attach = async (given: File | null) => {
    if (given && given.size > LARGEST) {
      setComplaint(`${given.name} is too large to try here: at most 1 MB.`);
    } else if (given) {
      setComplaint(undefined);
      setFile(given.name);
      setText(await given.text());
    }
  };

  return (
    <form className={css.form} onSubmit={submit} aria-label="What you want to send">
      <Textarea
        data-search
        label={file ? `Contents of ${file}` : 'What you want to send'}
        placeholder="Paste your prompt here"
        autosize
        minRows={7}
        maxRows={18}
        value={text}
        error={complaint}
        onChange={(event) => setText(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
            submit(event);
          }
        }}
      />
      <div className={css.extras}>
        <FileButton
          onChange={(given) => void attach(given)}
          accept="text/*,.md,.csv,.json,.txt,.log,.rs,.py,.js,.ts,.java,.sql"
        >
          {(props) => (
            <Button {...props} variant="subtle" size="compact-sm" leftSection={<IconPaperclip size={16} aria-hidden />}>
              {file ? 'Another file' : 'Use a text file'}
            </Button>
          )}
        </FileButton>
        {file && (
          <Button variant="subtle" size="compact-sm" onClick={() => setFile(undefined)}>
            Ask as a prompt instead
          </Button>
        )}
        {!text &&
          EXAMPLES.map((example, index) => (
            <Button key={example} variant="subtle" size="compact-sm" onClick={() => setText(example)}>
              {index === 0 ? 'A harmless example' : 'One with personal data'}
            </Button>
          ))}
      </div>
      <Select
        label="Tool"
        data={choices(tools)}
        value={chosen ?? null}
        onChange={setTool}
        searchable
        allowDeselect={false}
        nothingFoundMessage="No such tool"
        maxDropdownHeight={320}
      />
      <div>
        <p className={css.label} id="account">
          Account at the tool
        </p>
        <SegmentedControl
          fullWidth
          aria-labelledby="account"
          value={account}
          onChange={(value) => setAccount(value as AccountKind)}
          data={ACCOUNTS}
        />
      </div>
      <Button type="submit" size="md" loading={asking} disabled={!text.trim() || !chosen}>
        Can I send this?
      </Button>
    </form>
  );
}

function choices(tools: Tool[]) {
  const sorted = [...tools].sort((a, b) => b.exchanges - a.exchanges || a.name.localeCompare(b.name));
  return sorted.map(({ id, name, state }) => ({ value: id, label: `${name} (${STATE_WORDS[state].toLowerCase()})` }));
}

function busiest(tools: Tool[]): string | undefined {
  return [...tools].sort((a, b) => b.exchanges - a.exchanges)[0]?.id;
}
