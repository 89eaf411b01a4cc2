import { Button, Code, Modal, Select, TextInput } from '@mantine/core';
import type { FormEvent } from 'react';

import type { useJudgeFoundHost } from '~features/ai-use/queries';
import type { Found, Tool } from '~shared/api/types';
import { plain } from '~shared/format/words';
import { Complaint } from '~shared/ui/Complaint';

import css from './AiUsePage.module.css';

export interface Listing {
  name: string;
  category: Tool['category'];
}

const CATEGORIES: Tool['category'][] = [
  'chatbot',
  'coding',
  'image',
  'voice',
  'video',
  'search',
  'meeting',
  'writing',
  'productivity',
  'agent_platform',
  'model_api',
  'model_hub',
  'saas_embedded',
  'self_hosted',
  'unknown',
];

interface Props {
  found: Found;
  title: string;
  opened: boolean;
  judge: ReturnType<typeof useJudgeFoundHost>;
  onClose: () => void;
  onList: (listing: Listing) => void;
}

/** Names the tool; its host and everything below it then belong to it. */
export function ListDialog({ found, title, opened, judge, onClose, onList }: Props) {
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    onList({ name: String(form.get('name')).trim(), category: String(form.get('category')) as Tool['category'] });
  };
  return (
    <Modal opened={opened} onClose={onClose} title={title} closeButtonProps={{ 'aria-label': 'Close' }}>
      <form onSubmit={submit} className={css.form}>
        <TextInput name="name" label="Name" required withAsterisk={false} defaultValue={suggested(found.host)} />
        <Select
          name="category"
          label="Mainly for"
          allowDeselect={false}
          defaultValue="chatbot"
          data={CATEGORIES.map((value) => ({ value, label: plain(value) }))}
        />
        <details>
          <summary>As an entry of a catalogue file</summary>
          <Code block>{found.entry}</Code>
        </details>
        <Complaint error={judge.error} />
        <div className={css.choices}>
          <Button type="submit" loading={judge.isPending}>
            List it
          </Button>
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
        </div>
      </form>
    </Modal>
  );
}

/** `acme-llm.ai` as `Acme llm`. */
function suggested(host: string): string {
  const [first = host] = host.split('.');
  return plain(first.replaceAll('-', '_'));
}
