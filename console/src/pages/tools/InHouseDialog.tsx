import { Button, Modal, Select, Textarea, TextInput } from '@mantine/core';
import type { FormEvent } from 'react';

import type { useInHouse } from '~features/tools/queries';
import type { InHouseGiven, InHouseModel } from '~shared/api/types';
import { plain } from '~shared/format/words';
import { Complaint } from '~shared/ui/Complaint';

import css from './ToolsPage.module.css';

const SHAPES: { value: InHouseGiven['shape']; label: string }[] = [
  { value: 'openai', label: 'OpenAI’s, as vLLM and LiteLLM do' },
  { value: 'ollama', label: 'Ollama’s own' },
  { value: 'anthropic', label: 'Anthropic’s' },
  { value: 'gemini', label: 'Gemini’s' },
  { value: 'other', label: 'Another one' },
];

const CATEGORIES: InHouseGiven['category'][] = [
  'self_hosted',
  'model_api',
  'chatbot',
  'coding',
  'agent_platform',
  'search',
  'image',
  'voice',
];

interface Props {
  opened: boolean;
  title: string;
  model?: InHouseModel;
  change: ReturnType<typeof useInHouse>;
  onClose: () => void;
  onSave: (given: InHouseGiven) => void;
}

/** Name, hosts, kind and interface of a model that the organisation runs itself. */
export function InHouseDialog({ opened, title, model, change, onClose, onSave }: Props) {
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    onSave({
      name: String(form.get('name')).trim(),
      hosts: String(form.get('hosts'))
        .split(/[\s,]+/)
        .filter(Boolean),
      category: String(form.get('category')) as InHouseGiven['category'],
      shape: String(form.get('shape')) as InHouseGiven['shape'],
    });
  };
  return (
    <Modal opened={opened} onClose={onClose} title={title} closeButtonProps={{ 'aria-label': 'Close' }}>
      <form onSubmit={submit} className={css.form}>
        <TextInput name="name" label="Name" required withAsterisk={false} defaultValue={model?.name} />
        <Textarea
          name="hosts"
          label="Hosts"
          description="Names or addresses under which it is reached, one on each line."
          required
          withAsterisk={false}
          autosize
          minRows={2}
          defaultValue={model?.hosts.join('\n')}
        />
        <Select
          name="category"
          label="Mainly for"
          allowDeselect={false}
          defaultValue={model?.category ?? 'self_hosted'}
          data={CATEGORIES.map((value) => ({ value, label: plain(value) }))}
        />
        <Select
          name="shape"
          label="Interface it speaks"
          description="Where in its requests the text stands."
          allowDeselect={false}
          defaultValue={model?.shape ?? 'openai'}
          data={SHAPES}
        />
        <Complaint error={change.error} />
        <div className={css.buttons}>
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={change.isPending}>
            {model ? 'Save the entry' : 'Register it'}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
